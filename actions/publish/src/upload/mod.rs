//! A release to an index, each of its files exactly once.
//!
//! 1. [`target`]: the inputs say which index, and who we are to it.
//! 2. [`preflight`](mod@preflight): what it would refuse is found before anything is sent.
//! 3. [`upload`]: what it lacks is sent; what has equal bytes there is done, and other bytes stop everything.
//!
//! [`trusted`] has the index mint a token for the job where none is given.

mod basic;
mod error;
mod form;
mod multipart;
mod plan;
pub mod preflight;
mod refusal;
mod send;
mod served;
pub mod target;
mod target_error;
pub mod trusted;

pub use error::{Difference, UploadError};
pub use plan::Extent;
pub use preflight::{Objection, preflight};
pub use send::{Uploaded, upload};
pub use served::ReadError;
pub use target::{Access, Registry, Target, TargetSettings};
pub use target_error::TargetError;
pub use trusted::{JobIdentity, TrustedError};

pub(crate) use error::{Lines, OTHER_BYTES};
pub(crate) use served::Reader;
