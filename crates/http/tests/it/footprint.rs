//! What five requests cost. Run alone and optimized:
//! `cargo test --release -p http-client --test it -- --ignored --nocapture footprint`.

use std::time::Duration;

use http_client::{Client, Request, RetryPolicy, Settings, TrustStore};

use crate::server::{Server, answer, settings};
use crate::trust::Authority;

/// The time this thread spent on a CPU; the servers and their threads are not in it.
fn cpu() -> Duration {
    let stat = fs_err::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}

/// The most memory the process had resident, in KiB, servers included.
fn peak() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
async fn five(what: &str, url: &str, trust: TrustStore) {
    let before = cpu();
    let settings = Settings { trust, retry: RetryPolicy::once(), ..settings().0 };
    let client = Client::new(settings).unwrap();
    for _ in 0..5 {
        client.send(Request::get(url.parse().unwrap())).await.unwrap();
    }
    let spent = cpu().saturating_sub(before);
    println!("{what}: {spent:.1?} CPU, peak {} KiB resident", peak());
    assert!(spent < Duration::from_millis(30), "more CPU than a whole action may use");
}

#[tokio::test]
#[ignore = "measures; run it alone and optimized"]
async fn five_requests_stay_within_the_budget_of_an_action() {
    let server = Server::start(vec![answer(200, "", &"x".repeat(20_000)); 5]);
    five("http", server.url("/").as_str(), TrustStore::default()).await;
    let authority = Authority::new();
    let server = authority.server("127.0.0.1", 5);
    let url = format!("https://127.0.0.1:{}/", server.port);
    // A new handshake for each request, and a private authority on top of a store of the usual size.
    let trust = TrustStore { folders: vec!["/etc/ssl/certs".into()], ..authority.file() };
    five("https, private authority", &url, trust).await;
    assert!(peak() < 25 * 1024, "more memory than an action may use");
}
