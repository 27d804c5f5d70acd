//! The rules over their fixtures, and the program as people and runners start it.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod bad_inputs;
mod fixing;
mod fixtures;
mod fleet;
mod hostile;
mod manual;
mod outputs;
mod probing;
mod program;
mod properties;
mod renderers;
mod sarif;
mod secrets;
mod starter;
