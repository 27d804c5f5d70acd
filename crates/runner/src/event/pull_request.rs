use domain::{BranchName, CommitSha, Label, RepoName};
use serde::{Deserialize, Deserializer};

use super::error::Malformed;
use super::payload;

/// Something happened to a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequestEvent {
    /// Which of the two events this is.
    pub trigger: Trigger,
    /// What happened.
    pub action: PullRequestAction,
    /// The pull request's number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Whether it is merged.
    pub merged: bool,
    /// The commit that its merge made. Of one that is open, GitHub puts a commit of its own trying here.
    pub merge_commit_sha: Option<CommitSha>,
    /// Where it is to go.
    pub base: Side,
    /// Where it comes from.
    pub head: Side,
    /// Its labels. One that is no [`Label`] is left out.
    pub labels: Vec<Label>,
    /// Who opened it.
    pub user: User,
    /// Whether it is a draft.
    pub draft: bool,
    /// The repository's default branch.
    pub default_branch: Option<BranchName>,
}

impl PullRequestEvent {
    /// Whether its head lives in another repository, or in one that is gone. The job's token can then do
    /// little more than read.
    #[must_use]
    pub fn is_from_fork(&self) -> bool {
        self.head.repository.is_none() || self.head.repository != self.base.repository
    }
}

/// Which event a pull request's run was started by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// `pull_request`: the run is that of the head, and a fork's has no rights.
    PullRequest,
    /// `pull_request_target`: the run is that of the base, with its rights.
    PullRequestTarget,
}

/// What happened to a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullRequestAction {
    /// It was opened.
    Opened,
    /// It was opened again.
    Reopened,
    /// It was closed, perhaps by its merge.
    Closed,
    /// Its title, body or base was changed.
    Edited,
    /// Its head moved. GitHub says `synchronize`, Gitea `synchronized`.
    Synchronized,
    /// Its labels changed. GitHub says `labeled` or `unlabeled`, Gitea `label_updated` or `label_cleared`.
    LabelsChanged,
    /// Anything else, in the forge's word.
    Other(String),
}

impl From<String> for PullRequestAction {
    fn from(word: String) -> Self {
        match word.as_str() {
            "opened" => Self::Opened,
            "reopened" => Self::Reopened,
            "closed" => Self::Closed,
            "edited" => Self::Edited,
            "synchronize" | "synchronized" => Self::Synchronized,
            "labeled" | "unlabeled" | "label_updated" | "label_cleared" => Self::LabelsChanged,
            _ => Self::Other(word),
        }
    }
}

/// One end of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// The branch's name; Gitea gives `refs/pull/N/head` for the head of a deleted branch, hence a text.
    #[serde(rename = "ref")]
    pub branch: String,
    /// The commit.
    #[serde(deserialize_with = "payload::word")]
    pub sha: CommitSha,
    /// The repository; none when it was deleted.
    #[serde(default, rename = "repo", deserialize_with = "repository")]
    pub repository: Option<RepoName>,
}

/// A user of the forge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The name.
    pub login: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl User {
    /// Whether it is a program's account. Gitea knows no such kind; there only a name such as
    /// `renovate[bot]` tells.
    #[must_use]
    pub fn is_bot(&self) -> bool {
        self.kind.as_deref() == Some("Bot") || self.login.ends_with("[bot]")
    }
}

/// The payload as it lies in the file.
#[derive(Deserialize)]
struct Wire {
    action: String,
    pull_request: PullRequest,
    #[serde(default, rename = "repository", deserialize_with = "payload::default_branch")]
    default_branch: Option<BranchName>,
}

#[derive(Deserialize)]
struct PullRequest {
    number: u64,
    title: String,
    merged: bool,
    #[serde(default, deserialize_with = "payload::commit")]
    merge_commit_sha: Option<CommitSha>,
    base: Side,
    head: Side,
    #[serde(default, deserialize_with = "labels")]
    labels: Vec<Label>,
    #[serde(deserialize_with = "user")]
    user: User,
    #[serde(default)]
    draft: bool,
}

pub(super) fn parse(payload: &str, trigger: Trigger) -> Result<PullRequestEvent, Malformed> {
    let Wire { action, pull_request, default_branch } = payload::parse(payload)?;
    let PullRequest { number, title, merged, merge_commit_sha, base, head, labels, user, draft } =
        pull_request;
    let action = action.into();
    Ok(PullRequestEvent {
        trigger,
        action,
        number,
        title,
        merged,
        merge_commit_sha,
        base,
        head,
        labels,
        user,
        draft,
        default_branch,
    })
}

fn repository<'de, D: Deserializer<'de>>(from: D) -> Result<Option<RepoName>, D::Error> {
    #[derive(Deserialize)]
    struct Repository {
        #[serde(deserialize_with = "payload::word")]
        full_name: RepoName,
    }
    Ok(Option::<Repository>::deserialize(from)?.map(|repository| repository.full_name))
}

/// GitHub shows a deleted account as `ghost`, also where it says `null`.
fn user<'de, D: Deserializer<'de>>(from: D) -> Result<User, D::Error> {
    let ghost = || User { login: "ghost".to_owned(), kind: None };
    Ok(Option::<User>::deserialize(from)?.unwrap_or_else(ghost))
}

fn labels<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Label>, D::Error> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let labels = Option::<Vec<Named>>::deserialize(from)?.unwrap_or_default();
    Ok(labels.into_iter().filter_map(|label| label.name.parse().ok()).collect())
}
