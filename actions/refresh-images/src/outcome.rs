//! What came of a refresh.

use std::collections::BTreeMap;

use runner::Exit;
use serde::Serialize;

/// What came of a refresh, as it is printed and answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The runtimes whose image was pulled or whose local tag was moved.
    pub pulled: Vec<String>,
    /// The runtimes of which something failed.
    pub failed: Vec<String>,
    /// The containers that were recreated; with `--remove-only`, those removed for the platform to do so.
    pub recreated: Vec<String>,
    /// What failed, by runtime.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, Vec<String>>,
}

impl Outcome {
    /// Notes what failed for a runtime; the others go on.
    pub fn fail(&mut self, runtime: &str, error: String) {
        if !self.failed.iter().any(|failed| failed == runtime) {
            self.failed.push(runtime.to_owned());
        }
        self.errors.entry(runtime.to_owned()).or_default().push(error);
    }

    /// How a run over so many runtimes ends.
    #[must_use]
    pub fn exit(&self, runtimes: usize) -> Exit {
        match self.failed.len() {
            0 => Exit::Done,
            failed if failed < runtimes => Exit::Partial,
            _ => Exit::Failed,
        }
    }

    /// One line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("lists and maps of text have a JSON form")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_three_lists_and_the_reasons_of_what_failed() {
        let mut outcome = Outcome { pulled: vec!["hermes".to_owned()], ..Outcome::default() };
        assert_eq!(outcome.to_json(), r#"{"pulled":["hermes"],"failed":[],"recreated":[]}"#);
        outcome.fail("crewai", "no such image".to_owned());
        outcome.fail("crewai", "and more".to_owned());
        assert_eq!(
            outcome.to_json(),
            r#"{"pulled":["hermes"],"failed":["crewai"],"recreated":[],"errors":{"crewai":["no such image","and more"]}}"#
        );
    }

    #[test]
    fn some_of_several_is_partial() {
        let mut outcome = Outcome::default();
        assert_eq!(outcome.exit(2), Exit::Done);
        outcome.fail("a", String::new());
        assert_eq!((outcome.exit(2), outcome.exit(1)), (Exit::Partial, Exit::Failed));
    }
}
