//! Bumping the pins of a target by a pull request: one for each version, whatever happened before.
//!
//! Everything is read from the forge: pins of the base, the branch, its pull requests. So a first run, one after a
//! crash between the commit and the pull request, and one that comes too late are one path.

mod changes;
#[cfg(test)]
mod tests;

use domain::{CommitSha, PackageVersion, ProjectName};
use forge::{OwnPull, PullState};
use template::pins::{Allows, Obstacle, Pins, Place};

use crate::trouble::Trouble;

pub use changes::{Brought, Carries, Changes, Snapshot, fork, judge};

/// The project whose branches are called after what it is, and not after its name.
pub const RUNTIME: &str = "molecule-ai-workspace-runtime";

/// How the branches of a project's bumps begin; the version follows.
#[must_use]
pub fn prefix(project: &ProjectName) -> String {
    let name = project.as_str();
    format!("bump/{}-", if name == RUNTIME { "runtime" } else { name })
}

/// What is known of a target.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The pins on the base.
    pub pins: Pins,
    /// The files that were looked through, for the message that there is no pin.
    pub looked_through: Vec<String>,
    /// Files that the manifest names, and that pin nothing; each with a word of it.
    pub idle: Vec<String>,
    /// The open pull requests of bumps that go to the base.
    pub open: Vec<Bump>,
    /// The branch of this bump.
    pub branch: Option<Branch>,
    /// What became of the last pull request that came from it; none where there was none.
    pub last: Option<Last>,
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
    /// What it brings.
    pub changes: Changes,
}

/// The branch of a bump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its newest commit.
    pub head: CommitSha,
    /// What it has that the base has not.
    pub changes: Changes,
}

/// A pull request that is not open any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// It.
    pub pull: OwnPull,
    /// Whether a cascade has closed it, and said so.
    pub by_us: bool,
}

/// What holds for every target.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The version.
    pub version: &'a PackageVersion,
    /// Whether an earlier version is pinned on purpose.
    pub rollback: bool,
    /// The branch of the bump.
    pub branch: &'a str,
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
    let bars = facts.pins.in_the_way_of(rules.version).next().is_some();
    if let Some(trouble) = unpinned(&facts.pins, &facts.idle, &facts.looked_through, bars) {
        return Next::Done(Ending::Failed(trouble));
    }
    let version = rules.version;
    let places = || facts.pins.places();
    let not_later = |bump: &Bump| bump.version <= *version && !bump.changes.back;
    let all_are_later = places().count() > 0 && places().all(|place| *place.version > *version);
    let ahead = places().max_by_key(|place| place.version).filter(|_| all_are_later && !rules.rollback);
    if let Some(place) = ahead {
        let why = format!("`{}` is at {} by now", place.file, place.version);
        let ending = Ending::Ahead(place.version.clone(), place.to_string());
        return close_or(stale(facts, not_later), &why, ending);
    }
    let obstacle = facts.pins.in_the_way_of(version).next();
    if obstacle.is_none() && places().all(|place| place.version == version) {
        let why = format!("{version} is pinned by now");
        let is_done = |bump: &Bump| bump.version == *version || not_later(bump);
        return close_or(stale(facts, is_done), &why, Ending::Pinned);
    }
    // whoever brings a later version: it is on its way, and this one is not wanted beside it
    let later = facts.open.iter().filter(|bump| bump.version > *version && bump.changes.misses.is_none());
    if let Some(later) = later.max_by_key(|bump| &bump.version).filter(|_| !rules.rollback) {
        let why = format!("{} is on its way: #{}", later.version, later.pull.number);
        let ending = Ending::Superseded(later.version.clone(), later.pull.url.clone());
        return close_or(stale(facts, not_later), &why, ending);
    }
    if let Some(trouble) = mixed(facts, version).filter(|_| !rules.rollback) {
        return Next::Done(Ending::Failed(trouble));
    }
    if let Some(obstacle) = obstacle {
        return Next::Done(Ending::Failed(barred(obstacle)));
    }
    match facts.open.iter().find(|bump| bump.version == *version) {
        Some(own) => opened(facts, rules, own),
        None => unopened(facts, rules),
    }
}

/// What keeps a target from being bumped, to whatever version.
#[must_use]
pub fn diagnose(base: &Snapshot) -> Option<Trouble> {
    let files: Vec<String> = base.files.keys().cloned().collect();
    // what bounds the version may let the next one through
    let is_bound = |obstacle: &&Obstacle| matches!(obstacle.allows, Allows::Within(_));
    let obstacle = base.pins.obstacles.iter().find(|obstacle| !is_bound(obstacle));
    unpinned(&base.pins, &base.idle, &files, obstacle.is_some()).or_else(|| obstacle.map(barred))
}

/// Nothing is there that a bump could begin with, or not where it is said to be; `barred` tells that something is in the
/// way.
fn unpinned(pins: &Pins, idle: &[String], files: &[String], barred: bool) -> Option<Trouble> {
    if !idle.is_empty() {
        let what = format!("the manifest names {}", idle.join(", and "));
        let mending = "name the files that pin the package, by their paths from the repository's root";
        return Some(Trouble::new("no-pins", what).mended_by(mending));
    }
    if pins.places().next().is_none() && !barred {
        let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
        let what = match files.as_slice() {
            [] => "it has none of the files that pins are looked for in".to_owned(),
            files => format!("nothing pins the package by `==` in {}", files.join(", ")),
        };
        let mending = "add a `.runtime-version`, or name the files by `pins` in the manifest";
        return Some(Trouble::new("no-pins", what).mended_by(mending));
    }
    None
}

fn barred(obstacle: &Obstacle) -> Trouble {
    Trouble::new("pin", obstacle.to_string()).mended_by(obstacle.kind.hint())
}

/// Pins of which one is later than the version and another one is not: whichever was bumped, they would differ still.
fn mixed(facts: &Facts, version: &PackageVersion) -> Option<Trouble> {
    let later = facts.pins.places().find(|place| place.version > version)?;
    let other = facts.pins.places().find(|place| place.version <= version)?;
    let told = |place: Place<'_>| format!("`{place}` pins {}", place.version);
    let what = format!("{}, and {}", told(later), told(other));
    let mending =
        format!("bring them to one version; `allow-downgrade: {version}` brings all of them to this one");
    Some(Trouble::new("mixed-pins", what).mended_by(mending))
}

/// There is an open pull request of this version.
fn opened(facts: &Facts, rules: Rules<'_>, own: &Bump) -> Next {
    let Bump { pull, changes, .. } = own;
    match (&changes.misses, changes.by) {
        (Some(place), Carries::Others) => {
            let what = format!(
                "#{} comes from `{}`, carries commits that are not a cascade's, and leaves `{place}` as it is",
                pull.number, rules.branch
            );
            let mending = "bump it there by hand, or rename the branch";
            Next::Done(Ending::Failed(Trouble::new("foreign-commits", what).mended_by(mending)))
        }
        (Some(place), Carries::Ours | Carries::Nothing) => {
            Next::Close(pull.number, format!("it leaves `{place}` as it is, and is made anew"))
        }
        (None, by) => {
            let why = format!("superseded by #{}, which bumps to {}", pull.number, rules.version);
            let ending = Ending::Open {
                pull: Box::new(pull.clone()),
                adopted: facts.opened != Some(pull.number),
                carries: by,
            };
            let older = |bump: &Bump| {
                if rules.rollback {
                    bump.version != *rules.version
                } else {
                    bump.version < *rules.version && !bump.changes.back
                }
            };
            close_or(stale(facts, older), &why, ending)
        }
    }
}

/// There is no open pull request of this version yet.
fn unopened(facts: &Facts, rules: Rules<'_>) -> Next {
    let was_declined = facts.last.as_ref().filter(|last| last.pull.state == PullState::Closed && !last.by_us);
    if let Some(last) = was_declined.filter(|_| !rules.rollback) {
        return Next::Done(Ending::Declined(last.pull.url.clone()));
    }
    let Some(branch) = &facts.branch else { return Next::Commit };
    // an earlier pull request had it: what it was made from is gone by now
    let has_served = facts.last.as_ref().is_some_and(|last| last.pull.head_commit == branch.head);
    match branch.changes.by {
        Carries::Others => {
            let what = format!("`{}` carries commits that are not a cascade's", rules.branch);
            let mending = "open a pull request of it by hand, or rename or delete the branch";
            Next::Done(Ending::Failed(Trouble::new("foreign-commits", what).mended_by(mending)))
        }
        Carries::Nothing => Next::Delete(branch.head.clone()),
        // the base has gained a pin since
        Carries::Ours if has_served || branch.changes.misses.is_some() => Next::Delete(branch.head.clone()),
        // also when a run ended between the commit and the pull request
        Carries::Ours => Next::Open,
    }
}

/// Our pull requests that are needed no longer. One that brings somebody else's commits is never touched.
fn stale(facts: &Facts, is_stale: impl Fn(&Bump) -> bool) -> Option<&Bump> {
    facts.open.iter().find(|bump| bump.changes.by != Carries::Others && is_stale(bump))
}

fn close_or(stale: Option<&Bump>, why: &str, ending: Ending) -> Next {
    match stale {
        Some(bump) => Next::Close(bump.pull.number, why.to_owned()),
        None => Next::Done(ending),
    }
}
