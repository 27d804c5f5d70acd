//! The steps of a bump, each of which writes.

use domain::CommitSha;
use forge::{Answer, BranchDeletion, CommitOutcome, Error, FileChange, Limited, NewCommit, NewPull};
use template::pins::Pins;

use super::gather::Read;
use super::{CLOSED_BY, Site, Teller};
use crate::outcome::State;
use crate::pace::{Cost, Kind};
use crate::trouble::Trouble;

/// What a step came to.
pub(super) enum Step {
    /// It was taken, or it turned out that something else has come between: look again.
    Taken,
    /// Nothing was sent, or nothing was taken: look again.
    NotTaken,
    /// It cannot be taken.
    Stuck(State),
}

impl Teller<'_> {
    pub(super) async fn commit(&self, site: &Site<'_>, read: &Read) -> Result<Step, Error> {
        let payload = &self.settings.payload;
        let bumped = match read.facts.pins.bumped(&read.base.files, payload.version()) {
            Ok(bumped) => bumped,
            Err(error) => return Ok(stuck(Trouble::new("pin", error.to_string()))),
        };
        let files: Vec<FileChange> = bumped
            .into_iter()
            .map(|(path, after)| {
                let before = read.base.files.get(&path).cloned().flatten();
                FileChange { path, before, after }
            })
            .collect();
        let message = self.message(payload.version());
        let Some(_permit) = self.turn(Cost::writes(3 + files.len())).await else { return Ok(Step::NotTaken) };
        let new = NewCommit {
            branch: &site.branch,
            base: &site.base,
            at: &read.at,
            message: &message,
            files: &files,
        };
        let answer = site.writer.commit_files(&new).await?;
        Ok(self.settled(answer, |outcome: CommitOutcome| {
            tracing::debug!("`{}`: {outcome:?}", site.ready.repo);
            Step::Taken
        }))
    }

    pub(super) async fn open(
        &self,
        site: &Site<'_>,
        pins: &Pins,
        opened: &mut Option<u64>,
    ) -> Result<Step, Error> {
        let payload = &self.settings.payload;
        let changed = pins.pins.iter().filter(|pin| pin.version != *payload.version());
        let changed = changed.map(|pin| {
            let file = runner::markdown::code(&pin.file);
            format!("- {file}: {} → {}\n", pin.version, payload.version())
        });
        let body = format!(
            "`{}` {} was released from `{}`. This changes its pins:\n\n{}\nCascade: `{}`\n",
            self.settings.package,
            payload.version(),
            payload.source(),
            changed.collect::<String>(),
            payload.id()
        );
        let Some(_permit) = self.turn(Cost::writes(1)).await else { return Ok(Step::NotTaken) };
        let title = self.title(payload.version());
        let new = NewPull { head: &site.branch, base: &site.base, title: &title, body: &body };
        let answer = site.writer.open_pull_request(&new).await?;
        Ok(self.settled(answer, |opening| match opening {
            forge::PullOpening::Opened(pull) => {
                *opened = Some(pull.number);
                Step::Taken
            }
            forge::PullOpening::AlreadyOpen(_) | forge::PullOpening::NothingNew => Step::Taken,
        }))
    }

    pub(super) async fn close(&self, site: &Site<'_>, number: u64, why: &str) -> Result<Step, Error> {
        let Some(_permit) = self.turn(Cost::writes(2)).await else { return Ok(Step::NotTaken) };
        let comment = format!("{CLOSED_BY}{}`: {why}.", self.settings.payload.id());
        let answer = site.writer.close_pull_request(number, &comment).await?;
        Ok(self.settled(answer, |_| Step::Taken))
    }

    pub(super) async fn delete(&self, site: &Site<'_>, head: &CommitSha) -> Result<Step, Error> {
        let Some(_permit) = self.turn(Cost::writes(1)).await else { return Ok(Step::NotTaken) };
        match site.writer.delete_branch(&site.branch, head).await? {
            BranchDeletion::Refused(why) => {
                let what = format!("`{}` could not be deleted: {why}", site.branch);
                Ok(stuck(Trouble::new("branch", what).mended_by("delete the branch by hand")))
            }
            BranchDeletion::Deleted => Ok(Step::Taken),
        }
    }

    /// What an answer leads to: after anything but a refusal the forge is looked at again.
    fn settled<T>(&self, answer: Answer<T>, done: impl FnOnce(T) -> Step) -> Step {
        match answer {
            Answer::Done(value) => {
                self.paced.went_well(Kind::Write);
                done(value)
            }
            Answer::Refused(refused) => stuck(Trouble::refused(&refused)),
            Answer::Ambiguous(error) => stuck(
                Trouble::failed("ambiguous", &error).mended_by("run again: what is there by then is adopted"),
            ),
            Answer::Limited(Limited { lasts, error }) => match self.limited(Kind::Write, lasts, &error) {
                Ok(()) => Step::NotTaken,
                Err(trouble) => stuck(trouble),
            },
            Answer::Moved(name) => {
                let what = format!("it was renamed to `{name}` a moment ago");
                stuck(Trouble::new("moved", what).mended_by("run again, and list it under its new name"))
            }
        }
    }
}

fn stuck(trouble: Trouble) -> Step {
    Step::Stuck(State::Failed(trouble))
}
