//! The lines that prove a fact.

use text::Span;

/// A line that proves something, and what it proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The file, by its path in the build context; none for the Dockerfile.
    pub file: Option<String>,
    /// The place in it.
    pub span: Span,
    /// What it shows.
    pub why: String,
}

impl Reason {
    /// A line of the Dockerfile.
    pub(crate) fn new(span: Span, why: impl Into<String>) -> Self {
        Self { file: None, span, why: why.into() }
    }

    /// A line of another file, or of the Dockerfile for none.
    pub(crate) fn of(file: Option<&str>, span: Span, why: impl Into<String>) -> Self {
        Self { file: file.map(str::to_owned), span, why: why.into() }
    }
}

/// The lines that prove a fact, in the order in which they lead to it.
pub type Trace = Vec<Reason>;
