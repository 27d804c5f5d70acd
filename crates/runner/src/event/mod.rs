//! What started the run: the payload that the runner leaves in a file.
//!
//! Only what an action needs is read, so that a field that one forge lacks hurts nobody. GitHub's shapes:
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>; Gitea's are measured, and differ in
//! names (`label_updated`), in what a merged pull request's ref is, and in lists that are cut short.

mod error;
mod payload;
mod pull_request;
mod push;
mod scheduled;
mod workflow_dispatch;

use fs_err as fs;

use crate::Environment;

pub use error::EventError;
pub use pull_request::{PullRequestAction, PullRequestEvent, Side, Trigger, User};
pub use push::Push;
pub use scheduled::Schedule;
pub use workflow_dispatch::WorkflowDispatch;

/// What started the run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A branch or a tag was created, moved or deleted.
    Push(Push),
    /// Something happened to a pull request.
    PullRequest(Box<PullRequestEvent>),
    /// A person or a program started the workflow.
    WorkflowDispatch(WorkflowDispatch),
    /// It was time.
    Schedule(Schedule),
    /// Any other event: its name, and its payload as it came.
    Other {
        /// `GITHUB_EVENT_NAME`.
        name: String,
        /// The payload.
        payload: serde_json::Value,
    },
}

impl Event {
    /// Reads the event that `GITHUB_EVENT_NAME` and `GITHUB_EVENT_PATH` tell of.
    pub fn of(environment: &Environment) -> Result<Self, EventError> {
        let variable = |variable| environment.get(variable).ok_or(EventError::Unset { variable });
        let name = variable("GITHUB_EVENT_NAME")?;
        let path = variable("GITHUB_EVENT_PATH")?;
        let payload = fs::read_to_string(path).map_err(EventError::Unreadable)?;
        Self::parse(name, &payload).map_err(|malformed| malformed.in_file(path))
    }

    fn parse(name: &str, payload: &str) -> Result<Self, error::Malformed> {
        Ok(match name {
            "push" => Self::Push(payload::parse(payload)?),
            "pull_request" => {
                Self::PullRequest(Box::new(pull_request::parse(payload, Trigger::PullRequest)?))
            }
            "pull_request_target" => {
                Self::PullRequest(Box::new(pull_request::parse(payload, Trigger::PullRequestTarget)?))
            }
            "workflow_dispatch" => Self::WorkflowDispatch(payload::parse(payload)?),
            "schedule" => Self::Schedule(payload::parse(payload)?),
            _ => Self::Other { name: name.to_owned(), payload: payload::parse(payload)? },
        })
    }
}

/// The payload as it came; none where no event started this, as on a laptop.
///
/// # Errors
///
/// When its file cannot be read, or holds no JSON.
pub fn payload(environment: &Environment) -> Result<Option<serde_json::Value>, EventError> {
    let Some(path) = environment.get("GITHUB_EVENT_PATH") else { return Ok(None) };
    let text = fs::read_to_string(path).map_err(EventError::Unreadable)?;
    payload::parse(&text).map(Some).map_err(|malformed| malformed.in_file(path))
}
