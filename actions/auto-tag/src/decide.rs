//! From pull requests and their labels to a bump, with a reason for each.

use std::fmt;

use domain::{Bump, Label};
use forge::PullRequest;
use runner::markdown;

use crate::attribute::{Attribution, DirectCommit, Named};
use crate::settings::{OnNoPullRequest, ReleaseLabels, Settings};

/// What a range of commits asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// The highest of all contributions; `None` when nothing asks for a release.
    pub bump: Option<Bump>,
    /// Each pull request and each group of direct commits, with its reason.
    pub contributions: Vec<Contribution>,
    /// What people should know.
    pub warnings: Vec<String>,
}

/// What one pull request, or the commits without one, adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// The pull request's number; `None` for direct commits.
    pub pull: Option<u64>,
    /// The pull request's title, or the commit's subject.
    pub title: String,
    /// What it asks for; `None` for no release.
    pub bump: Option<Bump>,
    /// Why.
    pub because: Because,
}

/// Why something asks for what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// A pull request has this label.
    Label(Label),
    /// A pull request has no release label.
    NoLabel,
    /// It brings only what other pull requests ask for.
    Promotion,
    /// There is no pull request.
    NoPullRequest,
    /// There is no pull request, but it repeats the change of one with this label.
    PickedFrom(u64, Label),
}

impl Because {
    /// The same as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        match self {
            Self::Label(label) => format!("from {}", markdown::code(label.as_str())),
            Self::PickedFrom(number, label) => {
                format!("picked from #{number}: {}", markdown::code(label.as_str()))
            }
            Self::NoLabel | Self::Promotion | Self::NoPullRequest => self.to_string(),
        }
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => write!(f, "from `{label}`"),
            Self::NoLabel => f.write_str("no release label"),
            Self::Promotion => f.write_str("brings what other pull requests ask for"),
            Self::NoPullRequest => f.write_str("no pull request"),
            Self::PickedFrom(number, label) => write!(f, "picked from #{number}: `{label}`"),
        }
    }
}

/// What the labels of one pull request ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The bump; `None` for no release.
    pub bump: Option<Bump>,
    /// Why.
    pub because: Because,
    /// Whether the pull request has any release label.
    pub labelled: bool,
    /// What is contradictory about its labels.
    pub contradiction: Option<String>,
}

/// Weighs what a pull request's labels ask for. The highest bump wins, over a skip label too: a change that
/// somebody called breaking must not go out as less because somebody else called it unworthy of a release.
#[must_use]
pub fn asked(pull: &PullRequest, labels: &ReleaseLabels, default: Bump) -> Asked {
    let first = |wanted: &[Label]| pull.labels.iter().find(|label| wanted.contains(label));
    let bumps: Vec<(Bump, &Label)> =
        [(Bump::Major, &labels.major), (Bump::Minor, &labels.minor), (Bump::Patch, &labels.patch)]
            .into_iter()
            .filter_map(|(bump, wanted)| Some((bump, first(wanted)?)))
            .collect();
    let skip = first(&labels.skip);
    let told: Vec<String> =
        bumps.iter().map(|(_, label)| *label).chain(skip).map(|label| format!("`{label}`")).collect();
    let (bump, because) = match (bumps.first(), skip) {
        (Some((bump, label)), _) => (Some(*bump), Because::Label((*label).clone())),
        (None, Some(label)) => (None, Because::Label(label.clone())),
        (None, None) => (Some(default), Because::NoLabel),
    };
    let contradiction = (told.len() > 1).then(|| {
        format!(
            "pull request #{} has the labels {}, which contradict each other: {because} counts",
            pull.number,
            told.join(" and ")
        )
    });
    Asked { bump, because, labelled: !told.is_empty(), contradiction }
}

/// Weighs everything that a range of commits brings.
#[must_use]
pub fn decide(attribution: &Attribution<'_>, settings: &Settings) -> Decision {
    let mut decision = Decision::default();
    for pull in attribution.pulls.values() {
        let asked = asked(pull, &settings.labels, settings.default_bump);
        decision.warnings.extend(asked.contradiction);
        let (bump, because) = if !asked.labelled && attribution.promotions.contains(&pull.number) {
            (None, Because::Promotion)
        } else {
            (asked.bump, asked.because)
        };
        decision.add(Contribution { pull: Some(pull.number), title: pull.title.clone(), bump, because });
    }
    for direct in &attribution.direct {
        decision.warnings.extend(direct.named.map(|named| {
            let (number, how) = match named {
                Named::Open(number) => (number, "is still open"),
                Named::Elsewhere(number) => (number, "was not merged as this commit"),
                Named::Nobodys(number) => (number, "is no pull request"),
            };
            let commit = direct.commit.sha.short();
            format!("commit {commit} names #{number}, which {how}: it counts as a direct push")
        }));
        let (bump, because) = direct_push(direct, settings);
        let title = format!("{} {}", direct.commit.sha.short(), direct.commit.subject());
        decision.add(Contribution { pull: None, title, bump, because });
    }
    decision.warnings.extend(squashed(attribution));
    decision.warnings.extend(attribution.untold.iter().map(|branch| {
        format!(
            "more pull requests were merged into `{branch}` since it was promoted last than the forge was asked for, and the labels of the oldest are not weighed: label the promotion itself"
        )
    }));
    decision
}

/// What a commit without a pull request asks for: a patch, or more where it repeats the change of a pull request
/// that asks for more; never less.
fn direct_push(direct: &DirectCommit<'_>, settings: &Settings) -> (Option<Bump>, Because) {
    if settings.on_no_pr != OnNoPullRequest::Patch {
        return (None, Because::NoPullRequest);
    }
    let picked =
        direct.picked.iter().filter_map(|pull| match asked(pull, &settings.labels, settings.default_bump) {
            Asked { bump: Some(bump), because: Because::Label(label), .. } => {
                Some((bump, Because::PickedFrom(pull.number, label)))
            }
            _ => None,
        });
    match picked.max_by_key(|(bump, _)| *bump) {
        Some((bump, because)) if bump > Bump::Patch => (Some(bump), because),
        _ => (Some(Bump::Patch), Because::NoPullRequest),
    }
}

fn squashed(attribution: &Attribution<'_>) -> Option<String> {
    let (_, commit) = attribution.squashed.first_key_value()?;
    let numbers: Vec<_> = attribution.squashed.keys().map(|number| format!("#{number}")).collect();
    Some(format!(
        "a squash such as {} melted {} into one commit, and their labels are not weighed: promote by merge or rebase, or label the promotion itself",
        commit.sha.short(),
        numbers.join(", ")
    ))
}

impl Decision {
    /// Adds one contribution; the highest bump wins.
    pub fn add(&mut self, contribution: Contribution) {
        self.bump = self.bump.max(contribution.bump);
        self.contributions.push(contribution);
    }

    /// The pull requests among the contributions.
    #[must_use]
    pub fn pulls(&self) -> Vec<u64> {
        self.contributions.iter().filter_map(|contribution| contribution.pull).collect()
    }
}
