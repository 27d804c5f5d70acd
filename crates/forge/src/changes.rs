//! Several files changed in one commit, on a branch of its own.

use std::fmt::Write as _;
use std::time::Duration;

use domain::{BranchName, CommitSha};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

use crate::answer::{Absent, Answer};
use crate::connection::Connection;
use crate::refs;
use crate::{Dialect, Error, gitea, github};

/// How often a commit whose outcome is unknown, and which then proves not to have happened, is tried again.
const TRIES: u32 = 4;

/// A commit to be made, on a branch that is not there yet.
#[derive(Debug, Clone, Copy)]
pub struct NewCommit<'a> {
    /// The branch to make.
    pub branch: &'a BranchName,
    /// The branch that it begins at.
    pub base: &'a BranchName,
    /// The newest commit of the base when the files were read.
    pub at: &'a CommitSha,
    /// The whole message.
    pub message: &'a str,
    /// What is changed. A file keeps its mode.
    pub files: &'a [FileChange],
}

/// A file as it was and as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path from the root of the repository.
    pub path: String,
    /// What it held when it was read; `None` when it is new.
    pub before: Option<Vec<u8>>,
    /// What it shall hold.
    pub after: Vec<u8>,
}

/// What came of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitOutcome {
    /// The branch is there, and holds this commit, which this call made.
    Committed(CommitSha),
    /// The branch was there before, at this commit. It was not touched.
    BranchExists(CommitSha),
    /// A file is not what it was when it was read; which, and how. Nothing was changed: read again.
    Stale(String),
}

impl FileChange {
    /// The id of what the file held, as git computes it.
    pub(crate) fn blob_before(&self) -> Option<String> {
        self.before.as_deref().map(blob_id)
    }
}

/// The id of a file's contents, as git computes it: two files with the same id hold the same bytes.
/// <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>
#[must_use]
pub fn blob_id(bytes: &[u8]) -> String {
    let mut context = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    context.update(format!("blob {}\0", bytes.len()).as_bytes());
    context.update(bytes);
    context.finish().as_ref().iter().fold(String::new(), |mut id, byte| {
        write!(id, "{byte:02x}").expect("a text takes what is written to it");
        id
    })
}

/// Why a commit was not confirmed.
pub(crate) enum Failed {
    /// A file is not what it was.
    Stale(String),
    /// Anything else, with the commit that the branch would hold, where it was made beforehand.
    Call(Error, Option<CommitSha>),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Call(error, None)
    }
}

/// Makes the commit, once, whatever happens on the way.
///
/// A new branch is made at most once by its name. So after an answer that leaves the outcome open the branch is read
/// back, and only when there is none is it tried again.
pub(crate) async fn commit(
    connection: &Connection,
    new: &NewCommit<'_>,
) -> Result<Answer<CommitOutcome>, Error> {
    let mut made = Vec::new();
    let mut in_doubt = false;
    for tries in 1.. {
        let error = match post(connection, new).await {
            Ok(commit) => return Ok(Answer::Done(CommitOutcome::Committed(commit))),
            Err(Failed::Stale(what)) => return Ok(Answer::Done(CommitOutcome::Stale(what))),
            Err(Failed::Call(error, commit)) => {
                made.extend(commit);
                error
            }
        };
        let unknown = error.is_ambiguous() || error.is_unreadable();
        if !unknown && !matches!(error.status(), Some(409 | 422)) {
            return Answer::to(error, connection, Absent::Part).await;
        }
        in_doubt |= unknown;
        if let Some(head) = refs::branch(connection, new.branch).await? {
            let ours = match connection.way.site.dialect {
                Dialect::GitHub => made.contains(&head),
                Dialect::Gitea => in_doubt && gitea::changes::is_of(connection, new, &head).await?,
            };
            return Ok(Answer::Done(if ours {
                CommitOutcome::Committed(head)
            } else {
                CommitOutcome::BranchExists(head)
            }));
        }
        if !unknown || tries == TRIES {
            return Answer::to(error, connection, Absent::Part).await;
        }
        connection.way.client.clock().sleep(Duration::from_secs(1 << (tries - 1))).await;
    }
    unreachable!("the loop ends with the last try")
}

async fn post(connection: &Connection, new: &NewCommit<'_>) -> Result<CommitSha, Failed> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::changes::commit(connection, new).await,
        Dialect::Gitea => gitea::changes::commit(connection, new).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blobs_id_is_gits() {
        // `printf 'hello\n' | git hash-object --stdin`
        assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(blob_id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }
}
