//! The built-in list: a template repository for each runtime that the platform knows.

use std::str::FromStr;

use domain::RepoName;
use serde::Deserialize;

/// The one list of runtimes, which the contract of templates reads as well.
const RUNTIMES: &str = include_str!("../../../../data/runtimes.toml");

/// What stands for the runtime in the name of its template.
const PLACE: &str = "{runtime}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Runtimes {
    runtimes: Vec<String>,
}

/// How the template of a runtime is called: `molecule-ai/molecule-ai-workspace-template-{runtime}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRepo(String);

/// A text that names no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not name a repository for each runtime: write `owner/name` with `{PLACE}` in the name")]
pub struct TemplateRepoError(String);

impl TemplateRepo {
    fn of(&self, runtime: &str) -> Option<RepoName> {
        self.0.replace(PLACE, runtime).parse().ok()
    }

    /// The pattern that the names of all templates match.
    #[must_use]
    pub fn pattern(&self) -> String {
        let name = self.0.split_once('/').map_or(self.0.as_str(), |(_, name)| name);
        name.replace(PLACE, "*")
    }
}

impl FromStr for TemplateRepo {
    type Err = TemplateRepoError;

    fn from_str(text: &str) -> Result<Self, TemplateRepoError> {
        let named = Self(text.to_owned());
        let is_name = text.split_once('/').is_some_and(|(_, name)| name.matches(PLACE).count() == 1);
        let is_once = text.matches(PLACE).count() == 1;
        let is_valid = is_name && is_once && named.of("runtime").is_some();
        if is_valid { Ok(named) } else { Err(TemplateRepoError(text.to_owned())) }
    }
}

/// The template repositories of all runtimes that this build knows.
#[must_use]
pub fn known_templates(repo: &TemplateRepo) -> Vec<RepoName> {
    let runtimes = toml::from_str::<Runtimes>(RUNTIMES).expect("a test reads the list").runtimes;
    runtimes.iter().map(|runtime| repo.of(runtime).expect("a test makes a name of each runtime")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOLECULES: &str = "molecule-ai/molecule-ai-workspace-template-{runtime}";

    #[test]
    fn the_built_in_list_is_molecules_eight() {
        let mut names: Vec<_> =
            known_templates(&MOLECULES.parse().unwrap()).iter().map(ToString::to_string).collect();
        names.sort();
        let runtimes = [
            "autogen",
            "claude-code",
            "crewai",
            "deepagents",
            "gemini-cli",
            "hermes",
            "langgraph",
            "openclaw",
        ];
        assert_eq!(names, runtimes.map(|runtime| MOLECULES.replace(PLACE, runtime)));
    }

    #[test]
    fn a_template_has_an_owner_and_the_runtime_in_its_name() {
        assert_eq!(MOLECULES.parse::<TemplateRepo>().unwrap().pattern(), "molecule-ai-workspace-template-*");
        for text in ["", "acme/x", "{runtime}", "{runtime}/x", "acme/{runtime}-{runtime}", "a b/{runtime}"] {
            assert!(text.parse::<TemplateRepo>().is_err(), "{text}");
        }
    }
}
