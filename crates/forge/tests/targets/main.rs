//! Repositories that are not the job's own, on a forge that holds state: one suite, both dialects.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

#[macro_use]
mod stage;

mod bumping;
mod credentials;
mod dispatch;
mod looking;
mod many;
mod merging;
mod rights;
mod runs;
mod starting;
