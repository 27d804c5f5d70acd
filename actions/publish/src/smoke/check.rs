//! What is tried, and how it went.

use std::fmt;
use std::time::Duration;

use package::manifest::{ModuleName, ObjectReference};
use serde::{Serialize, Serializer};

/// Something that must work once the package is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// A module imports.
    Import(ModuleName),
    /// A module has an object.
    Attribute(ObjectReference),
    /// What an entry point names loads. <https://packaging.python.org/en/latest/specifications/entry-points/>
    EntryPoint {
        /// `console_scripts`, or a group of plugins.
        group: String,
        /// The name of the command or plugin.
        name: String,
        /// The object, as it is declared.
        value: String,
    },
    /// A command that the package installs ends with success.
    Command(Vec<String>),
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import(module) => write!(f, "import `{module}`"),
            Self::Attribute(object) => write!(f, "attribute `{object}`"),
            Self::EntryPoint { group, name, value } => {
                write!(f, "entry point `{name}` of `{group}`, which is `{value}`")
            }
            Self::Command(words) => write!(f, "command `{}`", words.join(" ")),
        }
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How a check went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Well.
    Passed,
    /// It does not work.
    Failed {
        /// Why, in a line: the last one of a traceback.
        why: String,
        /// The traceback, or what the command printed.
        details: String,
    },
    /// It took longer than the manifest's `smoke.timeout-seconds`.
    TimedOut {
        /// How long it was given, in seconds.
        seconds: u64,
        /// What it had printed.
        details: String,
    },
}

/// A check, and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What was tried.
    pub check: Check,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
}

impl Checked {
    /// Whether it works.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Passed
    }
}

/// What was tried and why it does not work, with the traceback or the output in the lines that follow.
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (check, details) = (
            &self.check,
            match &self.outcome {
                Outcome::Passed => "",
                // an error without a traceback of its own
                Outcome::Failed { why, details } if details.trim() == why => "",
                Outcome::Failed { details, .. } | Outcome::TimedOut { details, .. } => details.trim_end(),
            },
        );
        match &self.outcome {
            Outcome::Passed => write!(f, "{check}: passed in {:.1} s", self.took.as_secs_f32()),
            Outcome::Failed { why, .. } => write!(f, "{check} failed: {why}"),
            Outcome::TimedOut { seconds, .. } => write!(
                f,
                "{check} was ended after {seconds} s, which is all that `smoke.timeout-seconds` allows"
            ),
        }?;
        details
            .lines()
            .try_for_each(|line| if line.is_empty() { writeln!(f) } else { write!(f, "\n  {line}") })
    }
}

fn seconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f32(took.as_secs_f32())
}

/// How all of it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SmokeReport {
    /// The version of the Python that it was tried on: `3.11.7`.
    pub python: String,
    /// Every check, in the order in which they were made.
    pub checks: Vec<Checked>,
    /// What is no fault and ought to be known.
    pub notes: Vec<String>,
}

impl SmokeReport {
    /// Whether everything works.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures().next().is_none()
    }

    /// What does not work.
    pub fn failures(&self) -> impl Iterator<Item = &Checked> {
        self.checks.iter().filter(|checked| !checked.passed())
    }
}
