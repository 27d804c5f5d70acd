//! The inputs as values that are ready for use: what is here is valid.

use std::time::Duration;

use domain::{ProjectName, RepoName};
use forge::MergeStyle;
use url::Url;

use crate::inputs::{Command, OnPartial};
use crate::pace::Pace;
use crate::payload::{EventType, Payload};
use crate::plan::telling::Wait;
use crate::receipt::Asked;
use crate::targets::{AskedMode, Discovery, Target};

/// Everything that decides what a run does, apart from what the forge holds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to do.
    pub command: Command,
    /// What is told.
    pub payload: Payload,
    /// The name of the event.
    pub event: EventType,
    /// The project whose version is pinned.
    pub package: ProjectName,
    /// Who is told.
    pub sources: Sources,
    /// How targets are told of which nothing else is said.
    pub mode: AskedMode,
    /// How far runs are followed.
    pub wait: Wait,
    /// How long a run is followed.
    pub deadline: Duration,
    /// How long a run is looked for.
    pub observation: Duration,
    /// Whether a target whose run has failed is told again.
    pub again: bool,
    /// How bumps are merged once their checks have passed; none when they are left to people.
    pub auto_merge: Option<MergeStyle>,
    /// Whether an earlier version is told on purpose.
    pub rollback: bool,
    /// How fast targets are told.
    pub pace: Pace,
    /// How many requests are under way at once.
    pub at_once: usize,
    /// The index to wait for.
    pub gate: Option<Gate>,
    /// What receipts are asked for; none where they are not.
    pub receipts: Option<Asked>,
    /// What it means that only some targets were told.
    pub on_partial: OnPartial,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// Where targets come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Those that are listed, by whatever list.
    pub listed: Vec<Target>,
    /// Where others are looked for.
    pub discovery: Option<Discovery>,
    /// Those alone that are told; all when it names none.
    pub only: Vec<RepoName>,
}

impl Sources {
    /// Whom a run is meant to tell, as far as that is known without asking the forge: what is listed, or, of all, what
    /// `only` names.
    #[must_use]
    pub fn known(&self) -> Vec<RepoName> {
        let listed = self.listed.iter().map(|target| &target.repo);
        let discovered = self.only.iter().filter(|_| self.discovery.is_some());
        let mut known: Vec<RepoName> = Vec::new();
        for target in listed.chain(discovered) {
            let is_meant = self.only.is_empty() || self.only.contains(target);
            if is_meant && !known.contains(target) {
                known.push(target.clone());
            }
        }
        known
    }
}

/// An index that must serve the version before anybody is told.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The simple index.
    pub index: Url,
    /// How long to wait.
    pub patience: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<RepoName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn who_is_meant_is_known_before_the_forge_is_asked() {
        let discovery = Discovery {
            organization: "acme".to_owned(),
            pattern: Some("*".to_owned()),
            topic: None,
            exclude: Vec::new(),
        };
        let sources = |discovery: Option<&Discovery>, only: &[&str]| Sources {
            listed: names(&["acme/a", "acme/b"])
                .into_iter()
                .map(|repo| Target::named(repo, AskedMode::Auto))
                .collect(),
            discovery: discovery.cloned(),
            only: names(only),
        };
        for (discovery, only, known) in [
            (None, &[][..], &["acme/a", "acme/b"][..]),
            (None, &["acme/b"], &["acme/b"]),
            (Some(&discovery), &[], &["acme/a", "acme/b"]),
            (Some(&discovery), &["acme/b", "acme/found"], &["acme/b", "acme/found"]),
        ] {
            assert_eq!(sources(discovery, only).known(), names(known), "{only:?}");
        }
    }
}
