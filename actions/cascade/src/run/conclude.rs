//! Telling what came of a run: log, annotation, summary, ledger, outputs.

use runner::{Annotation, Completed, Diagnostic as _, Exit, Failure};

use super::Run;
use crate::error::CascadeError;
use crate::outcome::{Outcome, State};
use crate::outputs::Outputs;
use crate::report::{Report, ledger, report};
use crate::targets::Drift;
use crate::trouble::Trouble;
use domain::RepoName;

impl Run<'_> {
    /// Tells what came of all targets.
    pub(crate) fn conclude(&self, report: Report, outcomes: &[Outcome]) -> Completed<Outputs> {
        let console = self.context.console();
        for line in &report.lines {
            console.result(line);
        }
        if let Some(complaint) = report.complaint {
            let is_warning = report.exit == Exit::Done;
            let annotation =
                if is_warning { Annotation::warning(complaint) } else { Annotation::error(complaint) };
            console.annotate(&annotation);
        }
        self.context.summarise(&report.summary);
        let mut completed = Completed { outputs: report.outputs, exit: report.exit };
        if let Some(path) = self.ledger {
            let text = format!("{:#}\n", ledger(outcomes, self.settings));
            if let Err(source) = self.context.write(path, text) {
                // what was told stays told, and the outputs say so
                let failure = Failure::from(CascadeError::Ledger { path: path.to_owned(), source });
                console.annotate(&Annotation::error(failure.to_string()));
                completed.exit = if completed.exit == Exit::Done { Exit::Failed } else { completed.exit };
            }
        }
        completed
    }

    /// Nobody was told, for a reason that is no target's: one error, and the targets for a retry.
    pub(super) fn nobody(&self, error: CascadeError, targets: &[RepoName]) -> Completed<Outputs> {
        let what = format!("not tried: {error}");
        let mending = error.hints().into_iter().next();
        let trouble = Trouble { reason: "not-tried", what, mending };
        let failed = |target: &RepoName| Outcome::over(target.clone(), State::Failed(trouble.clone()));
        let outcomes: Vec<Outcome> = targets.iter().map(failed).collect();
        let mut report = report(&outcomes, &Drift::default(), self.settings);
        report.complaint = Some(Failure::from(error).to_string());
        report.exit = Exit::Failed;
        self.conclude(report, &outcomes)
    }
}
