use std::collections::BTreeMap;
use std::fmt;

/// The process environment, read once.
///
/// Everything that an action knows of its surroundings passes through this value, so a test gives an action
/// another world by building it [from pairs](Self::from_pairs). An empty variable counts as unset: runners
/// hand over every input that a workflow left out as `""`.
///
/// Its debug form lists names only, since values may be secrets.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The environment of this process. Called by [`main`](crate::main), once.
    ///
    /// Bytes that are not UTF-8 are replaced: no variable of the runner's protocol may hold any.
    #[must_use]
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let variables = std::env::vars_os();
        Self::from_pairs(
            variables.map(|(name, value)| {
                (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
            }),
        )
    }

    /// An environment that holds just these variables; of two with the same name the later counts.
    #[must_use]
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { variables: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// The value of a variable, unless it is unset or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a variable says `true`, the runners' way to set a flag.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// The value of an action's input, trimmed as GitHub's own toolkit does, unless it is unset or empty.
    ///
    /// The runner upper-cases an input's name and turns spaces into `_`; hyphens stay: `dry-run` arrives as
    /// `INPUT_DRY-RUN`. Gitea's runner also sets the bare name, which is never read: `TOKEN` or `PATHS` may
    /// mean something else to the job.
    #[must_use]
    pub fn input(&self, input: &str) -> Option<&str> {
        self.get(&Self::input_variable(input)).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The variable in which the runner passes an input: `INPUT_DRY-RUN` for `dry-run`.
    #[must_use]
    pub fn input_variable(input: &str) -> String {
        format!("INPUT_{}", input.replace(' ', "_").to_uppercase())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let environment = Environment::from_pairs([("EMPTY", ""), ("SET", "x")]);
        assert_eq!(environment.get("EMPTY"), None);
        assert_eq!(environment.get("SET"), Some("x"));
    }

    #[test]
    fn an_input_keeps_its_hyphens_and_never_comes_from_its_bare_name() {
        let environment =
            Environment::from_pairs([("INPUT_DRY-RUN", " true\n"), ("token", "t"), ("TOKEN", "t")]);
        assert_eq!(environment.input("dry-run"), Some("true"));
        assert_eq!(environment.input("token"), None);
    }

    #[test]
    fn an_input_of_blanks_counts_as_unset() {
        assert_eq!(Environment::from_pairs([("INPUT_LABELS", " \n ")]).input("labels"), None);
    }

    #[test]
    fn the_debug_form_tells_no_value() {
        let environment = Environment::from_pairs([("INPUT_TOKEN", "hunter2")]);
        assert_eq!(format!("{environment:?}"), r#"{"INPUT_TOKEN"}"#);
    }
}
