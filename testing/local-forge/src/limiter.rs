//! GitHub's rate limits, kept count of on a clock that runs as many times faster as a test asks for.
//!
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// How many requests may be under way together.
const CONCURRENT: usize = 100;
/// What REST's requests of a minute may cost: a reading one is a point, any other five.
const POINTS: u64 = 900;
/// What GraphQL's may cost.
const GRAPHQL_POINTS: u64 = 2000;
/// How much content may be created.
const CONTENT_A_MINUTE: u64 = 80;
const CONTENT_AN_HOUR: u64 = 500;

/// A limit of GitHub's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// The hour's requests of a token.
    Primary,
    /// A hundred requests under way together.
    Concurrent,
    /// 900 points a minute, or 2,000 of GraphQL's.
    Points,
    /// Eighty requests a minute that create content.
    ContentAMinute,
    /// Five hundred requests an hour that create content.
    ContentAnHour,
}

/// The most that was made of each limit so far, by the token that made the most of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Requests under way together.
    pub concurrent: usize,
    /// Points of any sixty seconds.
    pub points: u64,
    /// Requests of any sixty seconds that create content.
    pub content_a_minute: u64,
    /// Requests of any hour that create content.
    pub content_an_hour: u64,
}

/// What a request costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) points: u64,
    pub(crate) graphql: bool,
    pub(crate) creates: bool,
}

/// A request that was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Barred {
    pub(crate) limit: Limit,
    /// After how many seconds of the limiter's time it would be.
    pub(crate) seconds: u64,
}

/// Where a token stands in its hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hour {
    pub(crate) used: u64,
    pub(crate) reset: Timestamp,
}

/// Keeps the counts.
#[derive(Debug)]
pub(crate) struct Limiter {
    scale: u32,
    started: Instant,
    since: Timestamp,
    callers: BTreeMap<String, Windows>,
    met: Vec<Limit>,
    usage: Usage,
}

/// What a caller has done lately.
#[derive(Debug, Default)]
struct Windows {
    /// When the hour began, and what was used of it.
    hour: Option<(Duration, u64)>,
    content: VecDeque<(Duration, u64)>,
    rest: VecDeque<(Duration, u64)>,
    graphql: VecDeque<(Duration, u64)>,
}

impl Limiter {
    /// Begins to count, with a clock that runs `scale` times as fast as the wall's.
    pub(crate) fn new(scale: u32) -> Self {
        Self {
            scale: scale.max(1),
            started: Instant::now(),
            since: Timestamp::now(),
            callers: BTreeMap::new(),
            met: Vec::new(),
            usage: Usage::default(),
        }
    }

    /// The limits that were met so far, one entry for each request that was refused.
    pub(crate) fn met(&self) -> &[Limit] {
        &self.met
    }

    pub(crate) fn usage(&self) -> Usage {
        self.usage
    }

    fn now(&self) -> Duration {
        self.started.elapsed() * self.scale
    }

    /// Lets a request in and counts it, or tells what bars it.
    pub(crate) fn admit(
        &mut self,
        caller: &str,
        cost: Cost,
        hourly: u64,
        under_way: usize,
    ) -> Result<(), Barred> {
        let now = self.now();
        self.admit_at(now, caller, cost, hourly, under_way)
    }

    fn admit_at(
        &mut self,
        now: Duration,
        caller: &str,
        cost: Cost,
        hourly: u64,
        under_way: usize,
    ) -> Result<(), Barred> {
        let windows = self.callers.entry(caller.to_owned()).or_default();
        if let Err(barred) = windows.check(now, cost, hourly, under_way) {
            self.met.push(barred.limit);
            return Err(barred);
        }
        windows.count(now, cost);
        let usage = &mut self.usage;
        usage.concurrent = usage.concurrent.max(under_way);
        usage.points = usage.points.max(sum(&windows.rest, now, MINUTE));
        usage.content_a_minute = usage.content_a_minute.max(sum(&windows.content, now, MINUTE));
        usage.content_an_hour = usage.content_an_hour.max(sum(&windows.content, now, HOUR));
        Ok(())
    }

    /// Where a caller stands in its hour.
    pub(crate) fn hour(&self, caller: &str) -> Hour {
        let hour = self.callers.get(caller).and_then(|windows| windows.hour);
        let (began, used) = hour.unwrap_or((self.now(), 0));
        Hour { used, reset: self.since + began + HOUR }
    }
}

impl Windows {
    fn check(&mut self, now: Duration, cost: Cost, hourly: u64, under_way: usize) -> Result<(), Barred> {
        let (began, used) = match self.hour {
            Some((began, used)) if now < began + HOUR => (began, used),
            _ => (now, 0),
        };
        self.hour = Some((began, used));
        let bar = |limit, until: Duration| {
            let wait = until.saturating_sub(now);
            Err(Barred { limit, seconds: wait.as_secs() + u64::from(wait.subsec_nanos() > 0) })
        };
        // GraphQL has an hour of its own, which nobody here uses up.
        if used >= hourly && !cost.graphql {
            return bar(Limit::Primary, began + HOUR);
        }
        if under_way > CONCURRENT {
            return bar(Limit::Concurrent, now + Duration::from_secs(1));
        }
        let (points, most) =
            if cost.graphql { (&self.graphql, GRAPHQL_POINTS) } else { (&self.rest, POINTS) };
        if let Some(until) = full(points, now, MINUTE, most, cost.points) {
            return bar(Limit::Points, until);
        }
        if cost.creates {
            if let Some(until) = full(&self.content, now, HOUR, CONTENT_AN_HOUR, 1) {
                return bar(Limit::ContentAnHour, until);
            }
            if let Some(until) = full(&self.content, now, MINUTE, CONTENT_A_MINUTE, 1) {
                return bar(Limit::ContentAMinute, until);
            }
        }
        Ok(())
    }

    fn count(&mut self, now: Duration, cost: Cost) {
        self.hour = self.hour.map(|(began, used)| (began, used + u64::from(!cost.graphql)));
        let points = if cost.graphql { &mut self.graphql } else { &mut self.rest };
        points.push_back((now, cost.points));
        if cost.creates {
            self.content.push_back((now, 1));
        }
        for (window, lasts) in
            [(&mut self.rest, MINUTE), (&mut self.graphql, MINUTE), (&mut self.content, HOUR)]
        {
            while window.front().is_some_and(|(at, _)| *at + lasts <= now) {
                window.pop_front();
            }
        }
    }
}

/// What was counted within the last `span`.
fn sum(window: &VecDeque<(Duration, u64)>, now: Duration, span: Duration) -> u64 {
    window.iter().filter(|(at, _)| *at + span > now).map(|(_, cost)| cost).sum()
}

/// When there will be room for `cost` more; `None` when there is now.
fn full(
    window: &VecDeque<(Duration, u64)>,
    now: Duration,
    span: Duration,
    most: u64,
    cost: u64,
) -> Option<Duration> {
    let mut held = sum(window, now, span) + cost;
    let mut live = window.iter().filter(|(at, _)| *at + span > now);
    let mut until = None;
    while held > most {
        let (at, gone) = live.next()?;
        held -= gone;
        until = Some(*at + span);
    }
    until
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Cost = Cost { points: 1, graphql: false, creates: false };
    const POST: Cost = Cost { points: 5, graphql: false, creates: true };

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_eighty_first_creation_of_a_minute_waits_for_the_first_to_be_a_minute_old() {
        let mut limiter = Limiter::new(1);
        for at in 0..80 {
            let at = Duration::from_millis(at * 100);
            limiter.admit_at(at, "t", POST, 5000, 1).unwrap();
        }
        let barred = limiter.admit_at(seconds(10), "t", POST, 5000, 1).unwrap_err();
        assert_eq!(barred, Barred { limit: Limit::ContentAMinute, seconds: 50 });
        limiter.admit_at(seconds(10), "t", GET, 5000, 1).unwrap();
        limiter.admit_at(seconds(10), "other", POST, 5000, 1).unwrap();
        limiter.admit_at(seconds(60), "t", POST, 5000, 1).unwrap();
        assert_eq!((limiter.met(), limiter.usage().content_a_minute), (&[Limit::ContentAMinute][..], 80));
    }

    #[test]
    fn the_five_hundred_and_first_creation_of_an_hour_waits_for_the_hour() {
        let mut limiter = Limiter::new(1);
        for at in 0..500 {
            limiter.admit_at(seconds(at), "t", POST, 5000, 1).unwrap();
        }
        let barred = limiter.admit_at(seconds(600), "t", POST, 5000, 1).unwrap_err();
        assert_eq!(barred, Barred { limit: Limit::ContentAnHour, seconds: 3000 });
    }

    #[test]
    fn points_requests_under_way_and_the_hours_quota_have_their_own_limits() {
        let mut limiter = Limiter::new(1);
        for _ in 0..900 {
            limiter.admit_at(seconds(1), "t", GET, 5000, 100).unwrap();
        }
        let barred = |limiter: &mut Limiter, at, hourly, under_way| {
            limiter.admit_at(seconds(at), "t", GET, hourly, under_way).unwrap_err()
        };
        assert_eq!(barred(&mut limiter, 2, 5000, 1), Barred { limit: Limit::Points, seconds: 59 });
        assert_eq!(barred(&mut limiter, 70, 5000, 101), Barred { limit: Limit::Concurrent, seconds: 1 });
        assert_eq!(barred(&mut limiter, 70, 900, 1), Barred { limit: Limit::Primary, seconds: 3531 });
        limiter.admit_at(seconds(3601), "t", GET, 900, 1).unwrap();
        assert_eq!(limiter.hour("t").used, 1);
    }
}
