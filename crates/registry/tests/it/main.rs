//! Reading from a registry over the wire.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

mod digests;
mod labels;
mod registry;
