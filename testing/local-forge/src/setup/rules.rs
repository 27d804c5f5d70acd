//! Protected tags and branches.

use crate::handle::ForgeHandle;
use crate::world::accounts::ADMIN;
use crate::world::protection::{BranchProtection, TagProtection};

impl ForgeHandle {
    /// Lets only `root1` create tags that match a glob.
    #[track_caller]
    pub fn protect_tags(&self, repo: &str, pattern: &str) {
        let rule = TagProtection { pattern: pattern.to_owned(), allowed: vec![ADMIN] };
        self.change(repo, |repo| repo.protected_tags.push(rule));
    }

    /// Lets nobody push to a branch, and no pull request be merged into it without these statuses.
    #[track_caller]
    pub fn protect_branch(&self, repo: &str, branch: &str, required_checks: &[&str]) {
        let required_checks = required_checks.iter().map(|&check| check.to_owned()).collect();
        let rule = BranchProtection { branch: branch.to_owned(), required_checks };
        self.change(repo, |repo| repo.protected_branches.push(rule));
    }

    /// Takes the protection of a branch back.
    #[track_caller]
    pub fn unprotect_branch(&self, repo: &str, branch: &str) {
        self.change(repo, |repo| repo.protected_branches.retain(|rule| rule.branch != branch));
    }
}
