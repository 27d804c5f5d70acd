//! Git without a git binary: listing and moving refs over smart HTTP, and reading a repository on disk.
//!
//! Of the network, this crate only builds request bodies and reads answers; whoever has an HTTP client and a credential
//! sends them. Protocol version 2 for reading, the classic push for writing; both are stateless, so one request does
//! each job, with no `info/refs` before it.

pub mod ls_refs;
#[cfg(feature = "objects")]
pub mod objects;
mod pkt_line;
pub mod push;

pub use pkt_line::Malformed;
