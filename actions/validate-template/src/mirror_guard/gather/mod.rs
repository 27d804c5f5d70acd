//! Reading a repository without git, without its configuration, and without asking whose it is.

mod history;
mod objects;
mod refs;
mod repository;
mod tree;

pub(crate) use history::{History, history};
pub(crate) use objects::Objects;
pub(crate) use refs::refs;
pub(crate) use repository::Repository;
pub(crate) use tree::{EntryKind, entries};
