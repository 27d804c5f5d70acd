//! Commits as git keeps them, byte by byte: what is signed is bytes, and not what a parser makes of them.
//! <https://git-scm.com/docs/gitformat-signature>

mod draft;
mod identity;
mod parse;
#[cfg(test)]
mod tests;

pub use draft::Draft;
pub use identity::{Identity, IdentityError};
pub use parse::{Commit, CommitError, parents};
