use std::collections::BTreeMap;

use domain::BranchName;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::payload;
use crate::GitRef;

/// A person or a program started the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkflowDispatch {
    /// The branch or tag it was started at.
    #[serde(rename = "ref", deserialize_with = "payload::word")]
    pub git_ref: GitRef,
    /// The workflow's inputs, as texts; those that were left out are absent or empty.
    #[serde(default, deserialize_with = "inputs")]
    pub inputs: BTreeMap<String, String>,
    /// The repository's default branch.
    #[serde(default, rename = "repository", deserialize_with = "payload::default_branch")]
    pub default_branch: Option<BranchName>,
}

/// `null` without inputs; values are texts from the web page and may be numbers or truth values from the API.
fn inputs<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let inputs = Option::<BTreeMap<String, Value>>::deserialize(from)?.unwrap_or_default();
    let text = |value| match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    Ok(inputs.into_iter().map(|(name, value)| (name, text(value))).collect())
}
