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
    pacer.close(Kind::Write, Duration::from_secs(30), at(0));
    pacer.close(Kind::Write, Duration::from_secs(10), at(0));
    assert_eq!(pacer.ask(Cost::reads(1), at(1000)), Turn::Wait(Duration::from_secs(29)));
    assert_eq!(pacer.ask(Cost::writes(1), at(30_000)), Turn::Go);
}

#[test]
fn limits_that_do_not_end_are_waited_for_ever_longer_and_not_for_ever() {
    let mut pacer = Pacer::new(&Limits::none());
    let (mut now, mut pauses) = (0, Vec::new());
    while pacer.close(Kind::Write, Duration::ZERO, at(now)) {
        assert!(pacer.close(Kind::Write, Duration::ZERO, at(now)), "the same limit, met by another call");
        let Turn::Wait(pause) = pacer.ask(Cost::writes(1), at(now)) else { panic!("it is closed") };
        pauses.push(pause.as_secs());
        now += i64::try_from(pause.as_millis()).unwrap();
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 64, 64]);
    pacer.went_well(Kind::Write);
    assert!(pacer.close(Kind::Write, Duration::ZERO, at(now + 100_000)));
}

#[test]
fn reads_that_meet_limits_now_and_then_and_writes_that_always_do_are_counted_apart() {
    let mut pacer = Pacer::new(&Limits::none());
    for time in 0..50 {
        assert!(pacer.close(Kind::Read, Duration::ZERO, at(time * 100_000)), "{time}");
        pacer.went_well(Kind::Read);
    }
    let may_end = (50..100).take_while(|time| {
        pacer.went_well(Kind::Read);
        pacer.close(Kind::Write, Duration::ZERO, at(time * 100_000))
    });
    assert_eq!(may_end.count(), 9, "a read that goes well says nothing of a limit on writes");
}

#[test]
fn a_turn_that_is_given_back_is_somebody_elses() {
    let limits = Limits { writes: vec![Window { most: 1, span: Duration::from_mins(10) }], points: None };
    let mut pacer = Pacer::new(&limits);
    let one = Cost::writes(1);
    assert_eq!((pacer.ask(one, at(0)), pacer.ask(one, at(0))), (Turn::Go, Turn::Full));
    pacer.give_back(one);
    assert_eq!(pacer.ask(one, at(0)), Turn::Go);
}

#[test]
fn all_requests_together_stay_within_what_a_token_may_ask() {
    let mut pacer = Pacer::new(&Limits::none());
    pacer.keep_to(Hour { most: 100, used: 93, ends: at(600_000) });
    let two = Cost { reads: 1, writes: 1 };
    assert_eq!(pacer.ask(two, at(0)), Turn::Go);
    pacer.end(two, at(0));
    assert_eq!(pacer.ask(two, at(0)), Turn::Wait(Duration::from_mins(10)), "a twentieth is left to others");
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
