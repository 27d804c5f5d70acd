//! Bumping the pins of a target by a pull request: one for each version, whatever happened before.
//!
//! Everything is read from the forge: pins of the base, the branch, its pull requests. So a first run, one after a
//! crash between the commit and the pull request, and one that comes too late are one path.

#[cfg(test)]
mod tests;

use domain::{CommitSha, PackageVersion};
use forge::{OwnPull, PullState};
use template::pins::Pins;

use crate::trouble::Trouble;

/// How the branches of bumps begin; the version follows.
pub const PREFIX: &str = "bump/runtime-";

/// What is known of a target.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The pins on the base.
    pub pins: Pins,
    /// The files that were looked through, for the message that there is no pin.
    pub looked_through: Vec<String>,
    /// The open pull requests of bumps that go to the base.
    pub open: Vec<Bump>,
    /// The branch of this bump.
    pub branch: Option<Branch>,
    /// What became of the last pull request that came from it; none where there was none.
    pub last: Option<OwnPull>,
    /// The pull request that this run has opened.
    pub opened: Option<u64>,
}

/// An open pull request of a bump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bump {
    /// The pull request.
    pub pull: OwnPull,
    /// The version that its branch is named by.
    pub version: PackageVersion,
    /// Whose commits it brings.
    pub carries: Carries,
}

/// The branch of a bump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its newest commit.
    pub head: CommitSha,
    /// Whose commits it has.
    pub carries: Carries,
}

/// Whose commits a branch has that its base has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// None.
    Nothing,
    /// Those of cascades of this source.
    Ours,
    /// Somebody else's as well.
    Others,
}

/// What holds for every target.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The version.
    pub version: &'a PackageVersion,
    /// Whether an earlier version is pinned on purpose.
    pub rollback: bool,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Make the branch with one commit that bumps every pin.
    Commit,
    /// Open the pull request.
    Open,
    /// Close this one, for this reason.
    Close(u64, String),
    /// Delete the branch, which has nothing that is needed.
    Delete(CommitSha),
    /// Nothing.
    Done(Ending),
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The base pins the version.
    Pinned,
    /// A pull request is open.
    Open {
        /// It.
        pull: Box<OwnPull>,
        /// It was there before this run.
        adopted: bool,
        /// Whose commits it brings.
        carries: Carries,
    },
    /// A later version is on its way.
    Superseded(PackageVersion, String),
    /// A pin is at a later version; its place.
    Ahead(PackageVersion, String),
    /// Somebody has closed the pull request of this very version; its page.
    Declined(String),
    /// It cannot be done.
    Failed(Trouble),
}

/// What to do next for a target.
#[must_use]
pub fn plan(facts: &Facts, rules: Rules<'_>) -> Next {
    if let Some(trouble) = unfit(facts) {
        return Next::Done(Ending::Failed(trouble));
    }
    let version = rules.version;
    let ahead = facts.pins.pins.iter().filter(|pin| pin.version > *version).max_by_key(|pin| &pin.version);
    if let Some(pin) = ahead.filter(|_| !rules.rollback) {
        let why = format!("`{}` is at {} by now", pin.file, pin.version);
        let ending = Ending::Ahead(pin.version.clone(), format!("{}:{}", pin.file, pin.position));
        return close_or(stale(facts, |bump| bump.version <= *version), &why, ending);
    }
    if facts.pins.pins.iter().all(|pin| pin.version == *version) {
        let why = format!("{version} is pinned by now");
        return close_or(stale(facts, |bump| bump.version <= *version), &why, Ending::Pinned);
    }
    let later = facts.open.iter().filter(|bump| bump.version > *version && bump.carries == Carries::Ours);
    if let Some(later) = later.max_by_key(|bump| &bump.version).filter(|_| !rules.rollback) {
        let why = format!("{} is on its way: #{}", later.version, later.pull.number);
        let ending = Ending::Superseded(later.version.clone(), later.pull.url.clone());
        return close_or(stale(facts, |bump| bump.version <= *version), &why, ending);
    }
    match facts.open.iter().find(|bump| bump.version == *version) {
        Some(own) => {
            let why = format!("superseded by #{}, which bumps to {version}", own.pull.number);
            let ending = Ending::Open {
                pull: Box::new(own.pull.clone()),
                adopted: facts.opened != Some(own.pull.number),
                carries: own.carries,
            };
            let older = |bump: &Bump| bump.version < *version || rules.rollback && bump.version != *version;
            close_or(stale(facts, older), &why, ending)
        }
        None => unopened(facts, rules),
    }
}

/// What keeps any bump from being made.
fn unfit(facts: &Facts) -> Option<Trouble> {
    if let Some(obstacle) = facts.pins.obstacles.first() {
        return Some(Trouble::new("pin", obstacle.to_string()).mended_by(obstacle.kind.hint()));
    }
    if facts.pins.pins.is_empty() {
        let files: Vec<_> = facts.looked_through.iter().map(|file| format!("`{file}`")).collect();
        let what = format!("nothing pins the package by `==` in {}", files.join(", "));
        let mending = "add a `.runtime-version`, or name the files by `pins` in the manifest";
        return Some(Trouble::new("no-pins", what).mended_by(mending));
    }
    None
}

/// There is no open pull request of this version yet.
fn unopened(facts: &Facts, rules: Rules<'_>) -> Next {
    let was_declined = facts.last.as_ref().filter(|last| last.state == PullState::Closed);
    if let Some(last) = was_declined.filter(|_| !rules.rollback) {
        return Next::Done(Ending::Declined(last.url.clone()));
    }
    match &facts.branch {
        None => Next::Commit,
        Some(branch) => match branch.carries {
            Carries::Others => {
                let what = format!("`{PREFIX}{}` carries commits that are not a cascade's", rules.version);
                let mending = "open a pull request of it by hand, or rename or delete the branch";
                Next::Done(Ending::Failed(Trouble::new("foreign-commits", what).mended_by(mending)))
            }
            Carries::Nothing => Next::Delete(branch.head.clone()),
            Carries::Ours => match &facts.last {
                // an earlier pull request had it: what it was made from is gone by now
                Some(last) if last.head_commit == branch.head => Next::Delete(branch.head.clone()),
                // also when a run ended between the commit and the pull request
                _ => Next::Open,
            },
        },
    }
}

/// Our pull requests that are needed no longer. One that brings somebody else's commits is never touched.
fn stale(facts: &Facts, is_stale: impl Fn(&Bump) -> bool) -> Option<&Bump> {
    facts.open.iter().find(|bump| bump.carries != Carries::Others && is_stale(bump))
}

fn close_or(stale: Option<&Bump>, why: &str, ending: Ending) -> Next {
    match stale {
        Some(bump) => Next::Close(bump.pull.number, why.to_owned()),
        None => Next::Done(ending),
    }
}
