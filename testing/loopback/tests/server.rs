//! The server as its users have it.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use loopback::{Fault, Request, Response, Server, Service, Target, count, round_trips, send};

/// Counts its calls, and names operations after the path.
struct Counter(Arc<AtomicUsize>);

impl Service for Counter {
    fn operation(&self, request: &Request) -> String {
        request.uri().path().trim_start_matches('/').to_owned()
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let calls = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Response::new(format!("{calls} {}", String::from_utf8_lossy(request.body())).into())
    }
}

fn start() -> (Server, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let server = Server::start(|_| Counter(Arc::clone(&calls))).unwrap();
    (server, calls)
}

fn post(server: &Server, path: &str, body: &'static str) -> std::io::Result<Response> {
    let request = http::Request::post(path).body(Bytes::from_static(body.as_bytes())).unwrap();
    send(server.address(), request)
}

#[test]
fn a_request_reaches_the_service_and_its_answer_the_client() {
    let (server, _) = start();
    assert_eq!(post(&server, "/tags.create", "x").unwrap().body(), "1 x");
}

#[test]
fn it_listens_on_the_loopback_address_only() {
    let (server, _) = start();
    assert_eq!(server.address().ip(), std::net::Ipv4Addr::LOCALHOST);
}

#[test]
fn a_fault_before_the_effect_keeps_the_service_from_being_called() {
    let (server, calls) = start();
    server.fail(Fault::status("tags.create", 429).header("retry-after", "7").body("slow down"));
    let refused = post(&server, "/tags.create", "x").unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    assert_eq!(refused.body(), "slow down");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(server.waiting_faults(), 0);
    assert_eq!(post(&server, "/tags.create", "x").unwrap().status().as_u16(), 200);
}

#[test]
fn a_fault_after_the_effect_replaces_only_the_answer() {
    let (server, calls) = start();
    server.fail(Fault::status("tags.create", 502).after_the_effect());
    assert_eq!(post(&server, "/tags.create", "x").unwrap().status().as_u16(), 502);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_late_effect_comes_after_the_answer() {
    let (server, calls) = start();
    server.fail(Fault::cut("tags.create").with_a_late_effect(Duration::from_millis(100)));
    assert!(post(&server, "/tags.create", "x").is_err());
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let patience = Instant::now() + Duration::from_secs(5);
    while calls.load(Ordering::SeqCst) == 0 && Instant::now() < patience {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_cut_connection_is_an_error_with_or_without_the_effect() {
    let (server, calls) = start();
    server.fail(Fault::cut("tags.create"));
    assert!(post(&server, "/tags.create", "x").is_err());
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    server.fail(Fault::cut("tags.create").after_the_effect());
    assert!(post(&server, "/tags.create", "x").is_err());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert_eq!(server.exchanges().iter().filter(|exchange| exchange.status.is_none()).count(), 2);
}

#[test]
fn a_fault_waits_for_its_own_operation() {
    let (server, _) = start();
    server.fail(Fault::status("tags.create", 500));
    assert_eq!(post(&server, "/tags.list", "").unwrap().status().as_u16(), 200);
    assert_eq!(server.waiting_faults(), 1);
    server.calm();
    assert_eq!(post(&server, "/tags.create", "").unwrap().status().as_u16(), 200);
}

#[test]
fn a_stall_delays_the_answer_but_keeps_it() {
    let (server, _) = start();
    server.fail(Fault::stall(Target::Any, Duration::from_millis(120)));
    let begun = Instant::now();
    assert_eq!(post(&server, "/tags.list", "").unwrap().status().as_u16(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(120));
}

#[test]
fn a_hook_acts_once_before_the_effect() {
    let (server, calls) = start();
    let seen = Arc::new(AtomicUsize::new(99));
    server.before("tags.create", {
        let (seen, calls) = (Arc::clone(&seen), Arc::clone(&calls));
        move || seen.store(calls.load(Ordering::SeqCst), Ordering::SeqCst)
    });
    post(&server, "/tags.list", "").unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 99);
    post(&server, "/tags.create", "").unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    post(&server, "/tags.create", "").unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[test]
fn a_hook_may_make_requests_itself() {
    let (server, calls) = start();
    let address = server.address();
    server.before("tags.create", move || {
        send(address, http::Request::get("/tags.list").body(Bytes::new()).unwrap()).unwrap();
    });
    assert_eq!(post(&server, "/tags.create", "x").unwrap().body(), "2 x");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[test]
fn the_log_tells_what_was_asked_and_answered() {
    let (server, _) = start();
    post(&server, "/tags.create?draft=1", "x").unwrap();
    let exchanges = server.exchanges();
    let exchange = &exchanges[0];
    assert_eq!(exchange.target, "/tags.create?draft=1");
    assert_eq!(exchange.method, http::Method::POST);
    assert_eq!((&exchange.request_body[..], &exchange.response_body[..]), (&b"x"[..], &b"1 x"[..]));
    assert!(exchange.started <= exchange.ended);
    assert_eq!(count(&exchanges, "tags.create"), 1);
    server.forget_exchanges();
    assert!(server.exchanges().is_empty());
}

#[test]
fn parallel_requests_are_one_round_trip_and_sequential_ones_several() {
    let (server, _) = start();
    server.set_latency(Duration::from_millis(150));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| post(&server, "/tags.list", "").unwrap());
        }
    });
    assert_eq!(round_trips(&server.exchanges()), 1);
    post(&server, "/tags.create", "").unwrap();
    post(&server, "/tags.create", "").unwrap();
    assert_eq!(round_trips(&server.exchanges()), 3);
}

#[test]
fn the_effect_happens_even_when_the_client_has_gone() {
    let (server, calls) = start();
    server.set_latency(Duration::from_millis(50));
    {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
        stream.write_all(b"GET /tags.list HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(200));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_dropped_server_answers_no_more() {
    let (server, _) = start();
    let address = server.address();
    drop(server);
    assert!(send(address, http::Request::get("/").body(Bytes::new()).unwrap()).is_err());
}
