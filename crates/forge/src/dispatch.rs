//! Starting a workflow, once, whatever happens on the way.

use std::time::Duration;

use domain::{CommitSha, TagName};
use http_client::Request;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::answer::{Absent, Answer};
use crate::connection::Connection;
use crate::error::Task;
use crate::model::{DispatchOutcome, Run};
use crate::refs::read_tag;
use crate::tags::annotation;
use crate::{Dialect, Error, WorkflowInputs, gitea, github};

/// The pauses in which a run is looked for that nothing has started but a tag.
const AFTER_A_TAG: [Duration; 5] = milliseconds([500, 1000, 2000, 4000, 4000]);
/// The pauses in which the run of a dispatch is looked for that was accepted.
const AFTER_A_DISPATCH: [Duration; 2] = milliseconds([500, 1000]);
/// The pauses in which the run of a dispatch is looked for that may have been accepted.
const IN_DOUBT: [Duration; 5] = milliseconds([500, 1000, 2000, 4000, 8000]);

const fn milliseconds<const N: usize>(numbers: [u64; N]) -> [Duration; N] {
    let mut pauses = [Duration::ZERO; N];
    let mut at = 0;
    while at < N {
        pauses[at] = Duration::from_millis(numbers[at]);
        at += 1;
    }
    pauses
}

/// The run of a workflow at a tag, whatever started it.
pub(crate) struct Sought<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) workflow: &'a str,
    pub(crate) tag: &'a TagName,
    pub(crate) commit: &'a CommitSha,
    tagged_at: OnceCell<Option<Timestamp>>,
}

impl<'a> Sought<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        workflow: &'a str,
        tag: &'a TagName,
        commit: &'a CommitSha,
    ) -> Self {
        Self { connection, workflow, tag, commit, tagged_at: OnceCell::new() }
    }

    /// The run, if there is one.
    pub(crate) async fn find(&self) -> Result<Option<Run>, Error> {
        match self.connection.way.site.dialect {
            Dialect::GitHub => github::runs::at_tag(self).await,
            Dialect::Gitea => gitea::runs::at_tag(self).await,
        }
    }

    /// The run that the push of the tag has started, if it appears within some seconds.
    pub(crate) async fn find_after_the_tag(&self) -> Result<Option<Run>, Error> {
        self.await_it(&AFTER_A_TAG).await
    }

    /// When the tag was made, where it tells: no run at it is older.
    pub(crate) async fn tagged_at(&self) -> Result<Option<Timestamp>, Error> {
        let read = async || match read_tag(self.connection, self.tag).await? {
            Some(tag) => {
                let told = annotation(self.connection, self.tag, &tag).await?;
                Ok::<_, Error>(told.and_then(|told| told.tagged_at))
            }
            None => Ok(None),
        };
        self.tagged_at.get_or_try_init(read).await.copied()
    }

    async fn await_it(&self, pauses: &[Duration]) -> Result<Option<Run>, Error> {
        for pause in pauses {
            if let Some(run) = self.find().await? {
                return Ok(Some(run));
            }
            self.connection.way.client.clock().sleep(*pause).await;
        }
        self.find().await
    }
}

/// Starts the workflow at the tag. Call it only when no run works on the tag yet.
///
/// When the answer does not come, the run is looked for: a blind second try would start the workflow twice. Where
/// the forge tells all runs, and there is none after some seconds, the request is sent once more. Gitea tells a
/// run only when a runner has taken it up, so that none to be seen proves nothing there.
pub(crate) async fn dispatch(sought: &Sought<'_>, inputs: &WorkflowInputs) -> Result<DispatchOutcome, Error> {
    let mut may_try_again = sought.connection.way.site.dialect == Dialect::GitHub;
    loop {
        match post(sought, inputs).await {
            Ok(Some(run)) => return Ok(DispatchOutcome::Started(run)),
            Ok(None) => {
                let run = sought.await_it(&AFTER_A_DISPATCH).await;
                return Ok(run.ok().flatten().map_or(DispatchOutcome::Accepted, DispatchOutcome::Started));
            }
            Err(error) if error.is_ambiguous() => {
                if let Some(run) = sought.await_it(&IN_DOUBT).await? {
                    return Ok(DispatchOutcome::Started(run));
                }
                if !may_try_again {
                    return Err(in_doubt(sought, error));
                }
                may_try_again = false;
            }
            Err(error) => return Err(explained(error, "tag")),
        }
    }
}

async fn post(sought: &Sought<'_>, inputs: &WorkflowInputs) -> Result<Option<Run>, Error> {
    let Sought { connection, workflow, tag, .. } = *sought;
    let start = Start { connection, workflow, at: &tag.full_ref(), inputs, manner: Manner::Alone };
    let started = start.send().await?;
    Ok(started.map(|run| Run { url: Some(run.url), event: "workflow_dispatch".to_owned() }))
}

/// A workflow to be started.
pub(crate) struct Start<'a> {
    pub(crate) connection: &'a Connection,
    /// Its file, without the folder.
    pub(crate) workflow: &'a str,
    /// The full ref that it shall run at.
    pub(crate) at: &'a str,
    pub(crate) inputs: &'a WorkflowInputs,
    pub(crate) manner: Manner,
}

/// Whether a write is one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Limits are waited for, and a repository's new name is followed.
    Alone,
    /// Both are told, for whoever decides about all of them.
    OneOfMany,
}

impl Manner {
    pub(crate) fn of(self, request: Request) -> Request {
        match self {
            Self::Alone => request,
            Self::OneOfMany => request.refuse_redirects().tell_limits(),
        }
    }
}

/// The run that a dispatch started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedRun {
    /// Its [`RunSeen::id`](crate::RunSeen::id).
    pub id: u64,
    /// Its page.
    pub url: String,
}

impl Start<'_> {
    pub(crate) fn task(&self) -> Task {
        let Self { connection, workflow, at, .. } = self;
        let at = at.trim_start_matches("refs/tags/").trim_start_matches("refs/heads/");
        let doing = format!("start workflow `{workflow}` at `{at}` in `{}`", connection.repo);
        connection.task("actions: write", doing)
    }

    /// Sends it, once. The run is told by newer forges alone.
    async fn send(&self) -> Result<Option<StartedRun>, Error> {
        match self.connection.way.site.dialect {
            Dialect::GitHub => github::runs::dispatch(self).await,
            Dialect::Gitea => gitea::runs::dispatch(self).await,
        }
    }

    /// Sends it, once, and tells all that may come of it.
    pub(crate) async fn answer(&self) -> Result<Answer<Option<StartedRun>>, Error> {
        match self.send().await {
            Ok(run) => Ok(Answer::Done(run)),
            Err(error) => Answer::to(explained(error, "ref"), self.connection, Absent::Part).await,
        }
    }
}

fn in_doubt(sought: &Sought<'_>, error: Error) -> Error {
    error.with_hint(format!(
        "it may have been started all the same, and no run of it is to be seen: run again when none of `{}` waits for a runner at `{}`",
        sought.workflow, sought.tag
    ))
}

/// `at` is what the workflow was to run at.
fn explained(error: Error, at: &str) -> Error {
    match error.status() {
        Some(404) => error.with_hint(format!(
            "the workflow file must be on the default branch and at the {at}, and the token must be allowed `actions: write`"
        )),
        Some(422) => error.with_hint("the workflow needs `on: workflow_dispatch` with the inputs that are sent"),
        _ => error,
    }
}
