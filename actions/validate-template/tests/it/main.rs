//! The rules over their fixtures, and the program as people and runners start it.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod fixtures;
mod program;
