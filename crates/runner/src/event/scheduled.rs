use domain::BranchName;
use serde::Deserialize;

use super::payload;

/// It was time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Schedule {
    /// The cron line that came due, if the forge says.
    #[serde(default, rename = "schedule")]
    pub cron: Option<String>,
    /// The repository's default branch, where schedules run.
    #[serde(default, rename = "repository", deserialize_with = "payload::default_branch")]
    pub default_branch: Option<BranchName>,
}
