//! Accounts that are made and deleted while an image is built.

use std::collections::BTreeMap;
use std::sync::Arc;

use text::Span;

use super::trace::{Reason, Trace};
use crate::shell::{Executed, Field, Given, Options, Program};

/// Accounts, and how they came to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The accounts that exist in the end, besides those of the base image, by their names; none for a name that
    /// cannot be told.
    pub present: BTreeMap<Option<String>, Account>,
    /// What was done to accounts, in order; what concerns an account that is gone, too.
    pub events: Vec<AccountEvent>,
    /// How many accounts have which number.
    numbers: BTreeMap<u32, usize>,
    /// How many have one that cannot be told.
    unknown: usize,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub uid: Uid,
    /// The lines that make it what it is.
    pub trace: Trace,
}

/// An account's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uid {
    /// It is given.
    Given(u32),
    /// It is the next free one, counted from 1000: what `useradd` takes where none is given.
    Next(u32),
    /// It is that of a system account, below 1000.
    System,
    /// It cannot be told.
    Unknown,
}

impl Uid {
    /// The number, where it can be told.
    #[must_use]
    pub const fn number(self) -> Option<u32> {
        match self {
            Self::Given(number) | Self::Next(number) => Some(number),
            Self::System | Self::Unknown => None,
        }
    }
}

/// Something done to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvent {
    /// What.
    pub kind: AccountEventKind,
    /// The account's name; none where it cannot be told.
    pub name: Option<String>,
    /// The script that the command stands in; none for the Dockerfile.
    pub file: Option<Arc<str>>,
    /// The command.
    pub span: Span,
    /// Whether a condition decides if it is done.
    pub conditional: bool,
}

/// What is done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountEventKind {
    /// It is made.
    Made(Uid),
    /// It is given another number or name.
    Changed,
    /// It is deleted.
    Deleted,
}

/// <https://man7.org/linux/man-pages/man8/useradd.8.html>
const USERADD: Options = Options {
    valued: "bcdefgGkKpPRsuZ",
    long_valued: &[
        "base-dir",
        "comment",
        "home-dir",
        "home",
        "expiredate",
        "inactive",
        "gid",
        "groups",
        "skel",
        "key",
        "password",
        "prefix",
        "root",
        "shell",
        "uid",
        "selinux-user",
    ],
    mixed: true,
};

/// Debian's `adduser`, and the one of `BusyBox`, whose options do not contradict each other.
const ADDUSER: Options = Options {
    valued: "hgsGuk",
    long_valued: &[
        "conf", "home", "shell", "uid", "gid", "firstuid", "lastuid", "firstgid", "lastgid", "ingroup",
        "gecos", "comment",
    ],
    mixed: true,
};

/// <https://man7.org/linux/man-pages/man8/usermod.8.html>
const USERMOD: Options = Options {
    valued: "cdefgGlpPRsuvVwWZ",
    long_valued: &[
        "comment",
        "home",
        "expiredate",
        "inactive",
        "gid",
        "groups",
        "login",
        "password",
        "prefix",
        "root",
        "shell",
        "uid",
        "selinux-user",
    ],
    mixed: true,
};

const DELETE: Options =
    Options { valued: "RP", long_valued: &["conf", "root", "prefix", "backup-to"], mixed: true };

/// The first number that is not a system account's.
const FIRST: u32 = 1000;
/// The last number that is given out.
const LAST: u32 = 60_000;

impl Accounts {
    /// The account of a name, if it exists in the end.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Account> {
        self.present.get(&Some(name.to_owned()))
    }

    /// What was done to the account of a name, in order.
    pub fn events_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a AccountEvent> {
        self.events.iter().filter(move |event| event.name.as_deref() == Some(name))
    }

    /// Carries out a command, if it is about accounts.
    pub(super) fn apply(&mut self, command: &Executed, program: &Program) {
        let Some(name) = program.name() else { return };
        let arguments = program.argv.get(1..).unwrap_or_default();
        match name {
            "useradd" => {
                let given = USERADD.read(arguments);
                self.make(command, &given, given.has(&["r", "system"]));
            }
            "adduser" => {
                let given = ADDUSER.read(arguments);
                // With two names, the account is there already and joins a group.
                if given.operands.len() < 2 {
                    self.make(command, &given, given.has(&["S", "system"]));
                }
            }
            "userdel" => self.delete(command, &DELETE.read(arguments)),
            "deluser" => {
                let given = DELETE.read(arguments);
                if given.operands.len() < 2 {
                    self.delete(command, &given);
                }
            }
            "usermod" => self.change(command, &USERMOD.read(arguments)),
            "echo" | "printf" if command.writes.iter().any(|(_, path)| path == "/etc/passwd") => {
                self.written(command, arguments);
            }
            _ => {}
        }
    }

    fn make(&mut self, command: &Executed, given: &Given, system: bool) {
        let Some(operand) = given.operands.last() else { return };
        let uid = match given.value(&["u", "uid"]) {
            Some(field) => field.text.as_deref().and_then(number).map_or(Uid::Unknown, Uid::Given),
            None if given.unclear => Uid::Unknown,
            None if system => Uid::System,
            None => self.next(),
        };
        self.insert(command, operand.text.clone(), uid);
    }

    fn insert(&mut self, command: &Executed, name: Option<String>, uid: Uid) {
        self.event(command, AccountEventKind::Made(uid), name.clone());
        if name.is_some() && self.present.contains_key(&name) {
            // The command fails: the account is there already.
            return;
        }
        let shown =
            name.as_deref().map_or_else(|| "an account".to_owned(), |name| format!("the account `{name}`"));
        let why = match uid {
            Uid::Given(number) => format!("makes {shown} with uid {number}"),
            Uid::Next(number) => format!("makes {shown} with the next free uid, which is {number}"),
            Uid::System => format!("makes {shown} with the uid of a system account"),
            Uid::Unknown => format!("makes {shown} with a uid that cannot be told"),
        };
        self.put(name, Account { uid, trace: vec![Reason::of(command.file.as_deref(), command.span, why)] });
    }

    fn put(&mut self, name: Option<String>, account: Account) {
        match account.uid {
            Uid::Given(number) | Uid::Next(number) => *self.numbers.entry(number).or_default() += 1,
            Uid::Unknown => self.unknown += 1,
            Uid::System => {}
        }
        self.present.insert(name, account);
    }

    fn take(&mut self, name: &str) -> Option<Account> {
        let account = self.present.remove(&Some(name.to_owned()))?;
        match account.uid {
            Uid::Given(number) | Uid::Next(number) => {
                if let Some(count) = self.numbers.get_mut(&number) {
                    *count -= 1;
                    if *count == 0 {
                        self.numbers.remove(&number);
                    }
                }
            }
            Uid::Unknown => self.unknown = self.unknown.saturating_sub(1),
            Uid::System => {}
        }
        Some(account)
    }

    /// The number after the highest that was given out.
    fn next(&self) -> Uid {
        if self.unknown > 0 {
            return Uid::Unknown;
        }
        Uid::Next(self.numbers.range(FIRST..=LAST).next_back().map_or(FIRST, |(highest, _)| highest + 1))
    }

    fn delete(&mut self, command: &Executed, given: &Given) {
        let Some(operand) = given.operands.last() else { return };
        self.event(command, AccountEventKind::Deleted, operand.text.clone());
        if let Some(name) = &operand.text {
            self.take(name);
        }
    }

    fn change(&mut self, command: &Executed, given: &Given) {
        let Some(name) = given.operands.last().and_then(|operand| operand.text.clone()) else { return };
        let uid = given.value(&["u", "uid"]);
        let login = given.value(&["l", "login"]);
        if uid.is_none() && login.is_none() {
            return;
        }
        self.event(command, AccountEventKind::Changed, Some(name.clone()));
        let before = self.take(&name);
        let why =
            if before.is_some() { "changes the account" } else { "changes an account of the base image" };
        let mut account = before.unwrap_or(Account { uid: Uid::Unknown, trace: Trace::new() });
        account.uid = uid.map_or(account.uid, given_number);
        account.trace.push(Reason::of(command.file.as_deref(), command.span, why));
        self.put(login.map_or(Some(name), |login| login.text.clone()), account);
    }

    /// Lines written to the table of accounts by hand: `name:x:uid:…`.
    fn written(&mut self, command: &Executed, arguments: &[Field]) {
        let texts = arguments.iter().filter_map(|field| field.text.as_deref());
        for line in texts.flat_map(|text| text.split(['\n'])).flat_map(|text| text.split("\\n")) {
            let mut columns = line.split(':');
            if let (Some(name), Some(_), Some(uid), Some(_)) =
                (columns.next(), columns.next(), columns.next(), columns.next())
                && !name.is_empty()
            {
                let uid = number(uid).map_or(Uid::Unknown, Uid::Given);
                self.insert(command, Some(name.to_owned()), uid);
            }
        }
    }

    fn event(&mut self, command: &Executed, kind: AccountEventKind, name: Option<String>) {
        let Executed { span, conditional, .. } = *command;
        let file = command.file.clone();
        self.events.push(AccountEvent { kind, name, file, span, conditional });
    }
}

fn given_number(field: &Field) -> Uid {
    field.text.as_deref().and_then(number).map_or(Uid::Unknown, Uid::Given)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
