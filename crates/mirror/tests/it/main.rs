//! Held against git and ssh-keygen themselves.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod commits;
mod signers;
mod tools;
