//! Repositories with their workflows, many to a query of GraphQL: by REST each would take a request and one more for
//! every file. <https://docs.github.com/en/graphql/reference/objects#repository>

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::RepoName;
use futures_util::future::join;
use http_body_util::BodyExt as _;
use octocrab::Octocrab;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Task;
use crate::repository::{RepositoryLookup, RepositoryState};
use crate::survey::{Survey, Surveyed, WorkflowFile, Workflows, is_workflow};
use crate::way::Way;
use crate::{Dialect, Error};

/// How many repositories one query asks for: GitHub gives up on a query after ten seconds.
pub(crate) const PER_QUERY: usize = 25;

const FRAGMENT: &str = "fragment state on Repository {
    databaseId nameWithOwner isArchived isFork isTemplate viewerPermission
    repositoryTopics(first: 100) { nodes { topic { name } } }
    defaultBranchRef { name }
    workflows: object(expression: \"HEAD:.github/workflows\") {
        ... on Tree { entries { name type object { ... on Blob { isTruncated text } } } }
    }
}";

/// Looks at up to [`PER_QUERY`] repositories of one owner. An error of the whole query is an error of each; but one that
/// is too much for GitHub, which then gives up without a word, is asked in halves.
pub(crate) async fn survey(way: &Way, repos: &[RepoName]) -> Survey {
    let names: Vec<_> = repos.iter().map(|repo| format!("`{repo}`")).collect();
    let task = Task::new(Dialect::GitHub, "contents: read", format!("look at {}", names.join(", ")));
    match ask(way, &task, repos).await {
        Ok(mut told) => {
            let surveyed = |(at, repo): (usize, &RepoName)| (repo.clone(), told.take(way, at, repo));
            repos.iter().enumerate().map(surveyed).collect()
        }
        Err(error) if repos.len() > 1 && is_too_much(&error) => {
            let (one, other) = repos.split_at(repos.len() / 2);
            let (one, other) = Box::pin(join(survey(way, one), survey(way, other))).await;
            one.into_iter().chain(other).collect()
        }
        Err(error) => repos.iter().map(|repo| (repo.clone(), Err(error.clone()))).collect(),
    }
}

/// Whether GitHub gave up on a query: 502 or 504, or nothing at all.
fn is_too_much(error: &Error) -> bool {
    matches!(error.status(), Some(502 | 504))
        || matches!(error.http(), Some(http_client::Error::NoAnswer { .. }))
}

async fn ask(way: &Way, task: &Task, repos: &[RepoName]) -> Result<Told, Error> {
    let mut query = String::from("query {\n");
    for (at, repo) in repos.iter().enumerate() {
        // such names need no escaping
        let (owner, name) = (repo.owner(), repo.name());
        writeln!(query, "r{at}: repository(owner: \"{owner}\", name: \"{name}\") {{ ...state }}")
            .expect("a text takes what is written to it");
    }
    let body = json!({ "query": format!("{query}}}\n{FRAGMENT}") });
    let ask = async |octocrab: &Octocrab| {
        let answer = octocrab._post("/graphql", Some(&body)).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    };
    let bytes = way.github(task, ask).await?;
    let answer: WireAnswer = serde_json::from_slice(&bytes).map_err(|error| task.unexpected(error))?;
    let told = Told { repositories: answer.data.unwrap_or_default(), errors: answer.errors };
    match told.errors.iter().find(|error| error.path.is_empty()) {
        Some(error) => Err(task.unexpected(&error.message)),
        None => Ok(told),
    }
}

/// An answer, part of which may be errors.
struct Told {
    repositories: BTreeMap<String, Option<WireRepository>>,
    errors: Vec<WireError>,
}

impl Told {
    fn take(&mut self, way: &Way, at: usize, repo: &RepoName) -> Result<Surveyed, Error> {
        let task = Task::new(Dialect::GitHub, "contents: read", format!("look at repository `{repo}`"));
        let alias = format!("r{at}");
        if let Some(wire) = self.repositories.remove(&alias).flatten() {
            let barred = self.error(&[&alias, "workflows"]);
            return wire.surveyed(&task, way, repo, barred);
        }
        match self.error(&[&alias]) {
            Some(error) if error.kind.as_deref() == Some("NOT_FOUND") => Ok(Surveyed {
                repository: RepositoryLookup::HiddenOrMissing,
                workflows: Workflows::Unknown("the repository is not to be seen".to_owned()),
            }),
            Some(error) => Err(task.unexpected(&error.message)),
            None => Err(task.unexpected("the answer does not tell of it")),
        }
    }

    /// The error at a place, or at one inside it.
    fn error(&self, place: &[&str]) -> Option<&WireError> {
        self.errors.iter().find(|error| {
            let at = error.path.iter().filter_map(Value::as_str);
            at.zip(place).filter(|(at, wanted)| at == *wanted).count() == place.len()
        })
    }
}

#[derive(Deserialize)]
struct WireAnswer {
    data: Option<BTreeMap<String, Option<WireRepository>>>,
    #[serde(default)]
    errors: Vec<WireError>,
}

#[derive(Deserialize)]
struct WireError {
    #[serde(rename = "type")]
    kind: Option<String>,
    message: String,
    #[serde(default)]
    path: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    database_id: Option<u64>,
    name_with_owner: String,
    is_archived: bool,
    is_fork: bool,
    is_template: bool,
    viewer_permission: Option<String>,
    repository_topics: Option<Nodes<WireTopic>>,
    default_branch_ref: Option<WireName>,
    workflows: Option<WireTree>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Option<Vec<Option<T>>>,
}

#[derive(Deserialize)]
struct WireTopic {
    topic: WireName,
}

#[derive(Deserialize)]
struct WireName {
    name: String,
}

#[derive(Deserialize)]
struct WireTree {
    // absent where a file stands in the folder's place
    entries: Option<Vec<WireEntry>>,
}

#[derive(Deserialize)]
struct WireEntry {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    object: Option<WireBlob>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBlob {
    is_truncated: Option<bool>,
    // none of a file that is no text
    text: Option<String>,
}

impl WireRepository {
    fn surveyed(
        self,
        task: &Task,
        way: &Way,
        asked: &RepoName,
        barred: Option<&WireError>,
    ) -> Result<Surveyed, Error> {
        let workflows = match (barred, self.workflows) {
            (Some(error), _) => Workflows::Unknown(error.message.clone()),
            (None, None) => Workflows::Known(Vec::new()),
            (None, Some(tree)) => files(tree.entries.unwrap_or_default()),
        };
        let topics = self.repository_topics.and_then(|topics| topics.nodes).into_iter().flatten();
        let branch = self.default_branch_ref.map(|branch| branch.name.parse()).transpose();
        let may_push =
            self.viewer_permission.map(|may| matches!(may.as_str(), "WRITE" | "MAINTAIN" | "ADMIN"));
        let state = RepositoryState {
            name: self.name_with_owner.parse().map_err(|invalid| task.unexpected(invalid))?,
            id: self.database_id.ok_or_else(|| task.unexpected("the answer does not tell its id"))?,
            archived: self.is_archived,
            fork: self.is_fork,
            template: self.is_template,
            default_branch: branch.map_err(|invalid| task.unexpected(invalid))?,
            topics: topics.flatten().map(|node| node.topic.name).collect(),
            user_may_push: may_push.filter(|_| way.tokens.are_a_users()),
            actions: None,
        };
        let repository =
            if state.name == *asked { RepositoryLookup::Here(state) } else { RepositoryLookup::Moved(state) };
        Ok(Surveyed { repository, workflows })
    }
}

fn files(entries: Vec<WireEntry>) -> Workflows {
    let mut files = Vec::new();
    for entry in entries.into_iter().filter(|entry| entry.kind == "blob" && is_workflow(&entry.name)) {
        let name = entry.name;
        match entry.object {
            Some(WireBlob { is_truncated: Some(false) | None, text: Some(text) }) => {
                files.push(WorkflowFile { name, text });
            }
            _ => return Workflows::Unknown(format!("`{name}` is not told whole")),
        }
    }
    Workflows::Known(files)
}
