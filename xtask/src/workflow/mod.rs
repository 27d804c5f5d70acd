//! A workflow's file, and its steps executed by hand where no runner can execute it as a whole.

mod by_hand;
#[cfg(test)]
mod scripts;

use std::path::Path;

use anyhow::{Context as _, bail};
use saphyr::{LoadableYamlNode as _, YamlOwned};

pub(crate) use by_hand::JobByHand;

/// A workflow, as it stands in its file.
#[derive(Debug)]
pub(crate) struct Workflow {
    document: YamlOwned,
}

/// A step that runs a script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The id by which its outputs are named.
    pub(crate) id: Option<String>,
    /// What `run` says.
    pub(crate) script: String,
    /// What `env` says; expressions stand in it as they are.
    pub(crate) environment: Variables,
}

/// Names and values, in their order.
pub(crate) type Variables = Vec<(String, String)>;

impl Workflow {
    /// Reads a workflow.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs_err::read_to_string(path)?;
        let document = YamlOwned::load_from_str(&text)
            .with_context(|| format!("could not read `{}`", path.display()))?
            .into_iter()
            .next()
            .with_context(|| format!("`{}` is empty", path.display()))?;
        Ok(Self { document })
    }

    /// The variables of the whole workflow.
    pub(crate) fn environment(&self) -> Variables {
        variables(self.document.as_mapping_get("env"))
    }

    /// The variables of a job.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub(crate) fn environment_of(&self, job: &str) -> anyhow::Result<Variables> {
        Ok(variables(self.job(job)?.as_mapping_get("env")))
    }

    /// The outputs of a job, as expressions.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub(crate) fn outputs_of(&self, job: &str) -> anyhow::Result<Variables> {
        Ok(variables(self.job(job)?.as_mapping_get("outputs")))
    }

    /// The names of a job's steps that run scripts.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub(crate) fn scripts_of(&self, job: &str) -> anyhow::Result<Vec<&str>> {
        let scripts = self.steps(job)?.iter().filter(|step| step.as_mapping_get("run").is_some());
        Ok(scripts.filter_map(|step| step.as_mapping_get("name")?.as_str()).collect())
    }

    /// The names of the jobs.
    pub(crate) fn jobs(&self) -> Vec<&str> {
        let jobs = self.document.as_mapping_get("jobs").and_then(YamlOwned::as_mapping);
        jobs.into_iter().flat_map(|jobs| jobs.keys()).filter_map(YamlOwned::as_str).collect()
    }

    /// A step, by the names of its job and its own.
    ///
    /// # Errors
    ///
    /// When there is none, or it runs no script.
    pub(crate) fn step(&self, job: &str, name: &str) -> anyhow::Result<Step> {
        let is_named = |step: &&YamlOwned| text(step, "name").as_deref() == Some(name);
        let Some(step) = self.steps(job)?.iter().find(is_named) else {
            bail!("the job `{job}` has no step `{name}`");
        };
        Ok(Step {
            id: text(step, "id"),
            script: text(step, "run").with_context(|| format!("the step `{name}` runs no script"))?,
            environment: variables(step.as_mapping_get("env")),
        })
    }

    fn job(&self, job: &str) -> anyhow::Result<&YamlOwned> {
        let jobs = self.document.as_mapping_get("jobs");
        jobs.and_then(|jobs| jobs.as_mapping_get(job)).with_context(|| format!("there is no job `{job}`"))
    }

    fn steps(&self, job: &str) -> anyhow::Result<&[YamlOwned]> {
        let steps = self.job(job)?.as_mapping_get("steps").and_then(YamlOwned::as_sequence);
        Ok(steps.map_or(&[], Vec::as_slice))
    }
}

fn text(node: &YamlOwned, key: &str) -> Option<String> {
    node.as_mapping_get(key)?.as_str().map(str::to_owned)
}

fn variables(node: Option<&YamlOwned>) -> Variables {
    let pairs = node.and_then(YamlOwned::as_mapping).into_iter().flatten();
    pairs.filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value.as_str()?.to_owned()))).collect()
}
