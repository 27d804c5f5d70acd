//! Starting a workflow, once, whatever happens on the way.

use std::time::Duration;

use domain::{CommitSha, TagName};

use crate::connection::Connection;
use crate::model::{DispatchOutcome, Run};
use crate::{Dialect, Error, WorkflowInputs, gitea, github};

/// How long a run that may have been started is looked for, in pauses.
const LOOKS: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Starts `workflow` at `tag`. Call it only when no run works on the tag yet.
///
/// When the answer does not come, the run is looked for before the request is sent again: a blind second try
/// would start the workflow twice.
pub(crate) async fn dispatch(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    commit: &CommitSha,
    inputs: &WorkflowInputs,
) -> Result<DispatchOutcome, Error> {
    let mut tries = 1;
    loop {
        match post(connection, workflow, tag, inputs).await {
            Ok(Some(run)) => return Ok(DispatchOutcome::Started(run)),
            Ok(None) => {
                let run = look_for(connection, workflow, tag, commit, &LOOKS[..2]).await;
                return Ok(run.ok().flatten().map_or(DispatchOutcome::Accepted, DispatchOutcome::Started));
            }
            Err(error) if error.is_ambiguous() => {
                if let Some(run) = look_for(connection, workflow, tag, commit, &LOOKS).await? {
                    return Ok(DispatchOutcome::Started(run));
                }
                if tries == 3 {
                    return Err(error);
                }
                tries += 1;
            }
            Err(error) => return Err(explained(error)),
        }
    }
}

/// A run of the workflow at the tag, if there is one.
pub(crate) async fn run_at_tag(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    commit: &CommitSha,
) -> Result<Option<Run>, Error> {
    match connection.site.dialect {
        Dialect::GitHub => github::runs::at_tag(connection, workflow, tag, commit).await,
        Dialect::Gitea => gitea::runs::at_tag(connection, workflow, tag, commit).await,
    }
}

async fn post(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    inputs: &WorkflowInputs,
) -> Result<Option<Run>, Error> {
    match connection.site.dialect {
        Dialect::GitHub => github::runs::dispatch(connection, workflow, tag, inputs).await,
        Dialect::Gitea => gitea::runs::dispatch(connection, workflow, tag, inputs).await,
    }
}

async fn look_for(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    commit: &CommitSha,
    pauses: &[Duration],
) -> Result<Option<Run>, Error> {
    for pause in pauses {
        if let Some(run) = run_at_tag(connection, workflow, tag, commit).await? {
            return Ok(Some(run));
        }
        connection.client.clock().sleep(*pause).await;
    }
    run_at_tag(connection, workflow, tag, commit).await
}

fn explained(error: Error) -> Error {
    match error.status() {
        Some(404) => error.with_hint(
            "the workflow file must be on the default branch and at the tag, and the token must be allowed `actions: write`",
        ),
        Some(422) => error.with_hint("the workflow needs `on: workflow_dispatch` with the inputs that are sent"),
        _ => error,
    }
}
