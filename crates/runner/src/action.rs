use std::fmt;

use crate::annotation::Annotation;
use crate::event::{Event, EventError};
use crate::{Binding, Console, Environment, Exit, Failure, Job, Outputs, summary};

/// An action: what action.yml says of it, and what it does.
///
/// Its `main` is `fn main() -> std::process::ExitCode { runner::main::<TheAction>() }`.
pub trait Action {
    /// Its folder and binary: `auto-tag`.
    const NAME: &'static str;
    /// One sentence for the marketplace and for `--help`.
    const DESCRIPTION: &'static str;
    /// Its version; `env!("CARGO_PKG_VERSION")`.
    const VERSION: &'static str;
    /// The icon of its branding, one of <https://feathericons.com> that GitHub allows.
    const ICON: &'static str;
    /// The colour of its branding, one of those GitHub allows.
    const COLOR: &'static str;
    /// What inputs are bound to beyond the command line.
    const BINDINGS: &'static [Binding] = &[];

    /// Whether a person at a terminal is shown the outputs. Not where what is printed is piped into other programs.
    const SHOWS_OUTPUTS: bool = true;

    /// Its inputs; see [`inputs`](crate::inputs).
    type Inputs: clap::Parser;
    /// Its outputs; see [`outputs`](mod@crate::outputs).
    type Outputs: Outputs;

    /// Does the work. An action that waits for a network enters its runtime here, by `runner::block_on`.
    fn run(context: &Context, inputs: Self::Inputs) -> Result<Completed<Self::Outputs>, Failure>;
}

/// What a finished action leaves behind. Also an action with findings, or one that reached only some of its
/// targets, has outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completed<O> {
    /// What the next step sees.
    pub outputs: O,
    /// How the step ends.
    pub exit: Exit,
}

impl<O> Completed<O> {
    /// Everything is done, or there was nothing to do.
    pub fn done(outputs: O) -> Self {
        Self { outputs, exit: Exit::Done }
    }

    /// What was examined has findings.
    pub fn with_findings(outputs: O) -> Self {
        Self { outputs, exit: Exit::Findings }
    }

    /// Some targets were reached and others were not.
    pub fn partly(outputs: O) -> Self {
        Self { outputs, exit: Exit::Partial }
    }
}

/// The surroundings that an action works in.
pub struct Context {
    environment: Environment,
    job: Job,
    console: Console,
}

impl Context {
    pub(crate) fn new(environment: Environment, job: Job, console: Console) -> Self {
        Self { environment, job, console }
    }

    /// The environment, for the few variables that belong to no part of the protocol, such as proxies.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The job: forge, repository, commit, run.
    #[must_use]
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Where to print.
    #[must_use]
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Reads what started the run from the payload that the runner left in a file.
    pub fn event(&self) -> Result<Event, EventError> {
        Event::of(&self.environment)
    }

    /// Appends Markdown to the step's summary. That it cannot be written is a warning: the work is done.
    pub fn summarise(&self, markdown: &str) {
        if let Err(error) = summary::append(markdown, &self.environment, &self.console) {
            self.console.annotate(&Annotation::warning(Failure::from(error).to_string()));
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("job", &self.job)
            .field("console", &self.console)
            .finish_non_exhaustive()
    }
}
