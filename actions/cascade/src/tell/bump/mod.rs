//! Telling by a pull request that bumps the pins.

mod gather;
mod links;
mod snapshots;
mod steps;

use domain::{BranchName, PackageVersion};
use forge::{Reader, Writer};

use gather::{Lost, Read};
use snapshots::Snapshots;
use steps::Step;

use super::Teller;
use super::merge::Candidate;
use super::so_far::SoFar;
use crate::cascade_id::CascadeId;
use crate::mode::Mode;
use crate::outcome::{Outcome, State};
use crate::pace::{Cost, Kind};
use crate::plan::bumping::{Carries, Ending, Next, Rules, diagnose, plan, prefix};
use crate::preflight::Ready;
use crate::trouble::Trouble;

/// How many steps one target takes at most; a first run takes two, and closing older bumps one for each.
const MOST_STEPS: usize = 40;
/// What it costs to read a target anew, at about: there may be more files, and more older bumps.
const ROUND: Cost = Cost::reads(8);
/// How the comment begins by which a cascade closes a pull request: by it a later run knows that no person did.
const CLOSED_BY: &str = "Closed by the cascade `";

/// The repository as a bump sees it.
struct Site<'a> {
    reader: Reader,
    writer: Writer,
    base: BranchName,
    branch: BranchName,
    ready: &'a Ready,
}

impl Teller<'_> {
    pub(super) async fn by_pull_request(&self, ready: &Ready, outcome: &mut Outcome) {
        debug_assert_eq!(ready.choice.mode, Mode::BumpPr);
        let Some(site) = self.site(ready) else {
            outcome.state = State::Failed(empty());
            return;
        };
        outcome.state = match self.bump(&site, outcome).await {
            Ok(state) => state,
            Err(lost) => self.lost(ready, lost),
        };
    }

    /// What keeps a target from being bumped, by whatever release.
    pub(super) async fn diagnosed(&self, ready: &Ready) -> Option<State> {
        let Some(site) = self.site(ready) else { return Some(State::Failed(empty())) };
        let at = match site.reader.branch(&site.base).await {
            Ok(Some(at)) => at,
            Ok(None) => return Some(State::Failed(no_branch(&site.base))),
            Err(error) => return Some(State::Failed(self.failed(&ready.repo, &error))),
        };
        let snapshots = Snapshots::new(&site.reader, &self.settings.package, &ready.target.pins);
        match snapshots.at(&at).await {
            Ok(base) => diagnose(&base).map(State::Failed),
            Err(lost) => Some(self.lost(ready, lost)),
        }
    }

    /// The repository as a bump sees it; none where it has no branch at all.
    fn site<'r>(&self, ready: &'r Ready) -> Option<Site<'r>> {
        let base = ready.target.reference.clone().or_else(|| ready.state.default_branch.clone())?;
        let name = prefix(&self.settings.package) + &self.settings.payload.version().to_string();
        let branch = name.parse().expect("a version by PEP 440 is part of a branch's name");
        let (reader, writer) = self.forge.repository(ready.repo.clone());
        Some(Site { reader, writer, base, branch, ready })
    }

    fn lost(&self, ready: &Ready, lost: Lost) -> State {
        match lost {
            Lost::Call(error) => State::Failed(self.failed(&ready.repo, &error)),
            Lost::File(path) => {
                let what = format!("its tree has `{path}`, and the forge says that it is not there");
                State::Failed(Trouble::new("forge", what).mended_by("run again"))
            }
        }
    }

    async fn bump(&self, site: &Site<'_>, outcome: &mut Outcome) -> Result<State, Lost> {
        let rules = Rules {
            version: self.settings.payload.version(),
            rollback: self.settings.rollback,
            branch: site.branch.as_str(),
        };
        let snapshots = Snapshots::new(&site.reader, &self.settings.package, &site.ready.target.pins);
        let (mut opened, mut is_begun) = (None, false);
        for _ in 0..MOST_STEPS {
            if let Some(trouble) = self.over(&site.ready.repo) {
                let trouble = if is_begun { unfinished(trouble) } else { SoFar::Untouched.over(trouble) };
                return Ok(State::Failed(trouble));
            }
            let Some(permit) = self.turn(ROUND).await else { continue };
            let read = self.read(site, &snapshots).await;
            drop(permit);
            let read = match read {
                Err(Lost::Call(error)) => match self.after_a_limit(&site.ready.repo, &error) {
                    Ok(()) => continue,
                    Err(trouble) => return Ok(State::Failed(trouble)),
                },
                read => read?,
            };
            self.paced.went_well(Kind::Read);
            let Some(mut read) = read else {
                return Ok(State::Failed(no_branch(&site.base)));
            };
            read.facts.opened = opened;
            let next = plan(&read.facts, rules);
            if let (true, Some(step)) = (self.settings.dry_run, planned(&next, &read, site, rules.version)) {
                return Ok(State::Planned(step));
            }
            let step = match next {
                Next::Commit => self.commit(site, &read).await?,
                Next::Open => self.open(site, &read.facts.pins, &mut opened).await?,
                Next::Close(number, why) => self.close(site, number, &why).await?,
                Next::Delete(head) => self.delete(site, &head).await?,
                Next::Done(ending) => return Ok(self.concluded(site, ending, outcome).await),
            };
            match step {
                Step::Taken => is_begun = true,
                Step::NotTaken => {}
                Step::Stuck(state) => return Ok(state),
            }
        }
        let what = format!("its branches and pull requests changed under this run {MOST_STEPS} times");
        Ok(State::Failed(Trouble::new("contended", what).mended_by("run again when nothing else is at work")))
    }

    async fn concluded(&self, site: &Site<'_>, ending: Ending, outcome: &mut Outcome) -> State {
        let to_merge = match (&ending, self.settings.auto_merge) {
            (Ending::Open { pull, carries: Carries::Ours, .. }, Some(style)) if !self.settings.dry_run => {
                Some((pull.number, pull.head_commit.clone(), style))
            }
            _ => None,
        };
        let state = end(ending, outcome);
        match to_merge {
            Some((number, head, style)) => {
                let (reader, writer) = (&site.reader, &site.writer);
                let repo = &site.ready.repo;
                let candidate = Candidate { repo, reader, writer, number, head: &head, style };
                Box::pin(self.merge(&candidate, outcome)).await
            }
            None => state,
        }
    }

    fn title(&self, version: &PackageVersion) -> String {
        format!("Bump {} to {version}", self.settings.package)
    }

    /// The message of the commit that bumps to a version, by whichever run.
    fn message(&self, version: &PackageVersion) -> String {
        let source = self.settings.payload.source();
        let id = CascadeId::new(source, version);
        format!("{}\n\nCascade: {id}\nSource: {source}\n", self.title(version))
    }
}

fn empty() -> Trouble {
    Trouble::new("empty", "it has no branch yet").mended_by("push a first commit to it")
}

/// A bump that was begun by this very run.
fn unfinished(trouble: Trouble) -> Trouble {
    Trouble { what: format!("its bump was begun and is not done: {}", trouble.what), ..trouble }
}

fn no_branch(base: &BranchName) -> Trouble {
    let what = format!("there is no branch `{base}`");
    Trouble::new("no-branch", what).mended_by("name a branch that is there: `ref`")
}

/// What a step would be, in words; none where nothing would be done.
fn planned(next: &Next, read: &Read, site: &Site<'_>, version: &PackageVersion) -> Option<String> {
    Some(match next {
        Next::Commit => {
            let pins = read.facts.pins.pins.iter().filter(|pin| pin.version != *version);
            let pins: Vec<_> =
                pins.map(|pin| format!("{}:{} ({})", pin.file, pin.position, pin.version)).collect();
            format!("would bump {} on `{}`", pins.join(", "), site.branch)
        }
        Next::Open => format!("would open a pull request of `{}`", site.branch),
        Next::Close(number, why) => format!("would close #{number}: {why}"),
        Next::Delete(_) => format!("would make `{}` anew", site.branch),
        Next::Done(_) => return None,
    })
}

fn end(ending: Ending, outcome: &mut Outcome) -> State {
    match ending {
        Ending::Pinned => State::Told("pinned"),
        Ending::Open { pull, adopted, carries } => {
            outcome.links = vec![pull.url];
            outcome.notes.extend(adopted.then(|| "an earlier run opened it".to_owned()));
            if carries == Carries::Others {
                outcome.notes.push("it carries somebody else's commits as well: left as it is".to_owned());
            }
            State::Told("opened")
        }
        Ending::Superseded(version, url) => {
            outcome.links = vec![url];
            State::Skipped("superseded", format!("a bump to {version} is open"))
        }
        Ending::Ahead(version, place) => {
            let what = format!("`{place}` pins {version}, which is later: give `allow-downgrade` to go back");
            State::Skipped("ahead", what)
        }
        Ending::Declined(url) => {
            outcome.links = vec![url];
            State::Skipped("declined", "somebody has closed its pull request: open it again there".to_owned())
        }
        Ending::Failed(trouble) => State::Failed(trouble),
    }
}
