//! What is tried again, what is not, and how long is waited.

use std::time::Duration;

use http_client::{Client, Doubt, Effect, Error, Failure, Request, RetryPolicy, Settings, TestClock};

use crate::log;
use crate::server::{Reply, Server, answer, client, impatient, ok, settings};

fn seconds(clock: &TestClock) -> Vec<u64> {
    clock.slept().iter().map(Duration::as_secs).collect()
}

fn write(server: &Server) -> Request {
    Request::post(server.url("/tags"), Effect::Write).json(&serde_json::json!({"tag": "v1"}))
}

#[tokio::test]
async fn a_read_is_tried_again_after_cuts_and_unavailable_servers() {
    let server = Server::start([Reply::Cut, Reply::CutBody, answer(502, "", ""), ok()]);
    let (client, clock) = client();
    let response = client.send(Request::get(server.url("/a"))).await.unwrap();
    assert_eq!(response.body(), "fine");
    assert_eq!(server.lines(), ["GET /a"; 4]);
    assert_eq!(clock.slept().len(), 3);
    assert_eq!((client.statistics().requests, client.statistics().round_trips), (1, 4));
}

#[tokio::test]
async fn a_read_that_never_gets_an_answer_says_so_and_how_often_it_was_tried() {
    let server = Server::start([Reply::Cut, Reply::Cut, Reply::Cut, Reply::Cut, ok()]);
    let error = client().0.send(Request::get(server.url("/a"))).await.unwrap_err();
    assert!(matches!(error, Error::NoAnswer { attempts: 4, failure: Failure::Broken(_), .. }), "{error:?}");
    assert!(error.to_string().starts_with("no answer to `GET http://127.0.0.1:"), "{error}");
    assert!(error.to_string().contains("(4 tries): the connection broke: "), "{error}");
}

#[tokio::test]
async fn a_write_is_not_tried_again_after_a_cut_a_cut_body_or_a_5xx() {
    for reply in [Reply::Cut, Reply::CutBody, answer(500, "", ""), answer(503, "", ""), answer(501, "", "")] {
        let server = Server::start([reply.clone(), ok()]);
        let error = client().0.send(write(&server)).await.unwrap_err();
        assert!(error.is_ambiguous(), "{reply:?}: {error:?}");
        assert_eq!(server.lines(), ["POST /tags"]);
        assert!(error.to_string().contains("may or may not have taken effect"), "{error}");
        assert!(error.hint().unwrap().starts_with("look whether"));
    }
}

#[tokio::test]
async fn the_status_of_an_ambiguous_write_can_be_matched() {
    let server = Server::start([answer(500, "", r#"{"message":""}"#)]);
    let error = impatient().send(write(&server)).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
    assert!(matches!(error, Error::Ambiguous { doubt: Doubt::Answer(_), .. }));
}

#[tokio::test]
async fn a_write_that_times_out_is_ambiguous() {
    let server = Server::start([Reply::Silence(Duration::from_secs(2)), ok()]);
    let settings = Settings { request_timeout: Duration::from_millis(200), ..settings().0 };
    let error = Client::new(settings).unwrap().send(write(&server)).await.unwrap_err();
    let timed_out = Failure::TimedOut(Duration::from_millis(200));
    assert!(
        matches!(&error, Error::Ambiguous { doubt: Doubt::NoAnswer(failure), .. } if *failure == timed_out),
        "{error:?}"
    );
    assert!(error.to_string().ends_with("timed out after 200 ms"), "{error}");
}

#[tokio::test]
async fn a_write_is_tried_again_with_the_same_body_when_a_limit_refused_it() {
    let limits = [
        answer(429, "retry-after: 7", ""),
        answer(403, "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1700000037", ""),
        answer(503, "retry-after: 2", ""),
    ];
    let server = Server::start(limits.into_iter().chain([ok()]));
    let (client, clock) = client();
    client.send(write(&server)).await.unwrap();
    let bodies: Vec<_> = server.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies, [r#"{"tag":"v1"}"#; 4]);
    // Up to a second of jitter lies on each wait; the second limit ends 30 s after the first wait's end.
    let slept = seconds(&clock);
    assert_eq!(slept[0], 7);
    assert!((29..=30).contains(&slept[1]), "{slept:?}");
    assert_eq!(slept[2], 2);
}

#[tokio::test]
async fn a_secondary_limit_without_an_end_is_waited_for_a_minute() {
    let said = r#"{"message":"You have exceeded a secondary rate limit."}"#;
    let server = Server::start([answer(403, "", said), ok()]);
    let (client, clock) = client();
    client.send(write(&server)).await.unwrap();
    assert_eq!(seconds(&clock), [60]);
}

#[tokio::test]
async fn a_limit_beyond_the_patience_is_an_error_that_tells_how_long_it_lasts() {
    let server = Server::start([answer(429, "retry-after: 4000", r#"{"message":"slow down"}"#), ok()]);
    let (client, clock) = client();
    let error = client.send(write(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Limited { lasts, .. } if lasts == Duration::from_secs(4000)), "{error:?}");
    assert_eq!(error.status().unwrap(), 429);
    assert!(!error.is_ambiguous());
    assert!(error.to_string().contains("met a limit that lasts another 1 h 6 min: 429"), "{error}");
    assert!(clock.slept().is_empty());
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn a_request_that_is_one_of_many_tells_its_limit_and_waits_for_nothing_but_connections() {
    let server = Server::start([answer(429, "retry-after: 5", ""), ok()]);
    let (client, clock) = client();
    let error = client.send(write(&server).tell_limits()).await.unwrap_err();
    let (five, six) = (Duration::from_secs(5), Duration::from_secs(6));
    assert!(matches!(error, Error::Limited { lasts, .. } if (five..=six).contains(&lasts)), "{error:?}");
    assert!(clock.slept().is_empty());
    assert_eq!(client.send(write(&server).tell_limits()).await.unwrap().body(), "fine");

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/").parse().unwrap();
    let refused = client.send(Request::post(url, Effect::Write).tell_limits()).await.unwrap_err();
    assert!(matches!(refused, Error::Connect(_)), "{refused:?}");
    assert_eq!(clock.slept().len(), 3);
}

#[tokio::test]
async fn the_waits_of_one_request_add_up_to_no_more_than_the_patience() {
    let server =
        Server::start([answer(429, "retry-after: 100", ""), answer(429, "retry-after: 100", ""), ok()]);
    let (client, clock) = client();
    let error = client.send(Request::get(server.url("/"))).await.unwrap_err();
    assert!(matches!(error, Error::Limited { .. }), "{error:?}");
    assert_eq!(seconds(&clock), [100]);
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_for_writes_too() {
    // The port is free: its listener was bound and dropped.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (client, clock) = client();
    let request = Request::post(format!("http://127.0.0.1:{port}/").parse().unwrap(), Effect::Write);
    let error = client.send(request).await.unwrap_err();
    assert!(matches!(&error, Error::Connect(error) if error.attempts == 4), "{error:?}");
    assert!(!error.is_ambiguous());
    assert_eq!(clock.slept().len(), 3);
}

#[tokio::test]
async fn a_permission_403_is_not_taken_for_a_limit() {
    let said = r#"{"message":"Resource not accessible by integration"}"#;
    let server = Server::start([answer(403, "x-ratelimit-remaining: 4999", said), ok()]);
    let (client, clock) = client();
    let error = client.send(write(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)));
    assert_eq!((server.lines().len(), clock.slept().len()), (1, 0));
}

#[tokio::test]
async fn one_try_means_one_try() {
    let server = Server::start([answer(502, "", ""), ok()]);
    let error = impatient().send(Request::get(server.url("/"))).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn waiting_goes_by_the_clock_of_the_settings() {
    let server = Server::start([answer(429, "retry-after: 3600", ""), ok()]);
    let clock = std::sync::Arc::new(TestClock::held_at(jiff::Timestamp::UNIX_EPOCH));
    let retry = RetryPolicy { patience: Duration::from_hours(2), ..RetryPolicy::default() };
    let client = Client::new(Settings { clock: clock.clone(), retry, ..settings().0 }).unwrap();
    let sent = tokio::spawn({
        let request = Request::get(server.url("/"));
        async move { client.send(request).await }
    });
    clock.until_asleep().await;
    assert_eq!(server.lines().len(), 1);
    clock.advance(Duration::from_secs(3601));
    sent.await.unwrap().unwrap();
}

#[tokio::test]
async fn every_wait_is_warned_of_with_its_reason() {
    let server = Server::start([answer(429, "retry-after: 7", r#"{"message":"slow down"}"#), ok()]);
    let (client, _) = client();
    log::warnings();
    client.send(Request::get(server.url("/a"))).await.unwrap();
    let reason = format!("`GET {}` was refused with 429 Too Many Requests: slow down", server.url("/a"));
    assert_eq!(log::warnings(), [format!("trying again in 7 s: {reason}")]);
}

#[tokio::test]
async fn a_write_after_the_server_closed_an_idle_connection_goes_over_a_new_one() {
    let kept = Reply::Answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into());
    let server = Server::start([kept, ok()]);
    let client = impatient();
    client.send(Request::get(server.url("/a"))).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.send(write(&server)).await.unwrap();
    assert_eq!(server.lines(), ["GET /a", "POST /tags"]);
}

#[tokio::test]
async fn a_graphql_answer_that_is_a_limit_is_waited_for() {
    let limit = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
    let headers = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1700000030";
    let server = Server::start([answer(200, headers, limit), ok()]);
    let (client, clock) = client();
    client.send(Request::post(server.url("/graphql"), Effect::Read)).await.unwrap();
    assert_eq!(seconds(&clock), [30]);
}
