//! Who is told: from lists, a manifest, the built-in list, and what an organisation has.

mod discovery;
mod manifest;
mod runtimes;

use std::collections::BTreeSet;

use domain::{BranchName, RepoName};
use template::pins::Format;

use crate::receipt::AskedImage;

pub use discovery::{Discovery, Found, LeftOut};
pub use manifest::{ManifestError, read as read_manifest};
pub use runtimes::{TemplateRepo, TemplateRepoError, known_templates};

/// A repository to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The repository.
    pub repo: RepoName,
    /// How it is told.
    pub mode: AskedMode,
    /// The branch whose workflow is started, or that a bump goes to; the default branch when none is named.
    pub reference: Option<BranchName>,
    /// The workflow file that a `workflow_dispatch` starts; found by its inputs when none is named.
    pub workflow: Option<String>,
    /// The files whose pins a bump edits; the usual ones when none is named.
    pub pins: Vec<(String, Format)>,
    /// The image that it builds.
    pub image: AskedImage,
}

impl Target {
    /// A repository of which nothing is known but its name.
    #[must_use]
    pub fn named(repo: RepoName, mode: AskedMode) -> Self {
        Self { repo, mode, reference: None, workflow: None, pins: Vec::new(), image: AskedImage::ByName }
    }
}

/// How a target shall be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum AskedMode {
    /// By the first of the other three that forge and repository offer
    Auto,
    /// By an event, which every workflow on the default branch that waits for it answers
    RepositoryDispatch,
    /// By starting one workflow
    WorkflowDispatch,
    /// By a pull request that bumps the pins
    BumpPr,
}

impl AskedMode {
    /// The word that inputs and manifests use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::RepositoryDispatch => "repository-dispatch",
            Self::WorkflowDispatch => "workflow-dispatch",
            Self::BumpPr => "bump-pr",
        }
    }
}

/// A repository's name as forges compare it: without case.
#[must_use]
pub fn key(repo: &RepoName) -> String {
    repo.as_str().to_ascii_lowercase()
}

/// In what a list of targets and what an organisation has differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Listed, and not among what was discovered; with the reason.
    pub only_listed: Vec<(RepoName, LeftOut)>,
    /// Discovered, and not listed.
    pub only_discovered: Vec<RepoName>,
}

/// All targets: what is listed, and what was discovered beside it.
#[must_use]
pub fn union(listed: Vec<Target>, found: &Found, mode: AskedMode) -> (Vec<Target>, Drift) {
    let mut drift = Drift::default();
    let known: BTreeSet<String> = listed.iter().map(|target| key(&target.repo)).collect();
    let discovered: BTreeSet<String> = found.repos.iter().map(key).collect();
    for target in &listed {
        if !discovered.contains(&key(&target.repo)) {
            drift.only_listed.push((target.repo.clone(), found.why_not(&target.repo)));
        }
    }
    let mut all = listed;
    for repo in found.repos.iter().filter(|repo| !known.contains(&key(repo))) {
        drift.only_discovered.push(repo.clone());
        all.push(Target::named(repo.clone(), mode));
    }
    (all, drift)
}

/// The first repository that stands in a list twice.
#[must_use]
pub fn duplicate<'t>(targets: impl IntoIterator<Item = &'t RepoName>) -> Option<&'t RepoName> {
    let mut seen = BTreeSet::new();
    targets.into_iter().find(|repo| !seen.insert(key(repo)))
}

/// Of `targets`, those that `only` names; all of them when it names none.
///
/// # Errors
/// The first name that is no target's.
pub fn narrowed(targets: Vec<Target>, only: &[RepoName]) -> Result<Vec<Target>, RepoName> {
    if only.is_empty() {
        return Ok(targets);
    }
    match only.iter().find(|name| targets.iter().all(|target| target.repo != **name)) {
        Some(stranger) => Err(stranger.clone()),
        None => Ok(targets.into_iter().filter(|target| only.contains(&target.repo)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repo(name: &str) -> RepoName {
        name.parse().unwrap()
    }

    fn target(name: &str) -> Target {
        Target::named(repo(name), AskedMode::Auto)
    }

    #[test]
    fn what_only_one_side_has_is_told_of_both_sides_and_both_are_targets() {
        let found = Found {
            repos: vec![repo("acme/both"), repo("acme/new")],
            left_out: vec![(repo("acme/old"), LeftOut::Archived)],
        };
        let listed = vec![target("Acme/Both"), target("acme/old"), target("acme/gone")];
        let (all, drift) = union(listed, &found, AskedMode::BumpPr);
        let names: Vec<_> = all.iter().map(|target| target.repo.as_str()).collect();
        assert_eq!(names, ["Acme/Both", "acme/old", "acme/gone", "acme/new"]);
        assert_eq!(all[3].mode, AskedMode::BumpPr);
        assert_eq!(
            drift,
            Drift {
                only_listed: vec![
                    (repo("acme/old"), LeftOut::Archived),
                    (repo("acme/gone"), LeftOut::NotThere)
                ],
                only_discovered: vec![repo("acme/new")],
            }
        );
    }

    #[test]
    fn a_retry_tells_those_alone_that_it_names() {
        let targets = vec![target("acme/a"), target("acme/b")];
        assert_eq!(narrowed(targets.clone(), &[]).unwrap().len(), 2);
        let one = narrowed(targets.clone(), &[repo("ACME/B")]).unwrap();
        assert_eq!(one, [target("acme/b")]);
        assert_eq!(narrowed(targets, &[repo("acme/c")]), Err(repo("acme/c")));
    }

    #[test]
    fn a_name_that_stands_twice_is_found_in_any_case() {
        let names = [repo("acme/a"), repo("acme/b"), repo("ACME/a")];
        assert_eq!(duplicate(&names), Some(&names[2]));
        assert_eq!(duplicate(&names[..2]), None);
    }
}
