//! What a tree of Python becomes, and what the proof says of it.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod archives;
mod assembling;
mod commands;
mod foreign_wheels;
mod proving;
mod support;
mod tolerating;
