//! What is wrong of more targets than one: once it is known, nobody else of them is tried.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::RepoName;
use forge::Owner;

use crate::trouble::Trouble;

/// What is wrong of more targets than one.
#[derive(Debug, Default)]
pub struct Over {
    /// Whether each owner's targets are told with a token of their own.
    has_a_token_each: bool,
    everybody: RefCell<Option<Trouble>>,
    owners: RefCell<BTreeMap<String, Trouble>>,
}

impl Over {
    /// Nothing is wrong yet. An app has a token for each owner; any other credential is one for all.
    #[must_use]
    pub fn of(credential: &forge::Credential) -> Self {
        Self { has_a_token_each: matches!(credential, forge::Credential::App(_)), ..Self::default() }
    }

    /// Whether each owner's targets are told with a token of their own.
    #[must_use]
    pub fn is_by_owner(&self) -> bool {
        self.has_a_token_each
    }

    /// What is wrong of this repository, as far as another one has found it out.
    pub(super) fn for_this(&self, repo: &RepoName) -> Option<Trouble> {
        let of_all = self.everybody.borrow().clone();
        of_all.or_else(|| self.owners.borrow().get(&key(repo)).cloned())
    }

    /// The token that this repository is told with is no good.
    pub(super) fn token_refused(&self, repo: &RepoName, trouble: Trouble) {
        if self.has_a_token_each {
            self.owners.borrow_mut().entry(key(repo)).or_insert(trouble);
        } else {
            self.everybody(trouble);
        }
    }

    /// Nobody can be told.
    pub(super) fn everybody(&self, trouble: Trouble) {
        self.everybody.borrow_mut().get_or_insert(trouble);
    }
}

fn key(repo: &RepoName) -> String {
    Owner::of(repo).to_string().to_ascii_lowercase()
}
