use std::error::Error;
use std::fmt;
use std::process::ExitCode;

/// How an action ends, as its exit code. The numbers are part of the public contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: done, or there was nothing to do.
    Done = 0,
    /// 1: something failed; a second run may succeed.
    Failed = 1,
    /// 2: an input, the event or the surroundings are wrong; nothing was changed, and a second run would end
    /// the same way.
    BadInput = 2,
    /// 3: everything worked, and what was examined has findings.
    Findings = 3,
    /// 4: some of several targets succeeded and others did not.
    Partial = 4,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error that knows how the action should end and what its reader could do about it.
///
/// The error enum of each of an action's phases implements this; `?` then turns it into a [`Failure`]. The
/// message says what failed and on what, the sources say why, the hints say what to do: three things, kept
/// apart so that each can be shown in its place.
pub trait Diagnostic: Error + Send + Sync + 'static {
    /// The exit class of this error.
    fn exit(&self) -> Exit {
        Exit::Failed
    }

    /// What would mend it, each a phrase in the imperative: ``grant `contents: write` to the job``.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What ends an action early: an error, its exit class and its hints.
///
/// Not itself an [`Error`], as `anyhow::Error` is not, so that every [`Diagnostic`] converts into it.
pub struct Failure {
    error: Box<dyn Error + Send + Sync>,
    exit: Exit,
    hints: Vec<String>,
}

impl Failure {
    /// A failure of class [`Exit::Failed`] without hints, from any error; also from an `anyhow::Error`.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { error: error.into(), exit: Exit::Failed, hints: Vec::new() }
    }

    /// A failure of class [`Exit::BadInput`].
    pub fn bad_input(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit: Exit::BadInput, ..Self::new(error) }
    }

    /// The same with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// How the action ends by this failure.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl<D: Diagnostic> From<D> for Failure {
    fn from(diagnostic: D) -> Self {
        Self { exit: diagnostic.exit(), hints: diagnostic.hints(), error: Box::new(diagnostic) }
    }
}

/// What failed, then a `why:` line per source, then a `hint:` line per hint.
///
/// A source that its parent already quotes is not repeated.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = self.error.to_string();
        f.write_str(&told)?;
        let mut source = self.error.source();
        while let Some(error) = source {
            let why = error.to_string();
            if !told.ends_with(&why) {
                write!(f, "\n  why: {}", Indented(&why))?;
                told = why;
            }
            source = error.source();
        }
        for hint in &self.hints {
            write!(f, "\n  hint: {}", Indented(hint))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.exit)
    }
}

/// Indents every line but the first, so that a long reason still reads as one.
struct Indented<'a>(&'a str);

impl fmt::Display for Indented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.0.trim_end().lines().enumerate() {
            if index > 0 {
                f.write_str("\n    ")?;
            }
            f.write_str(line)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not create tag `v1` in `acme/app`")]
    struct CreateTag(#[source] Refused);

    #[derive(Debug, thiserror::Error)]
    #[error("the forge answered 403: {0}")]
    struct Refused(#[source] std::io::Error);

    impl Diagnostic for CreateTag {
        fn exit(&self) -> Exit {
            Exit::BadInput
        }

        fn hints(&self) -> Vec<String> {
            vec!["grant `contents: write` to the job".to_owned()]
        }
    }

    #[test]
    fn a_failure_says_what_failed_why_and_what_to_do() {
        let failure = Failure::from(CreateTag(Refused(std::io::Error::other("resource\nnot accessible"))));
        assert_eq!(failure.exit(), Exit::BadInput);
        assert_eq!(
            failure.to_string(),
            "could not create tag `v1` in `acme/app`\n  \
               why: the forge answered 403: resource\n    not accessible\n  \
               hint: grant `contents: write` to the job"
        );
    }

    #[test]
    fn an_error_without_a_class_is_a_plain_failure() {
        assert_eq!(Failure::new("no luck").exit(), Exit::Failed);
    }

    #[test]
    fn the_exit_codes_are_the_documented_ones() {
        let all = [Exit::Done, Exit::Failed, Exit::BadInput, Exit::Findings, Exit::Partial];
        assert_eq!(all.map(Exit::code), [0, 1, 2, 3, 4]);
    }
}
