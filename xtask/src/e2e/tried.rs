//! How many cases were tried, and how they ended.

use anyhow::ensure;

/// The cases of a run.
#[derive(Debug)]
pub(super) struct Tried<'a> {
    /// Of the cases, only those whose line holds this text.
    only: Option<&'a str>,
    cases: usize,
    failed: usize,
}

impl<'a> Tried<'a> {
    pub(super) fn new(only: Option<&'a str>) -> Self {
        Self { only, cases: 0, failed: 0 }
    }

    /// Tries a case, unless it is left out, and says how it ended.
    pub(super) fn case(&mut self, what: &str, run: impl FnOnce() -> anyhow::Result<()>) {
        if self.only.is_some_and(|only| !what.contains(only)) {
            return;
        }
        self.cases += 1;
        match run() {
            Ok(()) => println!("ok: {what}"),
            Err(error) => {
                self.failed += 1;
                println!("FAILED: {what}: {error:#}");
            }
        }
    }

    /// Ends the run.
    ///
    /// # Errors
    ///
    /// When a case failed.
    pub(super) fn conclude(self, what: &str) -> anyhow::Result<()> {
        let Self { only, cases, failed } = self;
        ensure!(failed == 0, "{failed} of {cases} {what} failed");
        if let (Some(only), 0) = (only, cases) {
            println!("none of the {what} has `{only}` in its line");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_fails_fails_the_run() {
        let mut tried = Tried::new(None);
        tried.case("one", || Ok(()));
        tried.case("other", || anyhow::bail!("no"));
        assert_eq!(tried.conclude("cases").unwrap_err().to_string(), "1 of 2 cases failed");
    }

    #[test]
    fn only_cases_with_the_text_are_tried() {
        let mut tried = Tried::new(Some("Gitea"));
        tried.case("GitHub: one", || anyhow::bail!("left out"));
        tried.case("Gitea: one", || Ok(()));
        assert_eq!(tried.cases, 1);
        assert!(tried.conclude("cases").is_ok());
    }
}
