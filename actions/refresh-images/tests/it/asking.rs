//! How much is asked where nothing has changed.

use std::time::Duration;

use loopback::{Fault, count, round_trips};
use runner::Exit;

use crate::host::Host;

#[test]
fn eight_images_that_have_not_changed_are_asked_about_side_by_side() {
    // a busy machine parts requests that were sent together, and never joins those that wait for each other
    let fewest = (0..5).map(|_| trips_of_a_refresh_of_nothing()).find(|trips| *trips <= 3);
    assert!(fewest.is_some());
}

fn trips_of_a_refresh_of_nothing() -> usize {
    let host = Host::new(|_, _| None);
    host.registry.set_latency(Duration::from_millis(250));
    let (exit, out, log) = host.run(&[]);
    assert_eq!((exit, out.trim()), (Exit::Done, r#"{"pulled":[],"failed":[],"recreated":[]}"#), "{log}");
    let exchanges = host.registry.exchanges();
    // the first eight learn that a token is asked for
    assert_eq!(count(&exchanges, "HEAD manifest"), 16);
    assert_eq!(count(&exchanges, "GET token"), 8);
    assert_eq!(exchanges.len(), 24);
    assert!(host.asked().iter().all(|asked| asked.starts_with("GET ")), "{:?}", host.asked());
    round_trips(&exchanges)
}

#[test]
fn one_runtime_that_fails_does_not_keep_the_others() {
    let host = Host::new(|_, _| None);
    host.registry.fail(Fault::status("HEAD manifest", 404));
    let (exit, out, log) = host.run(&["--no-recreate"]);
    assert_eq!(exit, Exit::Partial, "{log}");
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(result["failed"].as_array().unwrap().len(), 1, "{out}");
    assert!(log.contains("has no image"), "{log}");
}

#[test]
fn a_watch_remembers_and_goes_on_asking() {
    let host = Host::new(|_, _| None);
    let (exit, _, log) = host.run(&["watch", "--runtime", "hermes", "--interval", "1ms", "--ticks", "5"]);
    assert_eq!(exit, Exit::Done, "{log}");
    let exchanges = host.registry.exchanges();
    assert_eq!((count(&exchanges, "HEAD manifest"), count(&exchanges, "GET token")), (6, 1));
}
