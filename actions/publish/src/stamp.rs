//! The time that the archives carry.

use std::path::Path;

use package::{Stamp, StampError};
use runner::{Diagnostic, Environment, Exit};

use crate::git;
use crate::process::{ChildEnvironment, ProcessError};

/// The variable that reproducible builds agree on. <https://reproducible-builds.org/specs/source-date-epoch/>
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// Why no time is known.
#[derive(Debug, thiserror::Error)]
pub enum StampSourceError {
    /// The variable is set to something else.
    #[error("the environment's `{VARIABLE}` is `{0}`, which is no number of seconds")]
    NotANumber(String),
    /// An archive cannot carry it.
    #[error("the time from {origin} cannot be used")]
    OutOfRange {
        /// Where it came from.
        origin: &'static str,
        /// Why.
        source: StampError,
    },
    /// Git does not tell.
    #[error("the time of the commit is not known")]
    NoCommit(#[source] ProcessError),
    /// Git tells something else.
    #[error("the time of the commit is not known: git said `{0}`")]
    NotATime(String),
}

impl Diagnostic for StampSourceError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        vec![format!(
            "set `source-date-epoch`, or `{VARIABLE}`, to seconds since 1970: two builds are equal when it is"
        )]
    }
}

/// The time that archives of the source in `folder` carry: what is given, or the environment's, or the commit's.
///
/// Never the time of day or of a file, which would make every build another.
///
/// # Errors
/// When none of them tells a time that an archive can carry.
pub fn stamp(
    given: Option<i64>,
    environment: &Environment,
    folder: &Path,
) -> Result<Stamp, StampSourceError> {
    let (seconds, origin) = match (given, environment.get(VARIABLE)) {
        (Some(seconds), _) => (seconds, "input `source-date-epoch`"),
        (None, Some(text)) => {
            let seconds = text.trim().parse().map_err(|_| StampSourceError::NotANumber(text.to_owned()))?;
            (seconds, "the environment's `SOURCE_DATE_EPOCH`")
        }
        (None, None) => (of_commit(folder, &ChildEnvironment::of(environment))?, "the commit"),
    };
    Stamp::new(seconds).map_err(|source| StampSourceError::OutOfRange { origin, source })
}

/// When the checked-out commit was made.
fn of_commit(folder: &Path, environment: &ChildEnvironment) -> Result<i64, StampSourceError> {
    let said = git::output(folder, environment, &["log", "-1", "--no-show-signature", "--format=%ct"])
        .map_err(StampSourceError::NoCommit)?;
    let said = String::from_utf8_lossy(&said);
    said.trim().parse().map_err(|_| StampSourceError::NotATime(said.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: Option<i64>, variable: Option<&str>) -> Result<u32, String> {
        let environment = Environment::from_pairs(variable.map(|value| (VARIABLE, value)));
        let nowhere = Path::new("/nonexistent");
        stamp(given, &environment, nowhere).map(Stamp::seconds).map_err(|error| error.to_string())
    }

    #[test]
    fn the_input_comes_before_the_environment() {
        assert_eq!(of(Some(1_700_000_000), Some("1600000000")).unwrap(), 1_700_000_000);
        assert_eq!(of(None, Some(" 1600000000\n")).unwrap(), 1_600_000_000);
    }

    #[test]
    fn a_time_that_cannot_be_used_is_refused_with_its_origin() {
        assert!(of(Some(0), None).unwrap_err().contains("input `source-date-epoch`"));
        assert!(of(None, Some("12")).unwrap_err().contains("`SOURCE_DATE_EPOCH`"));
        assert!(of(None, Some("now")).unwrap_err().contains("no number"));
        assert!(of(None, None).unwrap_err().contains("the time of the commit is not known"));
    }
}
