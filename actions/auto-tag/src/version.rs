//! The version of the next release.

use domain::{Bump, TagVersion};

use crate::facts::Facts;
use crate::published::Raised;
use crate::settings::Settings;

/// The next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The version itself.
    pub version: TagVersion,
    /// What made it higher than tags, labels and floor alone would have it.
    pub raised: Option<Raised>,
}

/// The version that follows `base` by `bump`; the initial version where there is no base; never below the floor;
/// as the next pre-release where one is asked for.
///
/// A final version on the package index is a base like a tag's, if it is the higher one, and a pre-release there
/// takes its number: so the version is none that the index holds.
///
/// A floor that is a pre-release itself (`1.5.0.dev0`, the version under way) stands for its final version.
#[must_use]
pub fn next_version(facts: &Facts, settings: &Settings, base: Option<&TagVersion>, bump: Bump) -> Next {
    let held = facts.published.as_ref().and_then(|published| published.highest_final());
    let held = held.filter(|(_, held)| base.is_none_or(|base| base < held));
    let floor = facts.committed_version.as_ref();
    let floor = floor.map(|floor| TagVersion::new(floor.major, floor.minor, floor.patch));
    let first = base.is_none().then(|| settings.initial_version.clone());
    let by_tags = [base.map(|base| bump.next(base)), first, floor].into_iter().flatten().max();
    let by_tags = by_tags.expect("there is a base, or else an initial version");
    let (version, by) = match held.map(|(by, held)| (bump.next(&held), by)) {
        Some((raised, by)) if raised > by_tags => (raised, Some(by)),
        _ => (by_tags, None),
    };
    let (version, by) = match settings.prerelease {
        None => (version, by),
        Some(kind) => {
            let number = facts.tags.next_prerelease(kind, &version);
            let held =
                facts.published.as_ref().and_then(|published| published.last_prerelease(kind, &version));
            match held.filter(|(_, held)| *held >= number) {
                Some((by, held)) => (kind.version(&version, held + 1), Some(by)),
                None => (kind.version(&version, number), by),
            }
        }
    };
    let raised = facts.published.as_ref().zip(by);
    let raised = raised.map(|(published, by)| Raised { project: published.project.clone(), by: by.clone() });
    Next { version, raised }
}

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;
