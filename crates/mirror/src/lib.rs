//! What a commit of a generated mirror says, who signed it, and whether a chain of them is whole.
//!
//! A mirror is a repository that publish writes and nobody else: one commit for each release, signed, each the next
//! of the one before. Here is what publish needs to make such a commit, and what a guard needs to tell it from any
//! other. Nothing here touches network, clock or environment, and [`rebuild`] alone reads: git's objects, by their ids.
//!
//! - [`Trailers`] are what a commit says of itself, inside of what is signed; [`tree_hash()`] is the digest of its files.
//! - [`Draft`] and [`SigningKey`] make a commit; [`Commit`] reads one, to the byte.
//! - [`AllowedSigners`] is the trust root; [`judge()`] holds commits against it.
//! - [`rebuild`] makes a commit's files again from the source that it names.

pub mod commit;
#[cfg(test)]
mod fixtures;
pub mod judge;
mod place;
pub mod rebuild;
mod signature;
pub mod signers;
mod trailers;
mod tree_hash;

pub use commit::{Commit, CommitError, Draft, Identity};
pub use judge::{Finding, Genuine, Problem, Rules, Verdict, judge};
pub use place::{MirrorSource, MirrorTarget, PlaceError, RepositoryPlace, SourceFolder};
pub use signature::{NAMESPACE, SignatureError, SigningKey, SigningKeyError};
pub use signers::{AllowedSigners, Fingerprint, SignersError};
pub use trailers::{TrailerError, Trailers};
pub use tree_hash::{FileMode, content_hash, tree_hash};
