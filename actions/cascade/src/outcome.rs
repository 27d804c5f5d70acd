//! What came of one target.

use domain::RepoName;
use serde_json::{Value, json};

use crate::receipt::Receipt;
use crate::trouble::Trouble;

/// What came of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The target, by the name under which it is listed.
    pub target: RepoName,
    /// How it was told; none where it did not come to that.
    pub mode: Option<Way>,
    /// How far it came.
    pub state: State,
    /// What is worth a word.
    pub notes: Vec<String>,
    /// The pages of runs and pull requests.
    pub links: Vec<String>,
    /// What is known of its image; none where receipts are not asked for.
    pub receipt: Option<Box<Receipt>>,
}

/// How a target was told, and why so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The word that inputs use.
    pub mode: &'static str,
    /// Why this one.
    pub why: String,
}

/// How far a target came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It could be told.
    Ready,
    /// It would be told by a run that is not dry.
    Planned(String),
    /// It was told; what was seen of it, in a word: `accepted`, `started`, `concluded`, `opened`, `merged`, `pinned`.
    Told(&'static str),
    /// It needs no telling; why.
    Skipped(&'static str, String),
    /// It was not told, or ended badly.
    Failed(Trouble),
}

/// What a state comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The target knows.
    Told,
    /// The target needs no telling.
    Skipped,
    /// The target does not know, or nothing good came of it.
    Failed,
}

impl Outcome {
    /// The outcome of a target that it did not come to telling.
    #[must_use]
    pub fn over(target: RepoName, state: State) -> Self {
        Self { target, mode: None, state, notes: Vec::new(), links: Vec::new(), receipt: None }
    }

    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.state {
            State::Ready | State::Planned(_) | State::Told(_) => Verdict::Told,
            State::Skipped(..) => Verdict::Skipped,
            State::Failed(_) => Verdict::Failed,
        }
    }

    /// The state in a word.
    #[must_use]
    pub fn word(&self) -> &str {
        match &self.state {
            State::Ready => "ready",
            State::Planned(_) => "planned",
            State::Told(word) | State::Skipped(word, _) => word,
            State::Failed(_) => "failed",
        }
    }

    /// Why it came no further, or what else there is to say; empty where there is nothing.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut said: Vec<String> = match &self.state {
            State::Ready | State::Told(_) => Vec::new(),
            State::Planned(what) | State::Skipped(_, what) => vec![what.clone()],
            State::Failed(trouble) => vec![trouble.what.clone()],
        };
        said.extend(self.notes.iter().cloned());
        said.join("; ")
    }

    /// What would mend it.
    #[must_use]
    pub fn mending(&self) -> Option<&str> {
        match &self.state {
            State::Failed(trouble) => trouble.mending.as_deref(),
            _ => None,
        }
    }

    /// As the ledger holds it.
    #[must_use]
    pub fn json(&self) -> Value {
        let reason = match &self.state {
            State::Failed(trouble) => Some(trouble.reason),
            _ => None,
        };
        json!({
            "target": self.target.as_str(),
            "mode": self.mode.as_ref().map(|way| way.mode),
            "why": self.mode.as_ref().map(|way| way.why.as_str()),
            "state": self.word(),
            "reason": reason,
            "what": self.reason(),
            "mending": self.mending(),
            "links": self.links,
            "receipt": self.receipt.as_deref().map(Receipt::json),
        })
    }
}
