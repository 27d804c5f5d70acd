//! The table of [`RetryPolicy`], row by row.

use super::*;

const NOW: i64 = 1_700_000_000;

fn outcome(status: u16, headers: &[(&'static str, &str)], message: &str) -> Outcome {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Outcome::of(
        StatusCode::from_u16(status).unwrap(),
        &headers,
        message,
        Timestamp::from_second(NOW).unwrap(),
    )
}

fn limited(seconds: u64) -> Outcome {
    Outcome::Limited(Some(Duration::from_secs(seconds)))
}

#[test]
fn answers_are_told_apart_by_status_headers_and_message() {
    let exhausted = ("x-ratelimit-remaining", "0");
    let cases = [
        (200, vec![], "", Outcome::Final),
        (200, vec![], r#"{"errors":[{"type":"RATE_LIMITED","message":"m"}]}"#, Outcome::Limited(None)),
        (200, vec![], r#"{"errors":[{"type":"NOT_FOUND","message":"RATE_LIMITED"}]}"#, Outcome::Final),
        (200, vec![], r#"{"data":{"title":"RATE_LIMITED"}}"#, Outcome::Final),
        (301, vec![], "", Outcome::Final),
        (404, vec![], "", Outcome::Final),
        (403, vec![], "Resource not accessible by integration", Outcome::Final),
        (403, vec![("x-ratelimit-remaining", "10"), ("x-ratelimit-reset", "1700000030")], "", Outcome::Final),
        // An exhausted limit on an answer that was given limits nothing yet.
        (200, vec![exhausted, ("x-ratelimit-reset", "1700000030")], "", Outcome::Final),
        (404, vec![exhausted, ("x-ratelimit-reset", "1700000030")], "", Outcome::Final),
        (429, vec![("retry-after", "7")], "", limited(7)),
        (403, vec![("retry-after", "7")], "", limited(7)),
        (503, vec![("retry-after", "7")], "", limited(7)),
        (429, vec![("retry-after", "Tue, 14 Nov 2023 22:13:29 GMT")], "", limited(9)),
        (429, vec![("retry-after", "Tue, 14 Nov 2023 22:13:11 GMT")], "", limited(0)),
        (403, vec![exhausted, ("x-ratelimit-reset", "1700000030")], "", limited(30)),
        (403, vec![exhausted, ("x-ratelimit-reset", "1699999999")], "", limited(0)),
        (429, vec![("retry-after", "7"), exhausted, ("x-ratelimit-reset", "1700000030")], "", limited(7)),
        (429, vec![("retry-after", "soon"), exhausted, ("x-ratelimit-reset", "1700000030")], "", limited(30)),
        (
            429,
            vec![("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1700000030")],
            "",
            Outcome::Limited(None),
        ),
        (429, vec![], "", Outcome::Limited(None)),
        (403, vec![], "You have exceeded a secondary rate limit.", Outcome::Limited(None)),
        (403, vec![], "API Rate Limit exceeded", Outcome::Limited(None)),
        (500, vec![("retry-after", "7")], "", Outcome::Unavailable),
        (500, vec![], "", Outcome::Unavailable),
        (502, vec![], "", Outcome::Unavailable),
        (503, vec![], "503 Service Unavailable", Outcome::Unavailable),
        (504, vec![], "", Outcome::Unavailable),
        (501, vec![], "", Outcome::ServerError),
        (507, vec![], "", Outcome::ServerError),
    ];
    for (status, headers, message, expected) in cases {
        assert_eq!(outcome(status, &headers, message), expected, "{status} {headers:?} {message}");
    }
}

/// What the default policy says after the first try, without jitter.
fn first(effect: Effect, outcome: Outcome) -> Verdict {
    RetryPolicy::default().next(effect, outcome, Progress { tries: 1, waited: Duration::ZERO }, 0.0)
}

#[test]
fn every_outcome_has_its_verdict_for_reads_and_for_writes() {
    let backoff = Verdict::RetryAfter(Duration::from_millis(250));
    let after = |seconds| Verdict::RetryAfter(Duration::from_secs(seconds));
    let cases = [
        (Outcome::Final, Verdict::Stop, Verdict::Stop),
        (limited(7), after(7), after(7)),
        (Outcome::Limited(None), after(60), after(60)),
        (limited(3600), Verdict::Limited(Duration::from_hours(1)), Verdict::Limited(Duration::from_hours(1))),
        (Outcome::NoConnection(true), backoff, backoff),
        (Outcome::NoConnection(false), Verdict::Stop, Verdict::Stop),
        (Outcome::NoAnswer, backoff, Verdict::Ambiguous),
        (Outcome::Unavailable, backoff, Verdict::Ambiguous),
        (Outcome::ServerError, Verdict::Stop, Verdict::Ambiguous),
        (Outcome::TooLarge, Verdict::Stop, Verdict::Ambiguous),
    ];
    for (outcome, read, write) in cases {
        assert_eq!(first(Effect::Read, outcome), read, "read, {outcome:?}");
        assert_eq!(first(Effect::Write, outcome), write, "write, {outcome:?}");
    }
}

#[test]
fn backoff_doubles_up_to_its_longest_and_jitter_spreads_it_over_the_upper_half() {
    let policy = RetryPolicy { attempts: 99, patience: Duration::MAX, ..RetryPolicy::default() };
    let wait = |tries, jitter| match policy.next(
        Effect::Read,
        Outcome::NoAnswer,
        Progress { tries, waited: Duration::ZERO },
        jitter,
    ) {
        Verdict::RetryAfter(wait) => wait.as_millis(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        [1, 2, 3, 4, 5, 6, 98].map(|tries| wait(tries, 1.0)),
        [500, 1000, 2000, 4000, 8000, 10000, 10000]
    );
    assert_eq!([1, 2, 6].map(|tries| wait(tries, 0.0)), [250, 500, 5000]);
}

#[test]
fn a_limit_without_an_end_doubles_its_pause_and_jitter_adds_up_to_a_second() {
    let policy = RetryPolicy { attempts: 99, patience: Duration::MAX, ..RetryPolicy::default() };
    let wait = |outcome, tries, jitter| {
        policy.next(Effect::Write, outcome, Progress { tries, waited: Duration::ZERO }, jitter)
    };
    let after = |millis| Verdict::RetryAfter(Duration::from_millis(millis));
    assert_eq!(wait(Outcome::Limited(None), 1, 0.0), after(60_000));
    assert_eq!(wait(Outcome::Limited(None), 2, 0.0), after(120_000));
    assert_eq!(wait(limited(7), 2, 1.0), after(8_000));
}

#[test]
fn tries_end_with_the_attempts_and_with_the_patience() {
    let policy = RetryPolicy { attempts: 3, patience: Duration::from_secs(100), ..RetryPolicy::default() };
    let next = |outcome, tries, waited| {
        policy.next(Effect::Read, outcome, Progress { tries, waited: Duration::from_secs(waited) }, 0.0)
    };
    assert_eq!(next(limited(10), 2, 90), Verdict::RetryAfter(Duration::from_secs(10)));
    assert_eq!(next(limited(10), 3, 0), Verdict::Limited(Duration::from_secs(10)));
    assert_eq!(next(limited(10), 2, 91), Verdict::Limited(Duration::from_secs(10)));
    assert_eq!(next(Outcome::Unavailable, 2, 0), Verdict::RetryAfter(Duration::from_millis(500)));
    assert_eq!(next(Outcome::Unavailable, 3, 0), Verdict::Stop);
    assert_eq!(next(Outcome::Unavailable, 1, 100), Verdict::Stop);
}

#[test]
fn absurd_numbers_from_a_server_overflow_nothing() {
    let huge = [("retry-after", "18446744073709551615")];
    assert_eq!(first(Effect::Read, outcome(429, &huge, "")), Verdict::Limited(Duration::from_secs(u64::MAX)));
    let far = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9223372036854775807")];
    assert_eq!(outcome(403, &far, ""), Outcome::Limited(None));
}
