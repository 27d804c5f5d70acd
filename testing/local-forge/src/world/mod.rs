//! What the forge itself knows, in no dialect: who there is, who may what, and everything about a
//! repository that is not in git.

pub(crate) mod accounts;
pub(crate) mod apps;
pub(crate) mod clock;
pub(crate) mod conditions;
pub(crate) mod protection;
pub(crate) mod pulls;
pub(crate) mod releases;
pub(crate) mod repositories;
pub(crate) mod runs;
pub(crate) mod tokens;

use std::collections::BTreeMap;

use accounts::{Account, AccountKind, UserId};
use apps::App;
use clock::Clock;
use conditions::Conditions;
use repositories::{RepoId, Repository};
use tokens::Token;

use crate::Dialect;
use crate::git::Identity;

/// The state behind both dialects.
#[derive(Debug)]
pub(crate) struct World {
    /// Decides what differs in effect: where workflows lie, how merges are worded.
    pub(crate) dialect: Dialect,
    pub(crate) clock: Clock,
    pub(crate) accounts: Vec<Account>,
    /// By the token itself.
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) repositories: BTreeMap<RepoId, Repository>,
    /// Present full names, in lower case.
    names: BTreeMap<String, RepoId>,
    /// Former full names, in lower case.
    moved: BTreeMap<String, RepoId>,
    pub(crate) apps: Vec<App>,
    pub(crate) conditions: Conditions,
    last_id: u64,
}

impl World {
    /// A world with its three people, its robot, and nothing else.
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            clock: Clock::default(),
            accounts: accounts::founders(dialect),
            tokens: BTreeMap::new(),
            repositories: BTreeMap::new(),
            names: BTreeMap::new(),
            moved: BTreeMap::new(),
            apps: Vec::new(),
            conditions: Conditions::default(),
            last_id: 1000,
        }
    }

    /// A number that no other thing in this world has.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The account of this name, in any case.
    pub(crate) fn account(&self, login: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.login.eq_ignore_ascii_case(login))
    }

    /// The account of this id.
    ///
    /// # Panics
    ///
    /// Never: accounts are not deleted.
    pub(crate) fn account_by_id(&self, id: UserId) -> &Account {
        self.accounts.iter().find(|account| account.id == id).expect("accounts are never deleted")
    }

    /// An account as the author of something that happens now.
    pub(crate) fn sign(&mut self, id: UserId) -> Identity {
        let now = self.clock.tick();
        self.account_by_id(id).identity(now)
    }

    /// The account of this name; made when there is none.
    pub(crate) fn account_or_new(&mut self, login: &str, kind: AccountKind) -> UserId {
        if let Some(account) = self.account(login) {
            return account.id;
        }
        let id = UserId(i64::try_from(self.next_id()).expect("a test makes few accounts"));
        self.accounts.push(Account::new(id, login, kind));
        id
    }

    /// Finds a repository by owner and name, under its present or a former name.
    pub(crate) fn find(&self, owner: &str, name: &str) -> Found {
        let asked = format!("{owner}/{name}").to_lowercase();
        match (self.names.get(&asked), self.moved.get(&asked)) {
            (Some(id), _) => Found::Here(*id),
            (None, Some(id)) => Found::Moved(*id),
            (None, None) => Found::Nowhere,
        }
    }

    /// Renames a repository within its owner; the old name leads to the new one.
    pub(crate) fn rename(&mut self, id: RepoId, to: &str) {
        let former = self.repo(id).full_name(self).to_lowercase();
        self.names.remove(&former);
        self.moved.insert(former, id);
        to.clone_into(&mut self.repo_mut(id).name);
        let present = self.repo(id).full_name(self).to_lowercase();
        self.names.insert(present, id);
    }

    /// Takes a repository in.
    pub(crate) fn insert_repository(&mut self, repository: Repository) {
        let (id, name) = (repository.id, repository.full_name(self).to_lowercase());
        self.names.insert(name, id);
        self.repositories.insert(id, repository);
    }

    /// The repository of this id.
    ///
    /// # Panics
    ///
    /// Never: repositories are not deleted.
    pub(crate) fn repo(&self, id: RepoId) -> &Repository {
        self.repositories.get(&id).expect("repositories are never deleted")
    }

    /// The repository of this id, to be changed.
    ///
    /// # Panics
    ///
    /// Never: repositories are not deleted.
    pub(crate) fn repo_mut(&mut self, id: RepoId) -> &mut Repository {
        self.repositories.get_mut(&id).expect("repositories are never deleted")
    }
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A repository of this name.
    Here(RepoId),
    /// A repository that had this name once.
    Moved(RepoId),
    /// Nothing.
    Nowhere,
}
