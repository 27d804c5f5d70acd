//! A repository with its workflows.

use futures_util::future::{join3, try_join_all};
use http_client::Request;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::repository;
use crate::survey::{Surveyed, WorkflowFile, Workflows, is_workflow};

/// Gitea looks into the second folder only when the first is not there.
const FOLDERS: [&str; 2] = [".gitea/workflows", ".github/workflows"];

/// Looks at one repository. All that does not follow from anything else is asked together, of the default branch by
/// naming none.
pub(crate) async fn survey(connection: &Connection) -> Result<Surveyed, Error> {
    let task = connection.task("contents: read", format!("read the workflows of `{}`", connection.repo));
    let [first, second] = FOLDERS.map(|folder| list(connection, &task, folder));
    let (repository, first, second) = join3(repository::look_up(connection), first, second).await;
    let repository = repository?;
    if repository.found().is_none() {
        let workflows = Workflows::Unknown("the repository is not to be seen".to_owned());
        return Ok(Surveyed { repository, workflows });
    }
    let names = match first? {
        Some(names) => Some((FOLDERS[0], names)),
        None => second?.map(|names| (FOLDERS[1], names)),
    };
    let (folder, names) = names.unwrap_or((FOLDERS[0], Vec::new()));
    let files = names.into_iter().map(|name| read(connection, &task, folder, name));
    let workflows = Workflows::Known(try_join_all(files).await?);
    Ok(Surveyed { repository, workflows })
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
async fn list(connection: &Connection, task: &Task, folder: &str) -> Result<Option<Vec<String>>, Error> {
    let url = connection.repo_url(["contents"].into_iter().chain(folder.split('/')));
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
) -> Result<WorkflowFile, Error> {
    let url = connection.repo_url(["raw"].into_iter().chain(folder.split('/')).chain([name.as_str()]));
    let answer = connection.send(task, Request::get(url)).await?;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    Ok(WorkflowFile { name, text })
}
