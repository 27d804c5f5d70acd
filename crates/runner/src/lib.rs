//! The Actions runner's protocol: inputs, event, outputs, annotations, masks, summary and the shared main.
//!
//! An action declares itself by [`Action`]: its inputs as a clap struct, its outputs by [`outputs!`], its work
//! as a function from a [`Context`] and inputs to outputs. Its `main` is one line, [`main`], and everything
//! between that function and GitHub's runner, Gitea's runner or a laptop's terminal happens here.
//!
//! Three things hold whatever an action does: the environment is read once; a secret is masked before
//! anything else is done with it; and no text that reaches the log can be taken for a workflow command.
//!
//! The protocol: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

mod action;
mod annotation;
mod console;
mod environment;
pub mod event;
mod exit;
mod git_ref;
mod handover;
pub mod inputs;
mod job;
mod log;
pub mod markdown;
mod masks;
mod neutral;
pub mod outputs;
mod process;
#[cfg(feature = "tokio")]
mod signals;
mod summary;

pub use action::{Action, Completed, Context};
pub use annotation::{Annotation, Level};
pub use console::{Console, Group, LogStyle, Stream};
pub use environment::Environment;
pub use exit::{Diagnostic, Exit, Failure};
pub use git_ref::GitRef;
pub use inputs::Binding;
pub use job::{Job, JobError, Place, Run};
pub use masks::MaskSink;
pub use neutral::neutralise;
pub use outputs::Outputs;
#[cfg(feature = "tokio")]
pub use process::block_on;
pub use process::{Process, execute, main};
#[cfg(feature = "tokio")]
pub use signals::Signals;
pub use summary::SummaryError;
