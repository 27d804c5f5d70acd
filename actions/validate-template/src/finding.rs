//! What a rule has to say about a template.

use text::{Edit, Position, Source, Span};

use crate::rules::Rule;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The template cannot work, or must not be shipped.
    Error,
    /// The template works, and something about it should be otherwise.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The template as a whole.
    Template,
    /// A file as a whole, by its path in the template; also one that is missing.
    File(String),
    /// A stretch of a file.
    Text(Source, Span),
}

impl Place {
    /// The file's path in the template.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Template => None,
            Self::File(path) => Some(path),
            Self::Text(source, _) => Some(source.path()),
        }
    }

    /// Where the stretch begins.
    #[must_use]
    pub fn start(&self) -> Option<Position> {
        match self {
            Self::Text(source, span) => Some(source.position(span.start)),
            Self::Template | Self::File(_) => None,
        }
    }

    /// Where the stretch ends: the place after its last character.
    #[must_use]
    pub fn end(&self) -> Option<Position> {
        match self {
            Self::Text(source, span) => Some(source.position(span.end)),
            Self::Template | Self::File(_) => None,
        }
    }
}

/// A place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// The one safe mending of a finding: edits of the file that the finding is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What they do, in the imperative: ``write `1` without quotes``.
    pub title: String,
    /// The edits, all of one file.
    pub edits: Vec<Edit>,
}

/// What a rule has to say about a template.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// What is wrong, here.
    pub message: String,
    /// Where: the smallest culprit.
    pub place: Place,
    /// How to mend it.
    pub help: Option<String>,
    /// What is worth reading in full, such as a traceback.
    pub detail: Option<String>,
    /// Other places that explain it, in the order of the argument.
    pub notes: Vec<Note>,
    /// The edits that mend it, where there is one safe way.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding about the template as a whole.
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            place: Place::Template,
            help: None,
            detail: None,
            notes: Vec::new(),
            fix: None,
        }
    }

    /// The same about a file, by its path in the template.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.place = Place::File(path.into());
        self
    }

    /// The same about a stretch of a file.
    #[must_use]
    pub fn at(mut self, source: &Source, span: Span) -> Self {
        self.place = Place::Text(source.clone(), span);
        self
    }

    /// The same with what would mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with what is worth reading in full.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same with one more place that explains it.
    #[must_use]
    pub fn note(mut self, source: &Source, span: Span, message: impl Into<String>) -> Self {
        self.notes.push(Note { place: Place::Text(source.clone(), span), message: message.into() });
        self
    }

    /// The same with the edits that mend it.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits: edits.into_iter().collect() });
        self
    }

    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }
}

/// Why a rule holds: a line of `--trace`.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The rule.
    pub rule: &'static Rule,
    /// Where the reason is.
    pub place: Place,
    /// The reason.
    pub message: String,
}

/// Where rules put what they have to say.
#[derive(Debug, Default)]
pub struct Findings {
    /// What is wrong.
    pub found: Vec<Finding>,
    /// Why the other rules hold.
    pub proofs: Vec<Proof>,
}

impl Findings {
    /// Takes a finding.
    pub fn report(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Takes a reason for which a rule holds.
    pub fn prove(&mut self, rule: &'static Rule, source: &Source, span: Span, message: impl Into<String>) {
        let place = Place::Text(source.clone(), span);
        self.proofs.push(Proof { rule, place, message: message.into() });
    }
}
