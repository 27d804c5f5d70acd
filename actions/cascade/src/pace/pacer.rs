//! When the next request may be sent: a state machine of values, which is told the time.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::hour::Hour;
use super::limits::{Limits, Window};

/// What a call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Requests that read.
    pub reads: usize,
    /// Requests that make something.
    pub writes: usize,
}

impl Cost {
    /// So many requests that read.
    #[must_use]
    pub const fn reads(reads: usize) -> Self {
        Self { reads, writes: 0 }
    }

    /// So many requests that make something.
    #[must_use]
    pub const fn writes(writes: usize) -> Self {
        Self { reads: 0, writes }
    }

    /// The requests.
    const fn requests(self) -> usize {
        self.reads + self.writes
    }

    /// By GitHub's scale.
    const fn points(self) -> usize {
        self.reads + 5 * self.writes
    }
}

/// Whether a call may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may, and is counted from now on.
    Go,
    /// Not before this time has passed.
    Wait(Duration),
    /// Not before a call that is under way has ended.
    Full,
}

/// Keeps calls within the limits.
///
/// Each limit is a window that slides. A call counts from the moment that it is made until the window's whole length
/// has passed since it *ended*: whenever the forge has counted it in between, however long the ways were, no window of
/// the forge's ever holds more than the limit.
#[derive(Debug, Clone)]
pub struct Pacer {
    writes: Vec<Meter>,
    points: Option<Meter>,
    requests: Option<Meter>,
    closed_until: Option<Timestamp>,
    /// How often a limit was met since something went well.
    strikes: u32,
}

/// The least pause after a limit that is met; it doubles each time that nothing has gone well in between.
const LEAST_PAUSE: Duration = Duration::from_secs(1);
/// How often that doubles.
const MOST_DOUBLINGS: u32 = 6;
/// How many limits in a row are taken to have no end.
const MOST_STRIKES: u32 = 10;
/// How long the window is in which a forge counts all requests.
const HOUR: Duration = Duration::from_hours(1);

impl Pacer {
    /// A pacer that has counted nothing yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            writes: limits.writes.iter().map(|window| Meter::new(*window)).collect(),
            points: limits.points.map(Meter::new),
            requests: None,
            closed_until: None,
            strikes: 0,
        }
    }

    /// Keeps all requests within what a token may ask in an hour, less what others have asked with it since the hour
    /// began; a twentieth is left to them.
    pub fn keep_to(&mut self, hour: Hour) {
        let mut meter = Meter::new(Window { most: (hour.most - hour.most / 20).max(1), span: HOUR });
        let began = SignedDuration::try_from(HOUR).ok().and_then(|span| hour.ends.checked_sub(span).ok());
        meter.note(hour.used, began.unwrap_or(hour.ends));
        self.requests = Some(meter);
    }

    /// Asks for a turn. [`Turn::Go`] is a call that is under way until [`end`](Self::end) is told of it.
    ///
    /// What alone is more than a window holds gets its turn when that window is empty.
    pub fn ask(&mut self, cost: Cost, now: Timestamp) -> Turn {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Turn::Wait(until.duration_since(now).unsigned_abs());
        }
        let mut meters: Vec<_> = self.meters(cost).collect();
        let mut free_at = now;
        for (meter, amount) in &mut meters {
            match meter.free_at(*amount, now) {
                Free::At(time) => free_at = free_at.max(time),
                Free::Later => return Turn::Full,
            }
        }
        if free_at > now {
            return Turn::Wait(free_at.duration_since(now).unsigned_abs());
        }
        for (meter, amount) in meters {
            meter.open += amount;
        }
        Turn::Go
    }

    /// A call of this cost has ended.
    pub fn end(&mut self, cost: Cost, now: Timestamp) {
        for (meter, amount) in self.meters(cost) {
            meter.close(amount, now);
        }
    }

    /// Each meter with what a call adds to it.
    fn meters(&mut self, cost: Cost) -> impl Iterator<Item = (&mut Meter, usize)> {
        let writes = self.writes.iter_mut().map(move |meter| (meter, cost.writes));
        let points = self.points.iter_mut().map(move |meter| (meter, cost.points()));
        writes.chain(points).chain(self.requests.iter_mut().map(move |meter| (meter, cost.requests())))
    }

    /// A write was made by somebody before this pacer, with the same token as it seems, at this time.
    pub fn note_write(&mut self, at: Timestamp) {
        for meter in &mut self.writes {
            meter.note(1, at);
        }
    }

    /// The forge said that a limit is met, which lasts so long: nothing goes before that, nor before a pause that grows
    /// as long as nothing goes well. Whether it may end at all.
    pub fn close(&mut self, lasts: Duration, now: Timestamp) -> bool {
        // those that were under way together have met the same limit
        if self.closed_until.is_none_or(|until| until <= now) {
            self.strikes += 1;
        }
        let doublings = self.strikes.saturating_sub(1).min(MOST_DOUBLINGS);
        let pause = lasts.max(LEAST_PAUSE.saturating_mul(1 << doublings));
        let until = SignedDuration::try_from(pause).ok().and_then(|pause| now.checked_add(pause).ok());
        self.closed_until = self.closed_until.max(until);
        self.strikes < MOST_STRIKES
    }

    /// Something was written, so that no limit is in the way.
    pub fn went_well(&mut self) {
        self.strikes = 0;
    }

    /// How long it will take until the last of so many writes is sent, if answers took no time.
    #[must_use]
    pub fn estimate(&self, writes: usize, now: Timestamp) -> Duration {
        let windows = self.writes.iter().map(|meter| {
            // the window's length must pass once for each time that it is filled before the last write
            let most = meter.window.most;
            let full = writes.saturating_sub(1) / most;
            meter.window.span.saturating_mul(u32::try_from(full).unwrap_or(u32::MAX))
        });
        let closed = self.closed_until.map(|until| until.duration_since(now));
        let closed =
            closed.filter(SignedDuration::is_positive).map_or(Duration::ZERO, SignedDuration::unsigned_abs);
        windows.max().unwrap_or_default() + closed
    }
}

/// Counts within one window.
#[derive(Debug, Clone)]
struct Meter {
    window: Window,
    /// What is under way.
    open: usize,
    /// What has ended, and when.
    ended: VecDeque<(Timestamp, usize)>,
    /// The sum of that.
    total: usize,
}

/// When there will be room.
enum Free {
    At(Timestamp),
    /// When something that is under way has ended.
    Later,
}

impl Meter {
    const fn new(window: Window) -> Self {
        Self { window, open: 0, ended: VecDeque::new(), total: 0 }
    }

    /// When `amount` more will fit.
    fn free_at(&mut self, amount: usize, now: Timestamp) -> Free {
        while self.ended.front().is_some_and(|(at, _)| self.leaves(*at) <= now) {
            self.total -= self.ended.pop_front().map_or(0, |(_, amount)| amount);
        }
        let room = self.window.most.saturating_sub(amount);
        if amount == 0 || self.open + self.total <= room {
            return Free::At(now);
        }
        let mut left = self.open + self.total;
        for (at, ended) in &self.ended {
            left -= ended;
            if left <= room {
                return Free::At(self.leaves(*at));
            }
        }
        if self.open > 0 { Free::Later } else { Free::At(now) }
    }

    fn close(&mut self, amount: usize, now: Timestamp) {
        self.open = self.open.saturating_sub(amount);
        self.note(amount, now);
    }

    fn note(&mut self, amount: usize, at: Timestamp) {
        if amount > 0 {
            let place = self.ended.partition_point(|(ended, _)| *ended <= at);
            self.ended.insert(place, (at, amount));
            self.total += amount;
        }
    }

    /// When what was counted at `at` is no longer.
    fn leaves(&self, at: Timestamp) -> Timestamp {
        let span = SignedDuration::try_from(self.window.span).unwrap_or(SignedDuration::MAX);
        at.checked_add(span).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap()
    }

    /// Sends `count` writes as fast as the pacer lets them, each taking `each`; when each was sent.
    fn sent(limits: &Limits, cost: Cost, count: usize, each: i64) -> Vec<i64> {
        let mut pacer = Pacer::new(limits);
        let (mut now, mut sent) = (0, Vec::new());
        while sent.len() < count {
            match pacer.ask(cost, at(now)) {
                Turn::Go => {
                    sent.push(now);
                    now += each;
                    pacer.end(cost, at(now));
                }
                Turn::Full => unreachable!("one call after the other"),
                Turn::Wait(pause) => now += i64::try_from(pause.as_millis()).unwrap(),
            }
        }
        sent
    }

    fn most_within(sent: &[i64], span: i64) -> usize {
        let within = |from: i64| sent.iter().filter(|at| (from..from + span).contains(at)).count();
        sent.iter().map(|from| within(*from)).max().unwrap_or(0)
    }

    #[test]
    fn no_window_ever_holds_more_than_its_limit_and_none_is_left_unused() {
        for each in [0, 1, 100, 749, 751, 5000] {
            let sent = sent(&Limits::github(), Cost::writes(1), 1000, each);
            assert!(most_within(&sent, 60_000) <= 80, "{each}");
            assert!(most_within(&sent, 3_600_000) <= 500, "{each}");
        }
        let sent = sent(&Limits::github(), Cost::writes(1), 1000, 0);
        assert_eq!(most_within(&sent, 60_000), 80);
        assert_eq!(most_within(&sent, 3_600_000), 500);
        assert_eq!(sent.last(), Some(&3_960_000), "an hour, and six of the second hour's minutes");
    }

    #[test]
    fn points_are_counted_for_reads_as_well() {
        let sent = sent(&Limits::github(), Cost::reads(3), 601, 0);
        assert_eq!(most_within(&sent, 60_000), 300);
    }

    #[test]
    fn several_writes_of_one_call_are_counted_together() {
        let sent = sent(&Limits::github(), Cost::writes(30), 4, 0);
        assert_eq!(sent, [0, 0, 60_000, 60_000], "30 and 30 fit into 80, and a third 30 do not");
    }

    #[test]
    fn what_is_larger_than_a_window_gets_its_turn_when_that_is_empty() {
        let limits = Limits { writes: vec![Window { most: 2, span: Duration::from_secs(1) }], points: None };
        assert_eq!(sent(&limits, Cost::writes(5), 2, 0), [0, 1000]);
    }

    #[test]
    fn a_call_counts_until_the_window_has_passed_since_its_end() {
        let limits = Limits { writes: vec![Window { most: 2, span: Duration::from_secs(1) }], points: None };
        let mut pacer = Pacer::new(&limits);
        let one = Cost::writes(1);
        assert_eq!((pacer.ask(one, at(0)), pacer.ask(one, at(0))), (Turn::Go, Turn::Go));
        assert_eq!(pacer.ask(one, at(5000)), Turn::Full, "the forge may count them only now");
        pacer.end(one, at(5000));
        assert_eq!(pacer.ask(one, at(5000)), Turn::Wait(Duration::from_secs(1)));
        assert_eq!(pacer.ask(one, at(6000)), Turn::Go);
    }

    #[test]
    fn what_an_earlier_run_wrote_counts() {
        let limits = Limits { writes: vec![Window { most: 2, span: Duration::from_secs(10) }], points: None };
        let mut pacer = Pacer::new(&limits);
        for noted in [3000, 1000, -20_000] {
            pacer.note_write(at(noted));
        }
        assert_eq!(pacer.ask(Cost::writes(1), at(4000)), Turn::Wait(Duration::from_secs(7)));
        assert_eq!(pacer.ask(Cost::writes(1), at(11_000)), Turn::Go);
    }

    #[test]
    fn a_forge_that_says_wait_is_waited_for_by_reads_as_well() {
        let mut pacer = Pacer::new(&Limits::none());
        pacer.close(Duration::from_secs(30), at(0));
        pacer.close(Duration::from_secs(10), at(0));
        assert_eq!(pacer.ask(Cost::reads(1), at(1000)), Turn::Wait(Duration::from_secs(29)));
        assert_eq!(pacer.ask(Cost::writes(1), at(30_000)), Turn::Go);
    }

    #[test]
    fn limits_that_do_not_end_are_waited_for_ever_longer_and_not_for_ever() {
        let mut pacer = Pacer::new(&Limits::none());
        let (mut now, mut pauses) = (0, Vec::new());
        while pacer.close(Duration::ZERO, at(now)) {
            assert!(pacer.close(Duration::ZERO, at(now)), "the same limit, met by another call");
            let Turn::Wait(pause) = pacer.ask(Cost::writes(1), at(now)) else { panic!("it is closed") };
            pauses.push(pause.as_secs());
            now += i64::try_from(pause.as_millis()).unwrap();
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 64, 64]);
        pacer.went_well();
        assert!(pacer.close(Duration::ZERO, at(now + 100_000)));
    }

    #[test]
    fn all_requests_together_stay_within_what_a_token_may_ask() {
        let mut pacer = Pacer::new(&Limits::none());
        pacer.keep_to(Hour { most: 100, used: 93, ends: at(600_000) });
        let two = Cost { reads: 1, writes: 1 };
        assert_eq!(pacer.ask(two, at(0)), Turn::Go);
        pacer.end(two, at(0));
        assert_eq!(
            pacer.ask(two, at(0)),
            Turn::Wait(Duration::from_mins(10)),
            "a twentieth is left to others"
        );
        assert_eq!(pacer.ask(two, at(600_000)), Turn::Go);
    }

    #[test]
    fn the_estimate_is_what_the_limits_come_to() {
        let pacer = Pacer::new(&Limits::github());
        for count in [1, 80, 81, 500, 501, 1000] {
            let last = sent(&Limits::github(), Cost::writes(1), count, 0).last().copied().unwrap();
            let told = pacer.estimate(count, at(0)).as_millis();
            // the hour's window is told whole, and the minutes of the last hour are left out
            let last = u128::try_from(last).unwrap();
            assert!(told <= last && last - told <= 360_000, "{count}: {told} {last}");
        }
        assert_eq!(Pacer::new(&Limits::none()).estimate(1000, at(0)), Duration::ZERO);
    }
}
