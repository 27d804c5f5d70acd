//! What is wrong, why that matters, and what mends it.

use std::fmt;

use domain::{CommitSha, PackageVersion, Sha256};
use jiff::Timestamp;

use super::ForeignEntry;
use crate::commit::CommitError;
use crate::place::MirrorTarget;
use crate::signature::SignatureError;
use crate::signers::Unauthorised;
use crate::trailers::TrailerError;

/// Something that is wrong with a mirror, or with a change to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A commit.
    Commit(CommitSha),
    /// A ref, by its full name.
    Ref(String),
    /// A pull request.
    PullRequest(u64),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(id) => write!(f, "commit {id}"),
            Self::Ref(name) => write!(f, "ref `{}`", name.escape_debug()),
            Self::PullRequest(number) => write!(f, "pull request #{number}"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.problem)
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is, and its fields are named by it")]
pub enum Problem {
    #[error(transparent)]
    Commit(CommitError),
    #[error("it merges {0} commits")]
    Merge(usize),
    #[error("it is not signed")]
    Unsigned,
    #[error(transparent)]
    Signature(SignatureError),
    #[error("it is signed, but {0}")]
    Key(Unauthorised),
    #[error(transparent)]
    Trailers(TrailerError),
    #[error("it was made for the mirror `{found}`, and this is `{expected}`")]
    OtherTarget { found: Box<MirrorTarget>, expected: Box<MirrorTarget> },
    #[error("it claims to be made at {committed}, and it is {now}")]
    Future { committed: Timestamp, now: Timestamp },
    #[error("it claims to be made at {committed}, before the commit that it follows, of {before}")]
    Past { committed: Timestamp, before: Timestamp },
    #[error("its files have the digest {found}, and it claims {claimed}")]
    Tree { found: Sha256, claimed: Sha256 },
    #[error("its files were not read")]
    Unread,
    #[error("it has {} at `{}`", .0.kind, .0.path.escape_debug())]
    Entry(ForeignEntry),
    #[error("it follows another commit than {expected}, the one before it")]
    Parent { expected: CommitSha },
    #[error("it is number {found} of the mirror, and number {expected} comes next{}", told(.head.as_deref()))]
    Sequence { found: u64, expected: u64, head: Option<String> },
    #[error("its version {found} is not greater than {before}, the one before it")]
    Version { found: PackageVersion, before: PackageVersion },
    #[error("it is the branch's head, and the push leaves it out")]
    Forked,
    #[error("the push takes it away, and it is the release {version}")]
    Dropped { version: PackageVersion },
    #[error("it is of version {found}, and {expected} was published")]
    Behind { found: PackageVersion, expected: PackageVersion },
    #[error("a mirror is the one branch `{guarded}`, and has no other ref")]
    OtherRef { guarded: String },
    #[error("it is not there")]
    Gone,
    #[error("the push deletes it")]
    Deleted,
    #[error("a mirror takes no pull requests")]
    PullRequest,
    #[error("`{path}` {difference}")]
    Rebuilt { path: String, difference: String },
    #[error("it cannot be built again: {0}")]
    NotRebuilt(String),
}

fn told(head: Option<&str>) -> String {
    head.map(|why| format!(", since the branch's head is none of publish's: {why}")).unwrap_or_default()
}

impl Problem {
    /// Why it matters.
    #[must_use]
    pub fn why(&self) -> &'static str {
        match self {
            Self::Commit(_) | Self::Unsigned | Self::Signature(_) | Self::Key(_) | Self::Trailers(_) => {
                "publish signs each commit that it makes, so another hand made or changed this one"
            }
            Self::Merge(_) => "publish puts one commit on top of another, and merges none",
            Self::OtherTarget { .. } => "what was signed for one mirror is no release of another",
            Self::Future { .. } | Self::Past { .. } => {
                "times only go on, and a key's validity is judged by them: a wrong time may hide an expired key"
            }
            Self::Tree { .. } => {
                "git finds a tree by its SHA-1, which another tree may share; what was signed is a SHA-256 of other files"
            }
            Self::Unread => "what was not looked at may be anything",
            Self::Entry(_) => "publish writes files and nothing else; this leads to what nobody signed",
            Self::Parent { .. } | Self::Sequence { .. } | Self::Version { .. } => {
                "an older commit, put on top again, is signed as well as ever: only the order tells it"
            }
            Self::Forked | Self::Dropped { .. } | Self::Deleted | Self::Behind { .. } => {
                "whoever takes a release from the mirror puts its users back to an older one"
            }
            Self::OtherRef { .. } => {
                "what lies beside the branch can be installed like it, and nobody signed it"
            }
            Self::Gone => "there is no mirror without its branch",
            Self::PullRequest => {
                "publish writes the mirror anew with each release: what is merged here is lost then"
            }
            Self::Rebuilt { .. } => {
                "the same source makes the same files everywhere: the commit is signed, but not made from its source"
            }
            Self::NotRebuilt(_) => "what cannot be built again cannot be compared",
        }
    }

    /// What mends it.
    #[must_use]
    pub fn mending(&self) -> &'static str {
        match self {
            Self::Key(Unauthorised::Unknown(_)) => {
                "move the change to the source repository; or, if publish's key was changed, add the new public key to the \
                 allowed signers"
            }
            Self::Key(Unauthorised::Namespace { .. }) => {
                "let the key's line have `namespaces=\"git\"`, if the key is publish's"
            }
            Self::Key(Unauthorised::NotYet { .. } | Unauthorised::Expired { .. }) => {
                "have publish sign with the key that is valid now, or mend the dates of the allowed signers"
            }
            Self::Commit(_)
            | Self::Merge(_)
            | Self::Unsigned
            | Self::Signature(_)
            | Self::Trailers(_)
            | Self::Tree { .. }
            | Self::Entry(_) => {
                "move the change to the source repository, and put the branch back to publish's last commit"
            }
            Self::OtherTarget { .. } => {
                "push it to its own mirror; or, if this one was renamed, let publish push the next release with \
                 `history = \"replace\"`"
            }
            Self::Future { .. } | Self::Past { .. } => {
                "set the clock of the machine that publishes, and publish again"
            }
            Self::Parent { .. } | Self::Sequence { .. } | Self::Version { .. } => {
                "put the branch back to publish's last commit, and let publish push the next release"
            }
            Self::Forked | Self::Dropped { .. } | Self::Deleted | Self::Behind { .. } | Self::Gone => {
                "push the newest of publish's commits to the branch again, and forbid force-pushes and deletion by a rule"
            }
            Self::Unread => "run the guard again",
            Self::OtherRef { .. } => "delete it",
            Self::PullRequest => "close it, and make the change in the source repository",
            Self::Rebuilt { .. } => {
                "take the signing key for stolen: replace it in publish's secrets and in the allowed signers, and publish \
                 again with `history = \"replace\"`"
            }
            Self::NotRebuilt(_) => {
                "check out the source repository with all its history (`fetch-depth: 0`), at a version of this action that \
                 knows the tree's format"
            }
        }
    }
}
