//! A small honest look at workflow files: when they run, what their runs are called, which jobs they have.

use std::collections::BTreeMap;
use std::path::Path;

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Map, Value};

use crate::Dialect;
use crate::git::{BareRepository, GitError};
use crate::world::protection::matches;

/// A workflow file of a commit.
#[derive(Debug, Clone)]
pub(crate) struct WorkflowFile {
    pub(crate) path: String,
    pub(crate) workflow: Workflow,
}

impl WorkflowFile {
    /// The name without its folder, as the API addresses it.
    pub(crate) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// What is read of a workflow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workflow {
    /// Empty when it has none.
    pub(crate) name: String,
    pub(crate) run_name: Option<String>,
    push: Option<PushFilter>,
    /// The inputs of `workflow_dispatch` with their defaults; `None` when it cannot be dispatched.
    pub(crate) dispatch: Option<BTreeMap<String, Option<String>>>,
    /// The types of `repository_dispatch` (none named: all); `None` when it does not wait for any.
    pub(crate) repository_dispatch: Option<Vec<String>>,
    /// Name and `runs-on` of each job.
    pub(crate) jobs: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
struct PushFilter {
    branches: Option<Vec<String>>,
    tags: Option<Vec<String>>,
}

/// The workflow files of a commit or branch, by name; those that are no YAML are left out, as both forges do.
pub(crate) fn at(
    git: &BareRepository,
    dialect: Dialect,
    revision: &str,
) -> Result<Vec<WorkflowFile>, GitError> {
    let Some(commit) = &git.resolve(revision)? else { return Ok(Vec::new()) };
    // Gitea looks into the second folder only when the first is not there.
    let folders: &[&str] = match dialect {
        Dialect::GitHub => &[".github/workflows/"],
        Dialect::Gitea => &[".gitea/workflows/", ".github/workflows/"],
    };
    for folder in folders {
        let mut files = Vec::new();
        for entry in git.tree(commit, Some(folder), false)? {
            let extension = Path::new(&entry.path).extension();
            let yaml = extension.is_some_and(|extension| extension == "yml" || extension == "yaml");
            if let (true, Some(text)) = (yaml, git.file(commit, &entry.path)?)
                && let Some(workflow) = Workflow::parse(&text)
            {
                files.push(WorkflowFile { path: entry.path, workflow });
            }
        }
        if !files.is_empty() {
            return Ok(files);
        }
    }
    Ok(Vec::new())
}

impl Workflow {
    /// Reads the text of a workflow file; `None` when it is no YAML mapping.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let documents = Yaml::load_from_str(text).ok()?;
        let document = documents.first().filter(|document| document.is_mapping())?;
        let on = &events(document);
        let mut workflow = Self {
            name: string(document, "name").unwrap_or_default(),
            run_name: string(document, "run-name"),
            ..Self::default()
        };
        for (event, settings) in on {
            match event.as_str() {
                "push" => {
                    let branches = settings.and_then(|settings| strings(settings, "branches"));
                    let tags = settings.and_then(|settings| strings(settings, "tags"));
                    workflow.push = Some(PushFilter { branches, tags });
                }
                "workflow_dispatch" => workflow.dispatch = Some(defaults(*settings)),
                "repository_dispatch" => {
                    let types = settings.and_then(|settings| strings(settings, "types"));
                    workflow.repository_dispatch = Some(types.unwrap_or_default());
                }
                _ => {}
            }
        }
        workflow.jobs = entries(document.as_mapping_get("jobs"))
            .map(|(id, job)| (string(job, "name").unwrap_or(id), string(job, "runs-on").unwrap_or_default()))
            .collect();
        Some(workflow)
    }

    /// Whether a push of this ref starts it.
    pub(crate) fn waits_for_push(&self, full_ref: &str) -> bool {
        let Some(filter) = &self.push else { return false };
        let (mine, other, name) = match full_ref.strip_prefix("refs/tags/") {
            Some(name) => (&filter.tags, &filter.branches, name),
            None => match full_ref.strip_prefix("refs/heads/") {
                Some(name) => (&filter.branches, &filter.tags, name),
                None => return false,
            },
        };
        match (mine, other) {
            (Some(patterns), _) => patterns.iter().any(|pattern| matches(pattern, name)),
            // A filter on branches alone leaves tags out, and the other way round.
            (None, Some(_)) => false,
            (None, None) => true,
        }
    }

    /// The inputs of a dispatch with the declared defaults filled in.
    pub(crate) fn inputs(&self, given: &Map<String, Value>) -> Map<String, Value> {
        let mut inputs = Map::new();
        for (name, default) in self.dispatch.iter().flatten() {
            inputs.insert(name.clone(), default.clone().unwrap_or_default().into());
        }
        inputs.extend(given.clone());
        inputs
    }

    /// The title of a run: `run-name` with its expressions filled in, or the commit's subject.
    pub(crate) fn title(&self, event: &Value, subject: &str) -> String {
        let Some(run_name) = &self.run_name else { return subject.to_owned() };
        let mut title = String::new();
        let mut rest = run_name.as_str();
        while let Some((before, expression, after)) = next_expression(rest) {
            title += before;
            title += &value(expression, event);
            rest = after;
        }
        title + rest
    }
}

fn next_expression(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${{")?;
    let (expression, after) = rest.split_once("}}")?;
    Some((before, expression.trim(), after))
}

/// `inputs.x`, `github.event.a.b` and texts, with `||` between them; anything else is empty, as an unset value is.
fn value(expression: &str, event: &Value) -> String {
    let values = expression.split("||").map(|alternative| alternative_value(alternative.trim(), event));
    values.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
}

fn alternative_value(expression: &str, event: &Value) -> String {
    if let Some(text) = expression.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return text.to_owned();
    }
    let path = match (expression.strip_prefix("inputs."), expression.strip_prefix("github.event.")) {
        (Some(name), _) => format!("inputs.{name}"),
        (None, Some(path)) => path.to_owned(),
        (None, None) => return String::new(),
    };
    match path.split('.').try_fold(event, |value, key| value.get(key)) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// `on` as a mapping, a list or a single name.
fn events<'y>(document: &'y Yaml<'y>) -> Vec<(String, Option<&'y Yaml<'y>>)> {
    let Some(on) = document.as_mapping_get("on") else { return Vec::new() };
    if let Some(name) = on.as_str() {
        return vec![(name.to_owned(), None)];
    }
    if let Some(names) = on.as_sequence() {
        return names.iter().filter_map(Yaml::as_str).map(|name| (name.to_owned(), None)).collect();
    }
    entries(Some(on)).map(|(name, settings)| (name, Some(settings))).collect()
}

fn defaults(settings: Option<&Yaml<'_>>) -> BTreeMap<String, Option<String>> {
    entries(settings.and_then(|settings| settings.as_mapping_get("inputs")))
        .map(|(name, input)| (name, string(input, "default")))
        .collect()
}

fn entries<'y>(node: Option<&'y Yaml<'y>>) -> impl Iterator<Item = (String, &'y Yaml<'y>)> {
    node.and_then(Yaml::as_mapping)
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)))
}

fn string(node: &Yaml<'_>, key: &str) -> Option<String> {
    let value = node.as_mapping_get(key)?;
    value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_bool().map(|value| value.to_string()))
        .or_else(|| value.as_integer().map(|value| value.to_string()))
}

fn strings(node: &Yaml<'_>, key: &str) -> Option<Vec<String>> {
    let value = node.as_mapping_get(key)?;
    if let Some(one) = value.as_str() {
        return Some(vec![one.to_owned()]);
    }
    Some(value.as_sequence()?.iter().filter_map(Yaml::as_str).map(str::to_owned).collect())
}
