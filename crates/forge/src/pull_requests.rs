//! Pull requests from the repository's own branches: finding, opening and closing them.

use std::time::Duration;

use domain::{BranchName, CommitSha};

use crate::answer::{Absent, Answer};
use crate::connection::Connection;
use crate::model::PullState;
use crate::{Dialect, Error, gitea, github};

/// How often an opening whose outcome is unknown, and which then proves not to have happened, is tried again.
const TRIES: u32 = 4;

/// A pull request from a branch of the repository itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// The text below the title.
    pub body: String,
    /// Its page.
    pub url: String,
    /// Whether it is open, closed or merged.
    pub state: PullState,
    /// The branch that it comes from.
    pub head: String,
    /// The newest commit of that branch.
    pub head_commit: CommitSha,
    /// The branch that it goes to.
    pub base: String,
    /// Who opened it.
    pub author: String,
}

/// A pull request to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewPull<'a> {
    /// The branch that it comes from.
    pub head: &'a BranchName,
    /// The branch that it goes to.
    pub base: &'a BranchName,
    /// Its title.
    pub title: &'a str,
    /// The text below the title, in Markdown.
    pub body: &'a str,
}

/// What came of opening a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullOpening {
    /// It is open, and this call opened it.
    Opened(OwnPull),
    /// One of the same two branches was open already.
    AlreadyOpen(OwnPull),
    /// The base has all that the head has.
    NothingNew,
}

/// What came of closing a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullClosing {
    /// This call closed it.
    Closed,
    /// Somebody had closed it before.
    WasClosed,
    /// It was merged before.
    WasMerged,
}

/// The open ones whose branches begin with a prefix, all pages of them.
pub(crate) async fn open_ones(connection: &Connection, prefix: &str) -> Result<Vec<OwnPull>, Error> {
    let mut open = match connection.way.site.dialect {
        Dialect::GitHub => github::own_pulls::open_ones(connection).await,
        Dialect::Gitea => gitea::own_pulls::open_ones(connection).await,
    }?;
    open.retain(|pull| pull.head.starts_with(prefix));
    Ok(open)
}

/// Those that came from one branch, whatever has become of them, the newest first.
pub(crate) async fn of_branch(connection: &Connection, branch: &BranchName) -> Result<Vec<OwnPull>, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::own_pulls::of_branch(connection, branch).await,
        Dialect::Gitea => gitea::own_pulls::of_branch(connection, branch).await,
    }
}

/// The open one of two branches.
async fn between(connection: &Connection, new: &NewPull<'_>) -> Result<Option<OwnPull>, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::own_pulls::between(connection, new).await,
        Dialect::Gitea => gitea::own_pulls::between(connection, new).await,
    }
}

async fn post(connection: &Connection, new: &NewPull<'_>) -> Result<OwnPull, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::own_pulls::create(connection, new).await,
        Dialect::Gitea => gitea::own_pulls::create(connection, new).await,
    }
}

/// Opens a pull request, once, whatever happens on the way.
///
/// There is never more than one open for the same two branches, so the forge itself makes sure that a second try
/// after a lost answer opens no second one.
pub(crate) async fn open(connection: &Connection, new: &NewPull<'_>) -> Result<Answer<PullOpening>, Error> {
    let mut in_doubt = false;
    for tries in 1.. {
        let error = match post(connection, new).await {
            Ok(pull) => return Ok(Answer::Done(PullOpening::Opened(pull))),
            Err(error) => error,
        };
        let unknown = error.is_ambiguous() || error.is_unreadable();
        if !unknown && !matches!(error.status(), Some(409 | 422)) {
            return Answer::to(error, connection, Absent::Part).await;
        }
        in_doubt |= unknown;
        if let Some(pull) = between(connection, new).await? {
            let ours = in_doubt && pull.title == new.title;
            let opening = if ours { PullOpening::Opened(pull) } else { PullOpening::AlreadyOpen(pull) };
            return Ok(Answer::Done(opening));
        }
        if says_nothing_new(&error) {
            return Ok(Answer::Done(PullOpening::NothingNew));
        }
        if !unknown || tries == TRIES {
            return Answer::to(error, connection, Absent::Part).await;
        }
        connection.way.client.clock().sleep(Duration::from_secs(1 << (tries - 1))).await;
    }
    unreachable!("the loop ends with the last try")
}

/// Whether the refusal is that of a head without commits of its own, in either forge's words.
fn says_nothing_new(error: &Error) -> bool {
    let refusal = error.http().and_then(http_client::Error::refusal);
    let said = refusal.and_then(|refusal| refusal.message.as_deref());
    said.is_some_and(|said| said.contains("No commits between") || said.contains("no changes between"))
}

/// Closes a pull request, with a comment that says why. Closing twice changes nothing; the comment is left once.
pub(crate) async fn close(
    connection: &Connection,
    number: u64,
    comment: &str,
) -> Result<Answer<PullClosing>, Error> {
    let state = match connection.way.site.dialect {
        Dialect::GitHub => github::pulls::pull_request(connection, number).await?,
        Dialect::Gitea => gitea::pulls::pull_request(connection, number).await?,
    };
    match state.map(|pull| pull.state) {
        Some(PullState::Open) | None => {}
        Some(PullState::Closed) => return Ok(Answer::Done(PullClosing::WasClosed)),
        Some(PullState::Merged(_)) => return Ok(Answer::Done(PullClosing::WasMerged)),
    }
    let closed = async {
        leave(connection, number, comment).await?;
        match connection.way.site.dialect {
            Dialect::GitHub => github::own_pulls::close(connection, number).await,
            Dialect::Gitea => gitea::own_pulls::close(connection, number).await,
        }
    };
    match closed.await {
        Ok(()) => Ok(Answer::Done(PullClosing::Closed)),
        Err(error) => Answer::to(error, connection, Absent::Part).await,
    }
}

/// Leaves a comment that is not there yet.
async fn leave(connection: &Connection, number: u64, comment: &str) -> Result<(), Error> {
    let (there, dialect) = (comment.trim_end(), connection.way.site.dialect);
    let found = match dialect {
        Dialect::GitHub => github::comments::find(connection, number, there).await?,
        Dialect::Gitea => gitea::comments::find(connection, number, there).await?,
    };
    if found.is_some() {
        return Ok(());
    }
    match dialect {
        Dialect::GitHub => github::comments::create(connection, number, comment).await,
        Dialect::Gitea => gitea::comments::create(connection, number, comment).await,
    }
}
