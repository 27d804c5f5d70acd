//! Which of an organisation's repositories are targets.

use std::fmt;

use domain::RepoName;
use fast_glob::glob_match;
use forge::RepositoryState;

/// By what targets are told from an organisation's other repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// The organisation.
    pub organization: String,
    /// A pattern that names match; any name does when there is none.
    pub pattern: Option<String>,
    /// A topic that targets carry; none is needed when there is none.
    pub topic: Option<String>,
    /// Patterns of names that are left out.
    pub exclude: Vec<String>,
}

/// What an organisation has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The targets, by name.
    pub repos: Vec<RepoName>,
    /// What looks like one and is left out.
    pub left_out: Vec<(RepoName, LeftOut)>,
}

/// Why a repository is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Nothing can be written to it.
    Archived,
    /// The original is told.
    Fork,
    /// The input `exclude` names it.
    Excluded,
    /// The organisation has none of this name, as far as the token sees, or it does not match.
    NotThere,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Archived => "is archived",
            Self::Fork => "is a fork",
            Self::Excluded => "is excluded by `exclude`",
            Self::NotThere => "is not there, hidden from the token, or does not match",
        })
    }
}

impl Discovery {
    /// The targets among an organisation's repositories.
    #[must_use]
    pub fn among(&self, repositories: &[RepositoryState]) -> Found {
        let mut found = Found::default();
        for one in repositories.iter().filter(|one| self.matches(one)) {
            match self.left_out(one) {
                Some(why) => found.left_out.push((one.name.clone(), why)),
                None => found.repos.push(one.name.clone()),
            }
        }
        found.repos.sort_by_key(super::key);
        found
    }

    fn matches(&self, one: &RepositoryState) -> bool {
        let named = self.pattern.as_ref().is_none_or(|pattern| matches(pattern, one.name.name()));
        named && self.topic.as_ref().is_none_or(|topic| one.topics.contains(topic))
    }

    /// That new repositories can be made after one says nothing: a workspace template may well be offered so. What
    /// templates themselves are made from is told by its name.
    fn left_out(&self, one: &RepositoryState) -> Option<LeftOut> {
        if self.exclude.iter().any(|pattern| matches(pattern, one.name.name())) {
            Some(LeftOut::Excluded)
        } else if one.fork {
            Some(LeftOut::Fork)
        } else {
            one.archived.then_some(LeftOut::Archived)
        }
    }
}

impl Found {
    /// Why a repository is not among the targets.
    pub(super) fn why_not(&self, repo: &RepoName) -> LeftOut {
        let known = self.left_out.iter().find(|(name, _)| name == repo);
        known.map_or(LeftOut::NotThere, |(_, why)| *why)
    }
}

/// Names are compared without case, as forges compare them.
fn matches(pattern: &str, name: &str) -> bool {
    glob_match(pattern.to_ascii_lowercase(), name.to_ascii_lowercase())
}
