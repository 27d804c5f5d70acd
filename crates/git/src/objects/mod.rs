//! Reading a repository's objects and refs from disk, without a git binary.
//!
//! A checkout is somebody else's: none of its configuration is read, no hook, filter or other program of it is run, and
//! an object answers only to the id that its bytes have. Where a clone is shallow, what it lacks is told as such.

mod changes;
mod entries;
mod error;
mod history;
mod refs;
mod repository;
mod revision;
mod store;

pub use changes::Change;
pub use entries::{Entry, entries};
pub use error::ObjectError;
pub use repository::Repository;
pub use store::{Object, ObjectKind, Objects};
