//! What a run left behind.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) log: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
}

impl Ran {
    pub(crate) fn new(exit: i32, log: String, outputs: &str, summary: String) -> Self {
        Self { exit, log, outputs: read_outputs(outputs), summary }
    }

    /// The run succeeded; what it logged otherwise.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// The run ended with this exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, code, "{}", self.log);
        self
    }

    /// An output's value.
    #[track_caller]
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).unwrap_or_else(|| panic!("there is no output `{name}`:\n{}", self.log))
    }

    /// The output `ledger`, read: what came of a target.
    #[track_caller]
    pub(crate) fn target(&self, name: &str) -> Value {
        let ledger: Value = serde_json::from_str(self.output("ledger")).unwrap();
        let targets = ledger["targets"].as_array().unwrap();
        let found = targets.iter().find(|target| target["target"] == name);
        found.unwrap_or_else(|| panic!("the ledger does not tell of `{name}`:\n{ledger:#}")).clone()
    }

    /// What the ledger says of a target, in a word; with the reason, where it failed.
    #[track_caller]
    pub(crate) fn state(&self, name: &str) -> String {
        let target = self.target(name);
        let state = target["state"].as_str().unwrap().to_owned();
        match target["reason"].as_str() {
            Some(reason) => format!("{state}: {reason}"),
            None => state,
        }
    }

    /// The log holds this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.log.contains(text), "the log does not say `{text}`:\n{}", self.log);
        self
    }
}

/// Reads the file as a runner does: `name<<delimiter`, lines, `delimiter`; or `name=value`.
fn read_outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, delimiter)) = line.split_once("<<") {
            let value: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        } else if let Some((name, value)) = line.split_once('=') {
            outputs.insert(name.to_owned(), value.to_owned());
        }
    }
    outputs
}
