//! People, organisations and robots.

use jiff::Timestamp;

use crate::Dialect;
use crate::git::Identity;

/// The id of an account; negative for Gitea's built-in robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UserId(pub(crate) i64);

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    /// A person.
    User,
    /// A robot, like a GitHub App's or the one behind job tokens.
    Bot,
    /// An organisation: it owns repositories and does nothing itself.
    Organization,
}

/// Somebody on the forge.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: UserId,
    pub(crate) login: String,
    pub(crate) full_name: String,
    /// What the account itself sees, and what its commits carry.
    pub(crate) email: String,
    pub(crate) kind: AccountKind,
    /// May do everything everywhere.
    pub(crate) site_admin: bool,
}

/// `root1`, to whom everything belongs.
pub(crate) const ADMIN: UserId = UserId(1);
/// `dev`, who writes.
pub(crate) const WRITER: UserId = UserId(3);
/// `bot`, who reads.
pub(crate) const READER: UserId = UserId(4);
/// The robot behind job tokens.
pub(crate) const ACTIONS: UserId = UserId(-2);

/// The accounts of a new world.
pub(crate) fn founders(dialect: Dialect) -> Vec<Account> {
    let person = |id, login, email: &str| Account {
        email: email.to_owned(),
        ..Account::new(id, login, AccountKind::User)
    };
    vec![
        Account { site_admin: true, ..person(ADMIN, "root1", "r@e.local") },
        person(WRITER, "dev", "dev@e.local"),
        person(READER, "bot", "bot@e.local"),
        match dialect {
            Dialect::Gitea => Account {
                full_name: "Gitea Actions".to_owned(),
                email: "teabot@gitea.io".to_owned(),
                ..Account::new(ACTIONS, "gitea-actions", AccountKind::Bot)
            },
            Dialect::GitHub => Account {
                email: "41898282+github-actions[bot]@users.noreply.github.com".to_owned(),
                ..Account::new(ACTIONS, "github-actions[bot]", AccountKind::Bot)
            },
        },
    ]
}

impl Account {
    pub(crate) fn new(id: UserId, login: &str, kind: AccountKind) -> Self {
        let email = match kind {
            AccountKind::Organization => String::new(),
            AccountKind::User | AccountKind::Bot => format!("{login}@e.local"),
        };
        Self { id, login: login.to_owned(), full_name: String::new(), email, kind, site_admin: false }
    }

    /// The account as the author of something at `when`.
    pub(crate) fn identity(&self, when: Timestamp) -> Identity {
        Identity { name: self.login.clone(), email: self.email.clone(), when }
    }
}
