//! The inputs as values that are ready for use: what is here is valid.

use std::time::Duration;

use domain::{Bump, FloatingTag, Label, PrereleaseKind, ProjectName, TagPrefix, TagVersion};
use secrecy::SecretString;
use url::Url;

use crate::message::MessageTemplate;
use crate::paths::PathFilter;

/// Everything that decides what a run does, apart from what the forge holds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What stands before the version in a tag.
    pub prefix: TagPrefix,
    /// Which labels mean what.
    pub labels: ReleaseLabels,
    /// What a merged pull request without a release label adds.
    pub default_bump: Bump,
    /// What commits without a pull request add.
    pub on_no_pr: OnNoPullRequest,
    /// Words in the newest commit's message that stop the release; compared without case.
    pub skip_markers: Vec<String>,
    /// The version of the first release.
    pub initial_version: TagVersion,
    /// Where the version comes from.
    pub version_source: VersionSource,
    /// A pyproject.toml whose version is taken when it is higher than the computed one.
    pub version_floor_file: Option<String>,
    /// Where the releases are published, and under which name, where that is to be looked at.
    pub index: Option<IndexedProject>,
    /// The kind of pre-release to make, if any.
    pub prerelease: Option<PrereleaseKind>,
    /// The files that matter; `None` when all do.
    pub paths: Option<PathFilter>,
    /// Which floating tags follow.
    pub floating: FloatingTag,
    /// The workflow to start at the new tag.
    pub dispatch: Option<Dispatch>,
    /// The first line of the tag's message.
    pub message: MessageTemplate,
    /// How long the forge's pull request look-up may lag behind a merge.
    pub lookup_patience: Duration,
    /// Whether a pull request without a release label fails the check.
    pub require_label: bool,
    /// Whether the preview is also left as a comment on the pull request.
    pub preview_comment: bool,
    /// Whose token it is.
    pub token: TokenKind,
}

/// Whose token makes the tag: what follows a tag depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The job's own: on either forge, what it pushes starts no workflow.
    Job,
    /// A person's or an app's.
    Other,
}

/// Which labels of a pull request mean what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseLabels {
    /// Labels of a major release.
    pub major: Vec<Label>,
    /// Labels of a minor release.
    pub minor: Vec<Label>,
    /// Labels of a patch release.
    pub patch: Vec<Label>,
    /// Labels of a pull request that asks for no release.
    pub skip: Vec<Label>,
}

/// What commits that came by no pull request add to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnNoPullRequest {
    /// A patch release.
    Patch,
    /// Nothing.
    Skip,
    /// They make the run fail.
    Fail,
}

/// Where the version comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionSource {
    /// From the labels of the merged pull requests.
    Labels,
    /// From the version that this pyproject.toml holds at the commit.
    File(String),
}

/// A project on a package index.
#[derive(Debug, Clone)]
pub struct IndexedProject {
    /// The index's simple URL, without credentials.
    pub url: Url,
    /// The project's name there.
    pub project: ProjectName,
    /// Who reads it; everybody, where nobody is named.
    pub reader: Option<IndexReader>,
}

/// Who reads a package index.
#[derive(Debug, Clone)]
pub struct IndexReader {
    /// The name by which the index knows the token's owner.
    pub user: String,
    /// The token.
    pub token: SecretString,
}

/// A workflow to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// The workflow's file name: `publish.yml`.
    pub workflow: String,
    /// Its inputs.
    pub inputs: Vec<(String, String)>,
}
