//! The version of the next release.

use domain::{Bump, TagVersion};

use crate::settings::Settings;
use crate::tags::Tags;

/// The version that follows `base` by `bump`; the initial version where there is no base; never below `floor`;
/// as the next pre-release where one is asked for.
///
/// A floor that is a pre-release itself (`1.5.0.dev0`, the version under way) stands for its final version.
#[must_use]
pub fn next_version(
    base: Option<&TagVersion>,
    bump: Bump,
    tags: &Tags,
    settings: &Settings,
    floor: Option<&TagVersion>,
) -> TagVersion {
    let bumped = base.map_or_else(|| settings.initial_version.clone(), |base| bump.next(base));
    let floor = floor.map(|floor| TagVersion::new(floor.major, floor.minor, floor.patch));
    let version = floor.map_or_else(|| bumped.clone(), |floor| floor.max(bumped.clone()));
    match settings.prerelease {
        Some(kind) => kind.version(&version, tags.next_prerelease(kind, &version)),
        None => version,
    }
}
