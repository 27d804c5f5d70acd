//! Many repositories looked at together: what each is, and what its workflows wait for.

use domain::RepoName;

use crate::Error;
use crate::repository::RepositoryLookup;

/// What a survey tells of one repository.
#[derive(Debug)]
pub struct Surveyed {
    /// What its name leads to.
    pub repository: RepositoryLookup,
    /// What is in its folder of workflows.
    pub workflows: Workflows,
}

/// The workflow files of a default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Workflows {
    /// All of them, by name; the forge runs no others.
    Known(Vec<WorkflowFile>),
    /// The forge does not tell; the reason. Never to be read as "there are none".
    Unknown(String),
}

/// A workflow file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowFile {
    /// Its name within the folder: `publish.yml`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// What a survey found out, in the order of what was asked.
pub type Survey = Vec<(RepoName, Result<Surveyed, Error>)>;

/// Whether a file in the folder of workflows is one.
pub(crate) fn is_workflow(name: &str) -> bool {
    [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending))
}
