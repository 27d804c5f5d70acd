//! The two handles on a repository: one reads, the other writes, so that what gathers facts cannot change any.

mod reader;
mod writer;

use std::sync::Arc;

use domain::RepoName;
use http_client::Client;
use tokio::sync::Semaphore;

use crate::Error;
use crate::app::Reach;
use crate::connection::Connection;
use crate::credential::{Credential, MaskSink, Tokens};
use crate::error::Whose;
use crate::forge::AT_ONCE;
use crate::site::Site;
use crate::way::Way;

/// Whether the changed files of a range are needed; on Gitea they cost time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// They decide something.
    Needed,
    /// Nobody will look.
    NotNeeded,
}

/// What an event brings along: a JSON object.
pub type EventPayload = serde_json::Map<String, serde_json::Value>;

/// The inputs of a workflow, by name.
pub type WorkflowInputs = [(String, String)];

/// Opens a repository on a forge, by itself: an app's tokens reach nothing else. Sends nothing yet.
///
/// # Errors
/// When the credential is of a kind that the forge does not know.
pub fn open(
    site: Site,
    client: Client,
    credential: Credential,
    masks: MaskSink,
    repo: RepoName,
) -> Result<(Reader, Writer), Error> {
    credential.check(site.dialect)?;
    let tokens = Tokens::new(Arc::new(credential), masks, Reach::Repository(repo.clone()));
    let way = Way::new(site, client, Arc::new(tokens), Arc::new(Semaphore::new(AT_ONCE)));
    Ok(Reader::and_writer(Connection::new(way, repo, Whose::Ours)))
}

/// Reads a repository.
#[derive(Clone)]
pub struct Reader(Arc<Connection>);

/// Writes to a repository.
#[derive(Clone)]
pub struct Writer(Arc<Connection>);

impl Reader {
    pub(crate) fn and_writer(connection: Connection) -> (Self, Writer) {
        let connection = Arc::new(connection);
        (Self(Arc::clone(&connection)), Writer(connection))
    }
}
