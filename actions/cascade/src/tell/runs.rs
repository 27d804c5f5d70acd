//! Telling by an event or by starting a workflow.

use std::time::Duration;

use domain::RepoName;
use forge::{Answer, Error, Limited, Reader, RunProgress, RunSeen, StartedRun, Writer};
use jiff::{SignedDuration, Timestamp};

use super::Teller;
use super::first_looks::{FirstLook, FirstLooks};
use super::lists::{first_list, later_list};
use super::so_far::SoFar;
use crate::cascade_id::CascadeId;
use crate::mode::Mode;
use crate::outcome::{Outcome, State};
use crate::pace::{Cost, Kind, Permit};
use crate::plan::telling::{Answered, Certainty, Ending, Facts, Look, Next, Proof, Rules, Sent, Told, plan};
use crate::preflight::Ready;
use crate::trouble::Trouble;

/// By how much the forge's clock may be behind this one.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// How old a look may be that something is told by: in the meantime another cascade may have told.
const FRESH: Duration = Duration::from_secs(2);
/// For how long it is looked whether an earlier attempt of this job has told just before it ended.
const HINDSIGHT: Duration = Duration::from_secs(10);

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
            hindsight: if self.before.is_rerun {
                HINDSIGHT.min(settings.observation)
            } else {
                Duration::ZERO
            },
            interval: self.interval,
            released: self.before.released,
            speaks_for_others: !settings.payload.has_more(),
        };
        let mut facts = Facts::at(self.clock.now());
        let ended = self.steps(ready, &rules, first_looks.one(), &mut facts, outcome).await;
        outcome.state = ended.unwrap_or_else(|trouble| State::Failed(SoFar::of(&facts).after(trouble)));
    }

    /// Goes from step to step to the end; an error is what came between.
    async fn steps(
        &self,
        ready: &Ready,
        rules: &Rules<'_>,
        mut first_look: FirstLook<'_>,
        facts: &mut Facts,
        outcome: &mut Outcome,
    ) -> Result<State, Trouble> {
        let mut handles = self.handles(ready.repo.clone());
        let mut permit: Option<Permit<'_>> = None;
        let event = ready.choice.mode.event().unwrap_or_default();
        if let Some(early) = self.before.early.of(&ready.target, event) {
            self.note(&early.look.runs);
            facts.saw(early.look.clone());
            if ready.repo == ready.target.repo {
                handles.reader = early.reader.clone();
            }
            first_look.done().await;
        }
        loop {
            if let Some(trouble) = self.over(&ready.repo) {
                return Ok(State::Failed(SoFar::of(facts).over(trouble)));
            }
            facts.now = self.clock.now();
            let next = plan(facts, rules);
            if matches!(next, Next::Wait(_) | Next::Done(_))
                && let Some(unused) = permit.take()
            {
                // whatever is waited for, others may write meanwhile
                unused.give_back();
            }
            match next {
                Next::Look => {
                    self.look(&handles.reader, ready, facts).await?;
                    first_look.done().await;
                }
                Next::Wait(pause) => {
                    self.sleep(pause).await;
                    self.look(&handles.reader, ready, facts).await?;
                }
                Next::Tell(id) if self.settings.dry_run => {
                    return Ok(State::Planned(format!("would be told `{id}`")));
                }
                // by the time that its turn comes, the look may have grown old
                Next::Tell(_) if permit.is_none() => permit = self.turn(Cost::writes(1)).await,
                Next::Tell(id) => {
                    let sent = self.send(&handles.writer, &id, ready).await;
                    drop(permit.take());
                    self.take_in(sent, &id, ready, facts, &mut handles, outcome)?;
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
    async fn look(&self, reader: &Reader, ready: &Ready, facts: &mut Facts) -> Result<(), Trouble> {
        let event = ready.choice.mode.event().unwrap_or_default();
        let Some(_permit) = self.turn(Cost::reads(1)).await else {
            // the run is to end, which is told by how far this target has come
            return Ok(());
        };
        let asked = self.clock.now();
        let source = self.settings.payload.source();
        let list = match facts.first_look {
            None => first_list(reader, event, source, asked).await,
            Some(first) => later_list(reader, event, first, facts).await,
        };
        match list {
            Ok(Ok(list)) => {
                self.paced.went_well(Kind::Read);
                if facts.look.is_none() {
                    self.note(&list.runs);
                }
                let (runs, tells_waiting) = (list.runs, list.tells_waiting);
                facts.saw(Look { runs, at: asked, answered: self.clock.now(), tells_waiting });
                Ok(())
            }
            Ok(Err(trouble)) => Err(trouble),
            Err(error) => self.after_a_limit(&ready.repo, &error),
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
    ) -> Result<(), Trouble> {
        let at = self.clock.now();
        let answer = match sent.map_err(|error| self.failed(&ready.repo, &error))? {
            Answer::Done(started) => {
                self.paced.went_well(Kind::Write);
                Answered::Accepted(started.map(|started| Box::new(run_of(started, id, ready, at))))
            }
            Answer::Ambiguous(error) => {
                tracing::info!("`{}`: {error}, so that its runs are looked at", outcome.target);
                Answered::Doubtful(Trouble::failed("ambiguous", &error).what)
            }
            Answer::Refused(refused) => return Err(Trouble::refused(&refused)),
            Answer::Limited(Limited { lasts, error }) => {
                tracing::info!(
                    "`{}`: a limit is met: nothing is sent for {} s",
                    outcome.target,
                    lasts.as_secs()
                );
                return self.limited(Kind::Write, lasts, &error);
            }
            Answer::Moved(name) => {
                let note = format!("it is called `{name}` by now: list it so");
                if outcome.notes.contains(&note) {
                    let trouble = Trouble::new("moved", "the forge sends it from one name to the other");
                    return Err(trouble.mended_by("list it under the name that it has"));
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

fn end(ending: Ending, outcome: &mut Outcome) -> State {
    let links = |runs: &[RunSeen]| runs.iter().map(|run| run.url.clone()).collect();
    match ending {
        Ending::Told(Told { adopted, runs, certainty, seen, is_doubled }) => {
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
            if is_doubled {
                let what = "told twice, since another cascade of this release was at work at the same time: let them follow each other by a `concurrency` group";
                tracing::warn!("`{}` was {what}", outcome.target);
                outcome.notes.push(what.to_owned());
            }
            outcome.notes.extend((seen == Proof::Waiting).then(|| {
                "no runner has taken its run up yet, and this forge tells a run only then: do not run again before one has"
                    .to_owned()
            }));
            State::Told(match seen {
                Proof::Accepted => "accepted",
                Proof::Waiting => "waiting",
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
