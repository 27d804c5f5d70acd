//! Trying what is installed.

use std::time::{Duration, Instant};

use fs_err as fs;
use package::manifest::Smoke;
use serde::de::IgnoredAny;
use serde_json::json;

use super::check::{Check, Checked, Outcome, SmokeReport};
use super::driver::{self, Answer};
use super::error::SmokeError;
use super::installation::Installation;
use crate::process::{Ended, Invocation};

impl Installation {
    /// Tries everything that the manifest asks for, and every entry point that the package declares: each in a
    /// process of its own, in an empty folder, and all of it, whatever fails on the way.
    ///
    /// # Errors
    /// When a process cannot be started. What does not work is in the report.
    pub fn check(&self, smoke: &Smoke) -> Result<SmokeReport, SmokeError> {
        let mut checks = Vec::new();
        for check in self.checks(smoke) {
            let begun = Instant::now();
            let outcome = self.outcome(&check, smoke, checks.len())?;
            let checked = Checked { check, outcome, took: begun.elapsed() };
            if checked.passed() {
                tracing::info!("{checked}");
            }
            checks.push(checked);
        }
        Ok(SmokeReport { python: self.installed.python.clone(), checks, notes: self.notes() })
    }

    fn notes(&self) -> Vec<String> {
        let dependents = self.installed.dependents.iter().map(|dependent| {
            format!("`{dependent}` depends on `{}`, and was given this wheel of it", self.project)
        });
        let of_extras = self.installed.entry_points.iter().filter(|point| point.of_extra).map(|point| {
            format!("entry point `{}` of `{}` needs an extra, and was not tried", point.name, point.group)
        });
        dependents.chain(of_extras).collect()
    }

    fn checks(&self, smoke: &Smoke) -> Vec<Check> {
        let imports = smoke.imports.iter().cloned().map(Check::Import);
        let attributes = smoke.attributes.iter().cloned().map(Check::Attribute);
        let entry_points = self.installed.entry_points.iter().filter(|one| !one.of_extra);
        let entry_points = entry_points.map(|one| Check::EntryPoint {
            group: one.group.clone(),
            name: one.name.clone(),
            value: one.value.clone(),
        });
        let commands = smoke.commands.iter().cloned().map(Check::Command);
        imports.chain(attributes).chain(entry_points).chain(commands).collect()
    }

    fn outcome(&self, check: &Check, smoke: &Smoke, number: usize) -> Result<Outcome, SmokeError> {
        let timeout = Duration::from_secs(smoke.timeout_seconds.get().into());
        let scratch = self.scratch.path().join(format!("check-{number}"));
        let folder = scratch.join("empty");
        fs::create_dir_all(&folder)?;
        let start = |program: &str| {
            let child = Invocation::new(self.programs().join(program), &self.environment, timeout);
            smoke
                .environment
                .iter()
                .fold(child.folder(&folder), |child, (name, value)| child.variable(name, value))
        };
        let question = match check {
            Check::Command(words) => return self.of_command(words, start, timeout),
            Check::Import(module) => json!({ "question": "import", "module": module.as_str() }),
            Check::Attribute(object) => {
                let attributes: Vec<_> = object.attributes.iter().map(ToString::to_string).collect();
                json!({ "question": "attribute", "module": object.module.as_str(), "attributes": attributes })
            }
            Check::EntryPoint { group, name, .. } => json!({
                "question": "entry-point", "project": self.project.normalised(), "group": group, "name": name,
            }),
        };
        Ok(match driver::ask::<IgnoredAny>(&start("python"), &question, &scratch)? {
            Answer::Given(_) => Outcome::Passed,
            Answer::Raised { error, traceback } => {
                Outcome::Failed { why: one_line(&error), details: traceback }
            }
            Answer::TimedOut { said } => Outcome::TimedOut { seconds: timeout.as_secs(), details: said },
            Answer::Silent { status, said } => {
                Outcome::Failed { why: format!("the interpreter ended by it: {status}"), details: said }
            }
        })
    }

    fn of_command(
        &self,
        words: &[String],
        start: impl Fn(&str) -> Invocation,
        timeout: Duration,
    ) -> Result<Outcome, SmokeError> {
        let failed = |why: String, details: String| Ok(Outcome::Failed { why, details });
        let Some((program, arguments)) = words.split_first() else {
            return failed("it names no program".to_owned(), String::new());
        };
        // never one of the same name elsewhere on the machine
        if !self.programs().join(program).is_file() {
            return failed(format!("no `{program}` was installed; {}", self.commands()), String::new());
        }
        let Ended { status, said, .. } = start(program).arguments(arguments).run()?;
        match status {
            None => Ok(Outcome::TimedOut { seconds: timeout.as_secs(), details: said }),
            Some(status) if status.success() => Ok(Outcome::Passed),
            Some(status) => failed(status.to_string(), said),
        }
    }

    /// The commands that the package itself has.
    fn commands(&self) -> String {
        let scripts = self.installed.entry_points.iter().filter(|one| one.group == "console_scripts");
        let names: Vec<_> = scripts.map(|one| format!("`{}`", one.name)).collect();
        if names.is_empty() {
            "the package has no commands".to_owned()
        } else {
            format!("the package has {}", names.join(", "))
        }
    }
}

/// An error's last line may have several: those of a syntax error show the source.
fn one_line(error: &str) -> String {
    error.lines().last().unwrap_or_default().trim().to_owned()
}
