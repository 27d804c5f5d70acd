//! What came of a refresh.

use std::collections::BTreeMap;
use std::time::Duration;

use runner::Exit;
use serde::Serialize;

use crate::refresh::Runtime;

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
    /// The longest limit of a registry that was met.
    #[serde(skip)]
    pub limit: Option<Duration>,
}

impl Outcome {
    /// Notes what failed for a runtime; the others go on.
    pub fn fail(&mut self, runtime: &str, error: String) {
        if !self.failed.iter().any(|failed| failed == runtime) {
            self.failed.push(runtime.to_owned());
        }
        self.errors.entry(runtime.to_owned()).or_default().push(error);
    }

    /// Nothing was done for these runtimes.
    pub(crate) fn nothing_done(runtimes: &[Runtime], error: &str) -> Self {
        let mut outcome = Self::default();
        for runtime in runtimes {
            outcome.fail(&runtime.name, error.to_owned());
        }
        outcome
    }

    /// Notes a limit, where one was met.
    pub(crate) fn limited(&mut self, limit: Option<Duration>) {
        self.limit = self.limit.max(limit);
    }

    /// Tells the log of each error, with what becomes of it.
    pub(crate) fn tell_errors(&self, next: &str) {
        for (runtime, errors) in &self.errors {
            for error in errors {
                tracing::error!("{runtime}: {error}{next}");
            }
        }
    }

    /// How a run over these runtimes ends. Another one may have failed too, of which an earlier run has left something.
    #[must_use]
    pub fn exit(&self, runtimes: &[Runtime]) -> Exit {
        let succeeded = runtimes.iter().any(|runtime| !self.failed.contains(&runtime.name));
        match (self.failed.is_empty(), succeeded) {
            (true, _) => Exit::Done,
            (false, true) => Exit::Partial,
            (false, false) => Exit::Failed,
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
        let runtime = |name: &str| Runtime { name: name.to_owned(), image: "app".parse().unwrap() };
        let (one, two) = ([runtime("a")], [runtime("a"), runtime("b")]);
        let mut outcome = Outcome::default();
        assert_eq!(outcome.exit(&two), Exit::Done);
        outcome.fail("a", String::new());
        assert_eq!((outcome.exit(&two), outcome.exit(&one)), (Exit::Partial, Exit::Failed));
        // what an earlier run has left of another one does not undo what this one did
        assert_eq!(outcome.exit(&[runtime("b")]), Exit::Partial);
    }
}
