//! Gitea's dialect, by the one HTTP client. <https://docs.gitea.com/api/>

pub(crate) mod changes;
pub(crate) mod comments;
pub(crate) mod contents;
pub(crate) mod history;
pub(crate) mod listing;
pub(crate) mod merging;
pub(crate) mod own_pulls;
mod pages;
pub(crate) mod pulls;
pub(crate) mod releases;
pub(crate) mod run_list;
pub(crate) mod runs;
pub(crate) mod survey;
pub(crate) mod tags;
mod task_list;
