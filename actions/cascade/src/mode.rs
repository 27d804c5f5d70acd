//! How a target is told: what was asked for, held against what forge and repository offer.

#[cfg(test)]
mod tests;

use forge::{Dialect, Workflows};

use crate::payload::EventType;
use crate::targets::{AskedMode, Target};
use crate::trouble::Trouble;
use crate::workflows::{Jobs, Workflow};

/// How a target is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// By an event.
    RepositoryDispatch {
        /// The workflows that wait for it; none when the forge does not tell its workflows.
        receivers: Vec<Receiver>,
    },
    /// By starting a workflow.
    WorkflowDispatch {
        /// The workflow.
        receiver: Receiver,
        /// The inputs that it declares.
        inputs: Vec<String>,
    },
    /// By a pull request.
    BumpPr,
}

/// A workflow that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its file.
    pub file: String,
    /// Whether the runs that are started in this way carry the cascade's id in their titles.
    pub names_its_runs: bool,
    /// How many jobs they have.
    pub jobs: Jobs,
}

impl Mode {
    /// The word that inputs use.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::RepositoryDispatch { .. } => AskedMode::RepositoryDispatch.as_str(),
            Self::WorkflowDispatch { .. } => AskedMode::WorkflowDispatch.as_str(),
            Self::BumpPr => AskedMode::BumpPr.as_str(),
        }
    }

    /// The event that runs are started by; none where none are.
    #[must_use]
    pub const fn event(&self) -> Option<&'static str> {
        match self {
            Self::RepositoryDispatch { .. } => Some("repository_dispatch"),
            Self::WorkflowDispatch { .. } => Some("workflow_dispatch"),
            Self::BumpPr => None,
        }
    }

    /// The workflows that answer.
    #[must_use]
    pub fn receivers(&self) -> &[Receiver] {
        match self {
            Self::RepositoryDispatch { receivers } => receivers,
            Self::WorkflowDispatch { receiver, .. } => std::slice::from_ref(receiver),
            Self::BumpPr => &[],
        }
    }
}

/// The way that is taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The way.
    pub mode: Mode,
    /// Why this one.
    pub why: String,
    /// What is odd, though it does not stand in the way.
    pub notes: Vec<String>,
    /// Whether runs of a workflow that answers cannot be told by an id, as far as can be seen.
    pub is_nameless: bool,
}

/// Chooses the way to tell a target.
///
/// # Errors
/// When what was asked for cannot be: the forge has no such way, or nothing in the repository answers.
pub fn choose(
    target: &Target,
    dialect: Dialect,
    workflows: &Workflows,
    event: &EventType,
) -> Result<Choice, Trouble> {
    let mut notes = Vec::new();
    let known = match workflows {
        Workflows::Unknown(why) => Err(why.as_str()),
        Workflows::Known(files) => {
            let read = files.iter().filter_map(|file| match Workflow::read(file) {
                Ok(workflow) => Some(workflow),
                Err(error) => {
                    notes.push(error.to_string());
                    None
                }
            });
            Ok(read.collect::<Vec<_>>())
        }
    };
    let sight = Sight { target, dialect, known, event };
    let (mode, why) = match target.mode {
        AskedMode::RepositoryDispatch => (sight.by_event()?, "asked for".to_owned()),
        AskedMode::WorkflowDispatch => (sight.by_workflow()?, "asked for".to_owned()),
        AskedMode::BumpPr => (Mode::BumpPr, "asked for".to_owned()),
        AskedMode::Auto => sight.first_that_is_offered()?,
    };
    let from =
        if mode.event() == Some("repository_dispatch") { "github.event.client_payload" } else { "inputs" };
    let nameless: Vec<_> = mode.receivers().iter().filter(|receiver| !receiver.names_its_runs).collect();
    for receiver in &nameless {
        let declared = match &mode {
            Mode::WorkflowDispatch { inputs, .. } if !inputs.iter().any(|input| input == "cascade_id") => {
                ", nor the input `cascade_id`"
            }
            _ => "",
        };
        notes.push(format!(
            "`{}` has no `${{{{ {from}.cascade_id }}}}` in its `run-name`{declared}, so that its runs are told apart by their order alone",
            receiver.file
        ));
    }
    let is_unknown = mode.event().is_some() && mode.receivers().is_empty();
    let is_nameless = is_unknown || !nameless.is_empty();
    Ok(Choice { mode, why, notes, is_nameless })
}

struct Sight<'a> {
    target: &'a Target,
    dialect: Dialect,
    known: Result<Vec<Workflow>, &'a str>,
    event: &'a EventType,
}

impl Sight<'_> {
    fn first_that_is_offered(&self) -> Result<(Mode, String), Trouble> {
        let named = self.target.workflow.is_some() || self.target.reference.is_some();
        if self.dialect == Dialect::GitHub && !named && self.target.pins.is_empty() {
            match &self.known {
                Err(why) => {
                    let why = format!("the forge has it; which workflows wait is not told: {why}");
                    return Ok((Mode::RepositoryDispatch { receivers: Vec::new() }, why));
                }
                Ok(_) => {
                    if let Ok(mode) = self.by_event() {
                        let why = format!("`{}` waits for it", files(mode.receivers()));
                        return Ok((mode, why));
                    }
                }
            }
        }
        if self.target.pins.is_empty() {
            match self.by_workflow() {
                Ok(mode) => {
                    let why =
                        format!("{}, and `{}` can be started", self.no_event(), files(mode.receivers()));
                    return Ok((mode, why));
                }
                Err(trouble) if self.target.workflow.is_some() => return Err(trouble),
                Err(_) => {}
            }
            let why = format!("{}, and no workflow can be started with `runtime_version`", self.no_event());
            return Ok((Mode::BumpPr, why));
        }
        Ok((Mode::BumpPr, "the manifest names its pins".to_owned()))
    }

    fn no_event(&self) -> String {
        match self.dialect {
            Dialect::Gitea => "Gitea has no repository_dispatch".to_owned(),
            Dialect::GitHub if self.target.workflow.is_some() => "the manifest names a workflow".to_owned(),
            Dialect::GitHub if self.target.reference.is_some() => "the manifest names a branch".to_owned(),
            Dialect::GitHub => format!("no workflow waits for `{}`", self.event.as_str()),
        }
    }

    fn by_event(&self) -> Result<Mode, Trouble> {
        if self.dialect == Dialect::Gitea {
            return Err(Trouble::new("no-repository-dispatch", "Gitea has no repository_dispatch")
                .mended_by("take the mode `auto`, `workflow-dispatch` or `bump-pr`"));
        }
        let Ok(known) = &self.known else { return Ok(Mode::RepositoryDispatch { receivers: Vec::new() }) };
        let event = self.event.as_str();
        let waiting = known.iter().filter(|one| one.waits_for(event));
        let receivers: Vec<_> = waiting
            .map(|one| Receiver {
                file: one.file.clone(),
                names_its_runs: one.names_runs_of_events(),
                jobs: one.jobs,
            })
            .collect();
        if receivers.is_empty() {
            let what = format!("no workflow on the default branch waits for the event `{event}`");
            let mending = format!(
                "add a workflow with `on: repository_dispatch: types: [{event}]` to the default branch"
            );
            return Err(Trouble::new("no-receiver", what).mended_by(mending));
        }
        Ok(Mode::RepositoryDispatch { receivers })
    }

    fn by_workflow(&self) -> Result<Mode, Trouble> {
        let known = self.known.as_ref().map_err(|why| {
            Trouble::new("unknown-workflows", format!("the forge does not tell its workflows: {why}"))
                .mended_by("let the token read the repository's contents, or take the mode `bump-pr`")
        })?;
        let found: Vec<_> = match &self.target.workflow {
            Some(file) => known.iter().filter(|one| one.file == *file).collect(),
            None => known.iter().filter(|one| one.takes_version()).collect(),
        };
        match (found.as_slice(), &self.target.workflow) {
            ([one], _) => {
                let inputs = one.inputs.clone().ok_or_else(|| {
                    let what = format!("`{}` cannot be started: it has no `on: workflow_dispatch`", one.file);
                    Trouble::new("no-receiver", what)
                        .mended_by("add `workflow_dispatch` with the input `runtime_version` to it")
                })?;
                if !one.takes_version() {
                    let what = format!(
                        "`{}` has no input `runtime_version`, so that it would never know the version",
                        one.file
                    );
                    let mending =
                        "add the inputs `runtime_version` and `cascade_id` to its `workflow_dispatch`";
                    return Err(Trouble::new("no-receiver", what).mended_by(mending));
                }
                // a branch that is named may have another file than the default branch, which was read
                let jobs = if self.target.reference.is_none() { one.jobs } else { Jobs::Unknown };
                let names_its_runs = one.names_started_runs();
                let receiver = Receiver { file: one.file.clone(), names_its_runs, jobs };
                Ok(Mode::WorkflowDispatch { receiver, inputs })
            }
            ([], Some(file)) => {
                let what = format!("there is no workflow `{file}` on the default branch");
                Err(Trouble::new("no-receiver", what).mended_by("name a workflow that is there"))
            }
            ([], None) => {
                let what = "no workflow on the default branch can be started with `runtime_version`";
                Err(Trouble::new("no-receiver", what).mended_by(
                    "add a workflow with `on: workflow_dispatch` and the inputs `runtime_version` and `cascade_id`",
                ))
            }
            (several, _) => {
                let names: Vec<_> = several.iter().map(|one| format!("`{}`", one.file)).collect();
                let what = format!("{} can all be started with `runtime_version`", names.join(", "));
                Err(Trouble::new("no-receiver", what).mended_by("name one of them: `workflow`"))
            }
        }
    }
}

fn files(receivers: &[Receiver]) -> String {
    receivers.iter().map(|receiver| receiver.file.as_str()).collect::<Vec<_>>().join("`, `")
}
