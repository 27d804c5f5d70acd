//! A repository with its workflows.

use http_client::Request;
use serde::Deserialize;

use futures_util::future::try_join_all;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::repository::{self, RepositoryLookup};
use crate::survey::{Surveyed, WorkflowFile, Workflows, is_workflow};

/// Gitea looks into the second folder only when the first is not there.
const FOLDERS: [&str; 2] = [".gitea/workflows", ".github/workflows"];

/// Looks at one repository.
pub(crate) async fn survey(connection: &Connection) -> Result<Surveyed, Error> {
    let repository = repository::look_up(connection).await?;
    let Some(branch) = repository.found().and_then(|state| state.default_branch.as_ref()) else {
        let workflows = match &repository {
            RepositoryLookup::HiddenOrMissing => {
                Workflows::Unknown("the repository is not to be seen".to_owned())
            }
            _ => Workflows::Known(Vec::new()),
        };
        return Ok(Surveyed { repository, head: None, workflows });
    };
    let workflows = workflows(connection, branch.as_str()).await?;
    Ok(Surveyed { repository, head: None, workflows })
}

async fn workflows(connection: &Connection, branch: &str) -> Result<Workflows, Error> {
    let task = connection.task("contents: read", format!("read the workflows of `{}`", connection.repo));
    for folder in FOLDERS {
        let Some(names) = list(connection, &task, folder, branch).await? else { continue };
        let files = names.into_iter().map(|name| read(connection, &task, folder, name, branch));
        return Ok(Workflows::Known(try_join_all(files).await?));
    }
    Ok(Workflows::Known(Vec::new()))
}

#[derive(Deserialize)]
struct WireEntry {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireContents {
    Folder(Vec<WireEntry>),
    /// A file stands in the folder's place.
    File(serde::de::IgnoredAny),
}

/// The names of a folder's workflow files; `None` when there is no such folder.
async fn list(
    connection: &Connection,
    task: &Task,
    folder: &str,
    branch: &str,
) -> Result<Option<Vec<String>>, Error> {
    let mut url = connection.repo_url(["contents"].into_iter().chain(folder.split('/')));
    url.query_pairs_mut().append_pair("ref", branch);
    let answer = match connection.send(task, Request::get(url)).await {
        Ok(answer) => answer,
        Err(error) if error.status() == Some(404) => return Ok(None),
        Err(error) => return Err(error),
    };
    let entries = match answer.json().map_err(|error| task.failed(error))? {
        WireContents::Folder(entries) => entries,
        WireContents::File(_) => return Ok(None),
    };
    let files = entries.into_iter().filter(|entry| entry.kind == "file" && is_workflow(&entry.name));
    Ok(Some(files.map(|entry| entry.name).collect()))
}

async fn read(
    connection: &Connection,
    task: &Task,
    folder: &str,
    name: String,
    branch: &str,
) -> Result<WorkflowFile, Error> {
    let mut url = connection.repo_url(["raw"].into_iter().chain(folder.split('/')).chain([name.as_str()]));
    url.query_pairs_mut().append_pair("ref", branch);
    let answer = connection.send(task, Request::get(url)).await?;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    Ok(WorkflowFile { name, text })
}
