//! Protected tags and branches.

use globset::GlobBuilder;

use super::accounts::UserId;
use super::repositories::Repository;

/// Tags that only some may create.
#[derive(Debug, Clone)]
pub(crate) struct TagProtection {
    /// A glob over the name without `refs/tags/`.
    pub(crate) pattern: String,
    /// Who may.
    pub(crate) allowed: Vec<UserId>,
}

/// A branch that nobody may push to.
#[derive(Debug, Clone)]
pub(crate) struct BranchProtection {
    pub(crate) branch: String,
    /// Statuses that a pull request's head must have before it can be merged.
    pub(crate) required_checks: Vec<String>,
}

impl Repository {
    /// Whether a rule keeps this account from creating the tag.
    pub(crate) fn forbids_tag(&self, name: &str, account: Option<UserId>) -> bool {
        self.protected_tags.iter().any(|rule| {
            matches(&rule.pattern, name) && !account.is_some_and(|account| rule.allowed.contains(&account))
        })
    }

    /// The rule for this branch.
    pub(crate) fn branch_protection(&self, branch: &str) -> Option<&BranchProtection> {
        self.protected_branches.iter().find(|rule| rule.branch == branch)
    }
}

/// Whether a glob of a forge's setting or of a workflow's filter covers the name; `*` stops at a slash.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .is_ok_and(|glob| glob.compile_matcher().is_match(name))
}
