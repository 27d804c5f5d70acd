//! What happens when somebody does something, in no dialect.

pub(crate) mod commits;
pub(crate) mod merging;
pub(crate) mod pulls;
pub(crate) mod push;
pub(crate) mod releases;
pub(crate) mod runs;
pub(crate) mod statuses;
pub(crate) mod tags;
pub(crate) mod workflow;
