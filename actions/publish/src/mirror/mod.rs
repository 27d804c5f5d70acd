//! The mirror: a repository that is what was published, and nothing else.
//!
//! 1. `made` makes the mirror's files from the objects of the commit that was built, not from the disk: whoever holds
//!    the mirror against its source does the same. What was published must be these very files.
//! 2. `remote` reads the mirror's branch, by the real git; `plan` says what comes on top of it, purely.
//! 3. `commit` writes the files and the signed commit, `remote` pushes it: fast-forward, or in place of the history
//!    under a lease, when the manifest asks for that. A push whose answer was lost is seen by reading back.
//!
//! The token reaches git in a variable of its environment, as a header for the one repository: it stands in no
//! address, in no argument, and in no file.

mod commit;
mod error;
mod head;
mod made;
mod plan;
mod remote;

use std::path::Path;

use domain::{BranchName, CommitSha, PackageVersion, Sha256};
use jiff::Timestamp;
use mirror::{AllowedSigners, MirrorTarget, RepositoryPlace, SigningKey};
use package::manifest::MirrorHistory;
use secrecy::SecretString;
use url::Url;

use crate::process::ChildEnvironment;

pub use error::MirrorError;
pub use made::{Made, made};
pub use plan::{Head, Step, plan};
use remote::Remote;

/// How often a push is tried anew because the branch was moved meanwhile.
const TRIES: usize = 3;

/// Where a mirror is, and what it takes to write to it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The forge's address.
    pub server: Url,
    /// The repository.
    pub place: RepositoryPlace,
    /// The branch; the repository's default branch where it is not set.
    pub branch: Option<BranchName>,
    /// What becomes of the commits that it has.
    pub history: MirrorHistory,
    /// A token that may push there.
    pub token: SecretString,
    /// Whose signatures count beside the key's own: the keys that earlier releases were signed by.
    pub signers: Option<AllowedSigners>,
}

/// How the mirror stands after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mirrored {
    /// A commit was pushed.
    Pushed(CommitSha),
    /// The head was that release already.
    Found(CommitSha),
    /// The head is of a newer release, which stays.
    Newer(CommitSha, PackageVersion),
}

/// The mirror of a release, ready to be pushed.
#[derive(Debug)]
pub struct Mirroring {
    settings: Settings,
    key: SigningKey,
    made: Made,
    project: String,
    environment: ChildEnvironment,
}

impl Mirroring {
    /// The mirror of what was made.
    #[must_use]
    pub fn new(
        settings: Settings,
        key: SigningKey,
        made: Made,
        project: String,
        environment: ChildEnvironment,
    ) -> Self {
        Self { settings, key, made, project, environment }
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &RepositoryPlace {
        &self.settings.place
    }

    /// The digest of its files.
    #[must_use]
    pub fn tree_sha256(&self) -> Sha256 {
        self.made.digest
    }

    /// Finds what would stop the push, before the index has anything.
    ///
    /// # Errors
    /// When the mirror cannot be read, or its head is none that a release could follow.
    pub fn foresee(&self) -> Result<(), MirrorError> {
        let (remote, target) = self.open()?;
        let head = remote.head(&target, &self.signers()?)?;
        plan(&head, &self.made, self.settings.history).map(drop)
    }

    /// Pushes the release, unless it is there.
    ///
    /// # Errors
    /// When git, the forge or the state of the mirror does not allow it.
    pub fn push(&self) -> Result<Mirrored, MirrorError> {
        let (remote, target) = self.open()?;
        let signers = self.signers()?;
        let mut refusal = None;
        for _ in 0..TRIES {
            let head = remote.head(&target, &signers)?;
            let next = match plan(&head, &self.made, self.settings.history)? {
                Step::Nothing(head) => return Ok(Mirrored::Found(head)),
                Step::Newer(head, version) => return Ok(Mirrored::Newer(head, version)),
                Step::Push(next) => next,
            };
            let id = commit::write(&remote, &self.made, &next, &target, &self.key, &self.project)?;
            match remote.push(&target.branch, &id, &next) {
                Ok(()) => return Ok(Mirrored::Pushed(id)),
                // it may have arrived, or another run's may have
                Err(error) if remote.stands_at(&target.branch)?.as_ref() == Some(&id) => {
                    tracing::debug!("git failed, and the mirror has the commit: {error}");
                    return Ok(Mirrored::Pushed(id));
                }
                Err(error) if remote.stands_at(&target.branch)?.as_ref() == next.head.as_ref() => {
                    return Err(error);
                }
                Err(error) => refusal = Some(error),
            }
        }
        Err(refusal.expect("each try but a last one ends the loop"))
    }

    fn open(&self) -> Result<(Remote, MirrorTarget), MirrorError> {
        let remote = Remote::open(&self.settings, &self.environment)?;
        let branch = match &self.settings.branch {
            Some(branch) => branch.clone(),
            None => remote.default_branch()?,
        };
        Ok((remote, MirrorTarget { place: self.settings.place.clone(), branch }))
    }

    /// The key's own public half, and those of earlier keys.
    fn signers(&self) -> Result<AllowedSigners, MirrorError> {
        let own = AllowedSigners::parse(&format!("publish {}", self.key.public_line()))?;
        Ok(match &self.settings.signers {
            Some(earlier) => own.and(earlier),
            None => own,
        })
    }
}

/// The time of a commit that follows another: now, and never before that one.
fn time(after: Option<Timestamp>) -> Timestamp {
    let now = Timestamp::now();
    after.map_or(now, |after| after.max(now))
}

/// A path as git takes it.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
