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

    /// The run succeeded and made this tag.
    #[track_caller]
    pub(crate) fn releases(self, tag: &str) -> Self {
        let ran = self.succeeds();
        assert_eq!(ran.output("tag"), tag, "{}", ran.log);
        assert_eq!(ran.output("created"), "true", "{}", ran.log);
        assert_eq!(ran.output("reason"), "released");
        ran
    }

    /// The run succeeded and released nothing, for this reason.
    #[track_caller]
    pub(crate) fn skips(self, reason: &str) -> Self {
        let ran = self.succeeds();
        assert_eq!(ran.output("skipped"), "true", "{}", ran.log);
        assert_eq!(ran.output("reason"), reason, "{}", ran.log);
        assert_eq!(ran.output("created"), "false");
        ran
    }

    /// An output's value.
    #[track_caller]
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).unwrap_or_else(|| panic!("there is no output `{name}`:\n{}", self.log))
    }

    /// The output `plan`, read.
    #[track_caller]
    pub(crate) fn plan(&self) -> Value {
        serde_json::from_str(self.output("plan")).unwrap()
    }

    /// The log holds this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.log.contains(text), "the log does not say `{text}`:\n{}", self.log);
        self
    }

    /// The log does not hold this text.
    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Self {
        assert!(!self.log.contains(text), "the log says `{text}`:\n{}", self.log);
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
