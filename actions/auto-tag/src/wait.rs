//! When it is too early to decide: what is awaited, and for how long.

use std::fmt;
use std::time::Duration;

use crate::attribute::{Attribution, Named};
use crate::facts::{Existing, Facts};
use crate::settings::Settings;

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// The forge's word on which pull request a fresh commit came by.
    Lookup,
    /// The workflow that the maker of a young tag is about to start.
    Dispatch,
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lookup => "the forge does not tell the pull request of a fresh commit yet",
            Self::Dispatch => "another run made the tag just now and is about to start the workflow",
        })
    }
}

/// Right after a merge the forge may not know yet which pull request a commit came by. A commit that is fresh,
/// or that names a pull request which is still told as open, is given time, as long as the patience lasts.
pub(crate) fn pause_for_lookup(
    facts: &Facts,
    settings: &Settings,
    attribution: &Attribution<'_>,
) -> Option<Duration> {
    const FRESH: i64 = 180;
    let patience = settings.lookup_patience;
    let longest = attribution.direct.iter().map(|direct| {
        let fresh = facts.now.duration_since(direct.commit.committed_at).as_secs().abs() < FRESH;
        match direct.named {
            Some(Named::Open(_)) => patience,
            Some(Named::Nobodys(_)) if fresh => patience,
            // its merge commit may not be told yet
            Some(Named::Elsewhere(_)) | None if fresh => patience.min(facts.lookup_lag),
            Some(Named::Elsewhere(_) | Named::Nobodys(_)) | None => Duration::ZERO,
        }
    });
    let left = longest.max()?.checked_sub(facts.waited).filter(|left| !left.is_zero())?;
    // 1 s, 1 s, 2 s, 4 s, …: each pause as long as all before it together
    Some(facts.waited.max(Duration::from_secs(1)).min(left))
}

/// Two events of one merge make two runs, and the one that made the tag also starts the workflow: the other must
/// not start it too. A tag so young that its maker may not have come to that yet is given time.
pub(crate) fn pause_for_maker(
    facts: &Facts,
    settings: &Settings,
    existing: &Existing,
    created: bool,
) -> Option<Duration> {
    const YOUNG: Duration = Duration::from_secs(15);
    let by_this_run = created || (facts.run_url.is_some() && existing.trailers.run == facts.run_url);
    if settings.dispatch.is_none() || by_this_run {
        return None;
    }
    let age = facts.now.duration_since(existing.tagged_at?).unsigned_abs();
    (age < YOUNG).then_some(Duration::from_secs(1))
}
