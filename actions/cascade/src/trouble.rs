//! Why a target is not told, and what would mend it.

use std::fmt;

use forge::{Error, Reason, Refused};

/// Why a target is not told, or why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In a word, for machines: `archived`, `no-receiver`, `permission`.
    pub reason: &'static str,
    /// In a sentence.
    pub what: String,
    /// What would mend it.
    pub mending: Option<String>,
}

impl Trouble {
    /// A trouble without a mending.
    #[must_use]
    pub fn new(reason: &'static str, what: impl Into<String>) -> Self {
        Self { reason, what: what.into(), mending: None }
    }

    /// The same with what would mend it.
    #[must_use]
    pub fn mended_by(self, mending: impl Into<String>) -> Self {
        Self { mending: Some(mending.into()), ..self }
    }

    /// What the forge said no to.
    #[must_use]
    pub fn refused(refused: &Refused) -> Self {
        let reason = match &refused.reason {
            Reason::Permission(_) => "permission",
            Reason::Archived => "archived",
            Reason::HiddenOrMissing => "hidden-or-missing",
            Reason::NotThere => "not-there",
            Reason::Invalid => "invalid",
            Reason::Other(_) => "refused",
        };
        let by_name = match &refused.reason {
            Reason::Permission(Some(names)) => Some(format!("give the token `{names}`")),
            _ => None,
        };
        Self { mending: by_name.or_else(|| refused.error.hint()), ..Self::failed(reason, &refused.error) }
    }

    /// A call that failed.
    #[must_use]
    pub fn failed(reason: &'static str, error: &Error) -> Self {
        Self { mending: error.hint(), ..Self::with_sources(reason, error) }
    }

    /// What an error says, with its sources and without a mending.
    #[must_use]
    pub fn with_sources(reason: &'static str, error: &dyn std::error::Error) -> Self {
        Self::new(reason, whole(error))
    }
}

/// An error with its sources, in one sentence.
fn whole(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let why = error.to_string();
        if !told.ends_with(&why) {
            told = format!("{told}: {why}");
        }
        source = error.source();
    }
    told
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
