use std::io::{self, Write as _};

use fs_err::OpenOptions;

use crate::exit::Diagnostic;
use crate::{Console, Environment};

/// A step's summary may have 1 MiB; GitHub drops the whole of a larger one.
const LIMIT: u64 = 1024 * 1024;

/// What stands in the place of what was cut. Its blank line ends any list or table.
const CUT: &str = "\n\n*The rest is cut: a summary may have 1 MiB.*\n";

/// The step's summary could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write the step's summary")]
pub struct SummaryError(#[source] io::Error);

impl Diagnostic for SummaryError {}

/// Appends Markdown to the step's summary; does nothing where there is no summary, as on a laptop.
///
/// Untrusted text in it must have gone through [`markdown`](crate::markdown).
pub(crate) fn append(
    markdown: &str,
    environment: &Environment,
    console: &Console,
) -> Result<(), SummaryError> {
    let Some(path) = environment.get("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    let mut text = console.redact(markdown);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(SummaryError)?;
    let used = file.metadata().map_err(SummaryError)?.len();
    file.write_all(fitting(&text, LIMIT.saturating_sub(used)).as_bytes()).map_err(SummaryError)
}

/// The text, or as many of its lines as leave room for [`CUT`]. Nothing where not even that has room.
fn fitting(text: &str, room: u64) -> String {
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    if text.len() <= room {
        return text.to_owned();
    }
    let Some(room) = room.checked_sub(CUT.len()) else { return String::new() };
    let kept = text.as_bytes()[..room].iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    format!("{}{CUT}", &text[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

    fn console(environment: &Environment) -> Console {
        Console::new(environment, Stream::plain(io::sink()), Stream::plain(io::sink()))
    }

    #[test]
    fn parts_follow_each_other() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let environment = Environment::from_pairs([("GITHUB_STEP_SUMMARY", file.path().to_str().unwrap())]);
        let console = console(&environment);
        console.mask(&"hunter2".into());
        append("# A", &environment, &console).unwrap();
        append("b hunter2\n", &environment, &console).unwrap();
        assert_eq!(fs_err::read_to_string(file.path()).unwrap(), "# A\nb ***\n");
    }

    #[test]
    fn a_summary_never_grows_beyond_its_limit_and_says_what_it_lost() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let environment = Environment::from_pairs([("GITHUB_STEP_SUMMARY", file.path().to_str().unwrap())]);
        let console = console(&environment);
        let part = "zwölf Boxkämpfer jagen\n".repeat(30_000);
        for _ in 0..3 {
            append(&part, &environment, &console).unwrap();
        }
        let summary = fs_err::read_to_string(file.path()).unwrap();
        assert!(summary.len() as u64 <= LIMIT, "{}", summary.len());
        assert_eq!(summary.matches(CUT.trim()).count(), 1);
        assert!(summary.trim_end().ends_with(CUT.trim()));
        assert!(
            summary.lines().all(|line| line.is_empty() || line.starts_with('z') || line.starts_with('*'))
        );
    }

    #[test]
    fn a_laptop_has_no_summary() {
        let environment = Environment::default();
        append("# A", &environment, &console(&environment)).unwrap();
    }
}
