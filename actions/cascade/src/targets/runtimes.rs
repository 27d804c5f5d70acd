//! The built-in list: a template repository for each runtime that the platform knows.

use std::str::FromStr;

use domain::{RUNTIME_PLACE, RepoName, known_runtimes, runtime_in};

/// How the template of a runtime is called: `molecule-ai/molecule-ai-workspace-template-{runtime}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRepo(String);

/// A text that names no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` does not name a repository for each runtime: write `owner/name` with `{RUNTIME_PLACE}` in the name"
)]
pub struct TemplateRepoError(String);

impl TemplateRepo {
    fn of(&self, runtime: &str) -> Option<RepoName> {
        self.0.replace(RUNTIME_PLACE, runtime).parse().ok()
    }

    /// The pattern that the names of all templates match.
    #[must_use]
    pub fn pattern(&self) -> String {
        self.name().replace(RUNTIME_PLACE, "*")
    }

    /// The runtime whose template a repository is, whoever owns it; none where its name is another one.
    #[must_use]
    pub fn runtime_of<'r>(&self, repo: &'r RepoName) -> Option<&'r str> {
        runtime_in(repo.name(), self.name())
    }

    fn name(&self) -> &str {
        self.0.split_once('/').map_or(self.0.as_str(), |(_, name)| name)
    }
}

impl FromStr for TemplateRepo {
    type Err = TemplateRepoError;

    fn from_str(text: &str) -> Result<Self, TemplateRepoError> {
        let named = Self(text.to_owned());
        let is_name = text.split_once('/').is_some_and(|(_, name)| name.matches(RUNTIME_PLACE).count() == 1);
        let is_once = text.matches(RUNTIME_PLACE).count() == 1;
        let is_valid = is_name && is_once && named.of("runtime").is_some();
        if is_valid { Ok(named) } else { Err(TemplateRepoError(text.to_owned())) }
    }
}

/// The template repositories of all runtimes that this build knows.
#[must_use]
pub fn known_templates(repo: &TemplateRepo) -> Vec<RepoName> {
    known_runtimes()
        .iter()
        .map(|runtime| repo.of(runtime).expect("a test makes a name of each runtime"))
        .collect()
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
        assert_eq!(names, runtimes.map(|runtime| MOLECULES.replace(RUNTIME_PLACE, runtime)));
    }

    #[test]
    fn the_name_of_a_template_tells_its_runtime_whoever_owns_it() {
        let templates: TemplateRepo = MOLECULES.parse().unwrap();
        let runtime = |repo: &str| templates.runtime_of(&repo.parse().unwrap()).map(str::to_owned);
        for template in known_templates(&templates) {
            assert!(known_runtimes().contains(&runtime(template.as_str()).unwrap()), "{template}");
        }
        assert_eq!(runtime("acme/molecule-ai-workspace-template-x").as_deref(), Some("x"));
        assert_eq!(runtime("acme/server"), None);
    }

    #[test]
    fn a_template_has_an_owner_and_the_runtime_in_its_name() {
        assert_eq!(MOLECULES.parse::<TemplateRepo>().unwrap().pattern(), "molecule-ai-workspace-template-*");
        for text in ["", "acme/x", "{runtime}", "{runtime}/x", "acme/{runtime}-{runtime}", "a b/{runtime}"] {
            assert!(text.parse::<TemplateRepo>().is_err(), "{text}");
        }
    }
}
