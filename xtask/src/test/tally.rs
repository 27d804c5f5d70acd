//! Adding up what many test binaries report.

use std::fmt;

/// How many lines of a failed test's own output are shown once more: its panic and what led to it.
const LINES: usize = 40;

/// The sum of the `test result:` lines of a `cargo test` run, and what its failed tests printed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    runs: u64,
    passed: u64,
    failed: u64,
    ignored: u64,
    /// A heading with a test's name, and its output behind it.
    failures: Vec<Vec<String>>,
    /// Whether the line to come is of the last failure's output.
    within_failure: bool,
}

impl Tally {
    /// Takes one line of output into account; lines that report no result change nothing.
    pub(crate) fn read(&mut self, line: &str) {
        self.read_failure(line);
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let count = |what: &str| {
            let words = result.split(['.', ';']).map(str::trim);
            words.filter_map(|clause| clause.strip_suffix(what)).find_map(|n| n.trim().parse::<u64>().ok())
        };
        self.runs += 1;
        self.passed += count("passed").unwrap_or(0);
        self.failed += count("failed").unwrap_or(0);
        self.ignored += count("ignored").unwrap_or(0);
    }

    /// What libtest prints of each failed test: `---- name stdout ----`, its output, and `failures:` behind the last.
    fn read_failure(&mut self, line: &str) {
        if line.starts_with("---- ") && line.ends_with(" stdout ----") {
            self.failures.push(vec![line.to_owned()]);
            self.within_failure = true;
        } else if line == "failures:" {
            self.within_failure = false;
        } else if let Some(failure) = self.failures.last_mut().filter(|_| self.within_failure)
            && failure.len() <= LINES
        {
            failure.push(line.to_owned());
        }
    }

    /// The failed tests once more, so that the end of a long output names them.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &str> {
        self.failures.iter().flatten().map(String::as_str)
    }

    /// How many test binaries and doc-test runs reported.
    pub(crate) fn runs(&self) -> u64 {
        self.runs
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_binaries_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.05s",
            "test result: FAILED. 10 passed; 4 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.00s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally.to_string(), "12 passed, 4 failed, 1 skipped");
        assert_eq!(tally.runs(), 2);
    }

    #[test]
    fn failed_tests_are_told_once_more() {
        let mut tally = Tally::default();
        for line in [
            "test one ... FAILED",
            "failures:",
            "",
            "---- one stdout ----",
            "",
            "thread 'one' panicked at src/lib.rs:1:1:",
            "",
            "---- two stdout ----",
            "Error: no",
            "failures:",
            "    one",
            "    two",
        ] {
            tally.read(line);
        }
        let told =
            "---- one stdout ----||thread 'one' panicked at src/lib.rs:1:1:||---- two stdout ----|Error: no";
        assert_eq!(tally.failures().collect::<Vec<_>>().join("|"), told);
    }

    #[test]
    fn a_test_that_prints_about_results_is_not_one() {
        let mut tally = Tally::default();
        tally.read("the test result: ok. 5 passed; 0 failed; 0 ignored");
        tally.read("test passed_and_failed ... ok");
        assert_eq!(tally, Tally::default());
    }
}
