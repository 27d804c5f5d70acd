//! The package, installed as users install it, and tried.

use runner::{Annotation, Failure};

use super::{Run, Verdict};
use crate::distribution::Release;
use crate::inputs::Command;
use crate::process::ChildEnvironment;
use crate::report;
use crate::smoke::{Builds, Installation, Surroundings};
use crate::uv::dependency_index;

impl Run<'_> {
    /// Installs the wheel and tries what the manifest names.
    pub(super) fn smoke(&mut self, release: &Release) -> Result<Verdict, Failure> {
        let console = self.context.console();
        console.progress(&format!("installing `{}` into a fresh environment", release.wheel().file_name()));
        let installation = Installation::of_file(release.wheel(), &self.surroundings()?)?;
        let smoke = installation.check(self.layout.smoke())?;
        for note in &smoke.notes {
            console.progress(&format!("note: {note}"));
        }
        for failure in smoke.failures() {
            console.annotate(&Annotation::error(failure.to_string()).title("the package does not work"));
        }
        let failures = smoke.failures().count();
        console.progress(&format!(
            "tried {} things with Python {}: {failures} failed",
            smoke.checks.len(),
            smoke.python
        ));
        self.context.summarise(&report::smoke_summary(&smoke));
        self.report.add("smoke", &smoke);
        Ok(if failures == 0 { Verdict::Passed } else { Verdict::Findings })
    }

    /// What a package is installed with.
    pub(super) fn surroundings(&self) -> Result<Surroundings, Failure> {
        let environment = self.context.environment();
        Ok(Surroundings {
            environment: ChildEnvironment::of(environment),
            python: self.inputs.python.clone(),
            dependency_index: dependency_index(self.inputs.dependency_index_url.as_ref(), environment)?,
            // what `confirm` refuses is better found before anything is uploaded
            builds: if self.inputs.build_dependencies || self.inputs.command == Command::Smoke {
                Builds::Allowed
            } else {
                Builds::Refused
            },
        })
    }
}
