//! What a token may ask in an hour.

use forge::Who;
use jiff::{SignedDuration, Timestamp};

/// What an app's token may ask in an hour at the least:
/// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-github-app-installations>.
const OF_AN_APP: usize = 5000;

/// What a token may ask in the hour that is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// How many requests.
    pub most: usize,
    /// How many of them are made already.
    pub used: usize,
    /// When it ends.
    pub ends: Timestamp,
}

impl Hour {
    /// As the forge tells it; none where nothing is limited. Of an app whose owners have a token each it is told too
    /// late, so that the least is assumed.
    #[must_use]
    pub fn of(who: &Who, has_a_token_each: bool, now: Timestamp) -> Option<Self> {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        match who.quota {
            Some(quota) => {
                let used = quota.limit.saturating_sub(quota.remaining);
                Some(Self { most: count(quota.limit), used: count(used), ends: quota.resets_at })
            }
            None if has_a_token_each => {
                Some(Self { most: OF_AN_APP, used: 0, ends: now + SignedDuration::from_hours(1) })
            }
            None => None,
        }
    }
}
