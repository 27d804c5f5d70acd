//! Telling by an event or by starting a workflow.

use std::time::Duration;

use domain::RepoName;
use forge::{Answer, Dialect, Error, Limited, Reader, RunProgress, RunSeen, StartedRun, Writer};
use jiff::{SignedDuration, Timestamp};

use super::first_looks::{FirstLook, FirstLooks};
use super::{LONGEST_LIMIT, Teller};
use crate::cascade_id::CascadeId;
use crate::mode::Mode;
use crate::outcome::{Outcome, State};
use crate::pace::Cost;
use crate::plan::telling::{Answered, Certainty, Ending, Facts, Next, Proof, Rules, Sent, Told, plan};
use crate::preflight::Ready;
use crate::trouble::Trouble;

/// How far back runs are looked for: whoever runs a job again does it within days.
pub(super) const LOOK_BACK: SignedDuration = SignedDuration::from_hours(72);
/// By how much the forge's clock may be behind this one.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// How old a look may be that something is told by: in the meantime another cascade may have told.
const FRESH: Duration = Duration::from_secs(20);

/// The two handles on a repository, which change with its name.
struct Handles {
    reader: Reader,
    writer: Writer,
}

impl Teller<'_> {
    pub(super) async fn by_runs(&self, ready: &Ready, first_looks: &FirstLooks, outcome: &mut Outcome) {
        let settings = self.settings;
        let rules = Rules {
            id: settings.payload.id(),
            source: settings.payload.source(),
            receivers: ready.choice.mode.receivers(),
            rollback: settings.rollback,
            again: settings.again,
            wait: settings.wait,
            observation: settings.observation,
            deadline: settings.deadline,
            fresh: FRESH,
            tells_waiting_runs: self.dialect == Dialect::GitHub,
        };
        let ended = self.steps(ready, &rules, first_looks.one(), outcome).await;
        outcome.state = ended.unwrap_or_else(|early| early);
    }

    /// Goes from step to step to the end; an error is an end that came early.
    async fn steps(
        &self,
        ready: &Ready,
        rules: &Rules<'_>,
        mut first_look: FirstLook<'_>,
        outcome: &mut Outcome,
    ) -> Result<State, State> {
        let mut handles = self.handles(ready.repo.clone());
        let mut facts = Facts::at(self.clock.now());
        let mut permit = None;
        let event = ready.choice.mode.event().unwrap_or_default();
        if let Some(early) = self.early.of(&ready.target, event) {
            self.note(&early.runs);
            facts.saw(early.runs.clone(), early.at);
            first_look.done().await;
        }
        loop {
            if let Some(trouble) = self.over() {
                return Err(State::Failed(trouble));
            }
            facts.now = self.clock.now();
            match plan(&facts, rules) {
                Next::Look => {
                    self.look(&handles.reader, ready, &mut facts).await?;
                    first_look.done().await;
                }
                Next::Wait(pause) => {
                    self.clock.sleep(pause).await;
                    self.look(&handles.reader, ready, &mut facts).await?;
                }
                Next::Tell(id) if self.settings.dry_run => {
                    return Ok(State::Planned(format!("would be told `{id}`")));
                }
                // by the time that its turn comes, the look may have grown old
                Next::Tell(_) if permit.is_none() => permit = Some(self.paced.turn(Cost::writes(1)).await),
                Next::Tell(id) => {
                    let sent = self.send(&handles.writer, &id, ready).await;
                    drop(permit.take());
                    self.take_in(sent, &id, ready, &mut facts, &mut handles, outcome)?;
                }
                Next::Done(ending) => return Ok(end(ending, outcome)),
            }
        }
    }

    /// What cascades of this source have started counts against the pace.
    fn note(&self, runs: &[RunSeen]) {
        let source = self.settings.payload.source();
        for run in runs.iter().filter(|run| CascadeId::find(&run.title, source).is_some()) {
            self.paced.note_write(run.created.checked_add(SKEW).unwrap_or(run.created));
        }
    }

    fn handles(&self, repo: RepoName) -> Handles {
        let (reader, writer) = self.forge.repository(repo);
        Handles { reader, writer }
    }

    /// Lists the runs. A limit that is not too long is waited for by everybody, and the look is left for later.
    async fn look(&self, reader: &Reader, ready: &Ready, facts: &mut Facts) -> Result<(), State> {
        let event = ready.choice.mode.event().unwrap_or_default();
        let _permit = self.paced.turn(Cost::reads(1)).await;
        let since = self.clock.now().checked_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
        match reader.runs_since(since, event).await {
            Ok(runs) => {
                if facts.look.is_none() {
                    self.note(&runs);
                }
                facts.saw(runs, self.clock.now());
                Ok(())
            }
            Err(error) => match error.http() {
                Some(http_client::Error::Limited { lasts, .. }) if *lasts <= LONGEST_LIMIT => {
                    self.paced.close(*lasts);
                    Ok(())
                }
                _ => Err(after_a_lost_look(facts, &error).unwrap_or_else(|| self.failed(&error))),
            },
        }
    }

    async fn send(
        &self,
        writer: &Writer,
        id: &CascadeId,
        ready: &Ready,
    ) -> Result<Answer<Option<StartedRun>>, Error> {
        let payload = self.settings.payload.telling(id);
        match &ready.choice.mode {
            Mode::WorkflowDispatch { receiver, inputs } => {
                let branch = ready.target.reference.as_ref().or(ready.state.default_branch.as_ref());
                let branch = branch.map(domain::BranchName::full_ref).unwrap_or_default();
                writer.workflow_dispatch(&receiver.file, &branch, &payload.inputs(inputs)).await
            }
            Mode::RepositoryDispatch { .. } | Mode::BumpPr => {
                let event = self.settings.event.as_str();
                Ok(match writer.repository_dispatch(event, &payload.json()).await? {
                    Answer::Done(()) => Answer::Done(None),
                    Answer::Refused(refused) => Answer::Refused(refused),
                    Answer::Limited(limited) => Answer::Limited(limited),
                    Answer::Ambiguous(error) => Answer::Ambiguous(error),
                    Answer::Moved(name) => Answer::Moved(name),
                })
            }
        }
    }

    /// Takes in what came back.
    fn take_in(
        &self,
        sent: Result<Answer<Option<StartedRun>>, Error>,
        id: &CascadeId,
        ready: &Ready,
        facts: &mut Facts,
        handles: &mut Handles,
        outcome: &mut Outcome,
    ) -> Result<(), State> {
        let at = self.clock.now();
        let answer = match sent.map_err(|error| self.failed(&error))? {
            Answer::Done(started) => {
                Answered::Accepted(started.map(|started| Box::new(run_of(started, id, ready, at))))
            }
            Answer::Ambiguous(error) => {
                tracing::info!("`{}`: {error}, so that its runs are looked at", outcome.target);
                Answered::Doubtful(Trouble::failed("ambiguous", &error).what)
            }
            Answer::Refused(refused) => return Err(State::Failed(Trouble::refused(&refused))),
            Answer::Limited(Limited { lasts, error }) if lasts > LONGEST_LIMIT => {
                let trouble = Trouble::failed("limit", &error);
                return Err(State::Failed(trouble.mended_by("run again when the limit is over")));
            }
            Answer::Limited(Limited { lasts, .. }) => {
                tracing::info!(
                    "`{}`: a limit is met: nothing is sent for {} s",
                    outcome.target,
                    lasts.as_secs()
                );
                self.paced.close(lasts);
                return Ok(());
            }
            Answer::Moved(name) => {
                let note = format!("it is called `{name}` by now: list it so");
                if outcome.notes.contains(&note) {
                    let trouble = Trouble::new("moved", "the forge sends it from one name to the other");
                    return Err(State::Failed(trouble.mended_by("list it under the name that it has")));
                }
                tracing::warn!("`{}` is called `{name}` by now: list it so", outcome.target);
                outcome.notes.push(note);
                *handles = self.handles(name);
                return Ok(());
            }
        };
        facts.sent.push(Sent { id: id.clone(), at, answer });
        Ok(())
    }
}

/// A run that the forge named in its answer, and of which nothing else is known yet.
fn run_of(started: StartedRun, id: &CascadeId, ready: &Ready, at: Timestamp) -> RunSeen {
    let mode = &ready.choice.mode;
    let workflow = mode.receivers().first().map(|receiver| receiver.file.clone()).unwrap_or_default();
    RunSeen {
        id: started.id,
        title: id.to_string(),
        workflow,
        event: mode.event().unwrap_or_default().to_owned(),
        progress: RunProgress::Waiting,
        url: started.url,
        created: at,
    }
}

/// A target was told, and then could not be looked at: it must not be read as not told.
fn after_a_lost_look(facts: &Facts, error: &Error) -> Option<State> {
    let is_told = facts.sent.iter().any(|sent| matches!(sent.answer, Answered::Accepted(_)));
    is_told.then(|| {
        let trouble = Trouble::failed("unseen", error);
        State::Failed(Trouble {
            what: format!("it was told, and what came of it cannot be seen: {}", trouble.what),
            ..trouble
        })
    })
}

fn end(ending: Ending, outcome: &mut Outcome) -> State {
    let links = |runs: &[RunSeen]| runs.iter().map(|run| run.url.clone()).collect();
    match ending {
        Ending::Told(Told { adopted, runs, certainty, seen }) => {
            outcome.links = links(&runs);
            if adopted {
                outcome.notes.push("an earlier run told it".to_owned());
            }
            outcome.notes.extend(match certainty {
                Certainty::Certain => None,
                Certainty::ByOrder => Some("its run is the only one that came since".to_owned()),
                Certainty::Ambiguous => {
                    Some("ambiguous: several runs came since, and one of them is its run".to_owned())
                }
            });
            State::Told(match seen {
                Proof::Accepted => "accepted",
                Proof::Started => "started",
                Proof::Concluded => "concluded",
            })
        }
        Ending::Superseded(version) => State::Skipped("superseded", format!("it was told {version}")),
        Ending::Failed(trouble, runs) => {
            outcome.links = links(&runs);
            State::Failed(trouble)
        }
    }
}
