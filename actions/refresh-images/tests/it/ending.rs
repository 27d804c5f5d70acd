//! Signals in the midst of things.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use loopback::Fault;

use crate::host::{Host, until};

/// A host whose engine stops containers when it may.
fn stopping_slowly(may: &Arc<AtomicBool>) -> Host {
    let may = Arc::clone(may);
    let host = Host::new(move |_, target| {
        if target.contains("/stop") {
            until(|| may.load(Ordering::SeqCst), "the signal");
        }
        None
    });
    host.add_old("ws-a");
    host.add_old("ws-b");
    host
}

#[test]
fn a_refresh_that_is_ended_finishes_the_replacement_that_it_has_begun_and_begins_no_other() {
    let may = Arc::new(AtomicBool::new(false));
    let host = stopping_slowly(&may);
    let refresh = host.spawn(&["--runtime", "hermes,crewai"]);
    until(|| host.changes().iter().any(|asked| asked.contains("/stop")), "a replacement");
    refresh.terminate();
    refresh.says("SIGTERM");
    may.store(true, Ordering::SeqCst);
    let (code, out, log) = refresh.finish();
    assert_eq!(code, Some(1), "{log}");
    assert!(out.contains(r#""recreated":["ws-a"]"#), "{out}");
    assert!(out.contains("`ws-b` is left as it is: SIGTERM ended the run"), "{out}");
    let both = [("ws-a".to_owned(), "running"), ("ws-b".to_owned(), "running")];
    assert_eq!(host.engine.told(), both);
}

#[test]
fn a_refresh_that_is_ended_waits_for_no_registry() {
    let host = Host::new(|_, _| None);
    host.registry.fail(Fault::stall("HEAD manifest", Duration::from_mins(5)));
    let refresh = host.spawn(&["--runtime", "hermes"]);
    until(|| host.asked().iter().any(|asked| asked.contains("/containers/json")), "the beginning");
    refresh.terminate();
    let (code, out, log) = refresh.finish();
    assert_eq!(code, Some(1), "{log}");
    assert!(out.contains("SIGTERM ended the run"), "{out}");
}
