//! What is wrong with a requirements file.

use text::Span;

use super::FileId;

/// What pip stops at, what it passes over in silence, or what cannot be told from the repository alone.
///
/// Printed, it says what is wrong; [`Fault::hint`] says what mends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    /// The file.
    pub file: FileId,
    /// The smallest culprit.
    pub span: Span,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// No requirement by the specification.
    #[error("not a requirement: {0}")]
    Requirement(String),
    /// An option that pip does not take in a requirements file.
    #[error("pip knows no option `{0}` in a requirements file")]
    UnknownOption(String),
    /// An option that may be one of several.
    #[error("the option `{0}` is short for more than one")]
    AmbiguousOption(String),
    /// An option without its value, or with one that it does not take.
    #[error("the option `{name}` {}", if *.takes_value { "needs a value" } else { "takes no value" })]
    Value {
        /// The option.
        name: &'static str,
        /// Whether it takes one.
        takes_value: bool,
    },
    /// A quote that is not closed, or a backslash with nothing behind it, among options.
    #[error("a quote or an escape is not closed")]
    Unclosed,
    /// What pip does not look at: words behind options, a second `-r` on one line, `-r` behind a requirement.
    #[error("pip ignores `{0}` here")]
    Ignored(String),
    /// An included file that is not there.
    #[error("`{0}` is not there")]
    Missing(String),
    /// A file that cannot be read.
    #[error("`{path}` cannot be read: {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// What the reader says.
        why: String,
    },
    /// A file that is no text in the encoding that it declares.
    #[error("`{path}` is not {encoding}")]
    NotText {
        /// Its path.
        path: String,
        /// What it should be.
        encoding: String,
    },
    /// A file in an encoding that is not read here.
    #[error("`{path}` declares the encoding `{encoding}`, which is not read here")]
    UnknownEncoding {
        /// Its path.
        path: String,
        /// What it declares.
        encoding: String,
    },
    /// A file that includes itself, by whatever way.
    #[error("`{0}` includes itself")]
    Cycle(String),
    /// An include that leads out of the repository.
    #[error("`{0}` leads out of the repository")]
    Outside(String),
    /// An include from the network.
    #[error("`{0}` is not in the repository, so that nothing is known of what it requires")]
    Remote(String),
    /// More files than are read.
    #[error("more than {0} requirements files")]
    TooManyFiles(usize),
    /// More lines than are read.
    #[error(
        "more than {0} lines in all requirements files together; this one and those behind it are not read"
    )]
    TooManyLines(usize),
    /// Lines about one project that no version fits: what the lines before this one ask for.
    #[error("no version fits both this and `{0}` above")]
    Contradiction(String),
    /// A line without a hash where others have one.
    #[error("pip wants a `--hash` of every requirement as soon as one has it, and this one has none")]
    NoHash,
    /// A hash of what is no single version.
    #[error("pip wants an exact version, by `==`, of what has a `--hash`")]
    HashOfRange,
    /// A hash that pip does not take.
    #[error("`{0}` is no hash that pip takes")]
    Hash(String),
    /// An environment variable of which the value is known only where pip runs.
    #[error("the value of `{0}` is known only where pip runs")]
    UnknownVariable(String),
}

impl Fault {
    /// Whether pip stops at it, so that nothing is installed.
    #[must_use]
    pub fn stops_pip(&self) -> bool {
        !matches!(
            self.kind,
            FaultKind::Ignored(_)
                | FaultKind::Outside(_)
                | FaultKind::Remote(_)
                | FaultKind::TooManyFiles(_)
                | FaultKind::TooManyLines(_)
                | FaultKind::UnknownVariable(_)
                | FaultKind::UnknownEncoding { .. }
        )
    }

    /// Whether it is about hashes, which other installers than pip hold differently.
    #[must_use]
    pub fn is_of_hashes(&self) -> bool {
        matches!(self.kind, FaultKind::NoHash | FaultKind::HashOfRange | FaultKind::Hash(_))
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match &self.kind {
            FaultKind::Requirement(_) => {
                "write `name>=1.2`, `name==1.2` or `name @ https://…`, one on a line"
            }
            FaultKind::UnknownOption(_) => "delete it, or give it to pip on its command line",
            FaultKind::AmbiguousOption(_) => "write the option's full name",
            FaultKind::Value { takes_value: true, .. } => "write the value behind the option",
            FaultKind::Value { takes_value: false, .. } => "delete the value",
            FaultKind::Unclosed => "close it, or delete it",
            FaultKind::Ignored(_) => "move it to a line of its own, or delete it",
            FaultKind::Missing(_) | FaultKind::Unreadable { .. } => "add the file, or delete the line",
            FaultKind::NotText { .. } | FaultKind::UnknownEncoding { .. } => "save the file as UTF-8",
            FaultKind::Cycle(_) => "delete one of the includes",
            FaultKind::Outside(_) | FaultKind::Remote(_) => "put the file into the repository",
            FaultKind::TooManyFiles(_) | FaultKind::TooManyLines(_) => {
                "put what is required into fewer files and lines"
            }
            FaultKind::Contradiction(_) => "keep one of them",
            FaultKind::NoHash => "give it one, or leave all of them out",
            FaultKind::HashOfRange => "write `name==1.2 --hash=sha256:…`",
            FaultKind::Hash(_) => "write `--hash=sha256:…`, or `sha384` or `sha512`",
            FaultKind::UnknownVariable(_) => "write the value out",
        }
    }
}
