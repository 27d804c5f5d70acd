//! The parsers, through their public doors.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod requirements;
mod secrets;
mod yaml;
