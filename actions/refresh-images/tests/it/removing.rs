//! Containers that are only removed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use runner::Exit;

use crate::engine::{conflict, failed};
use crate::host::Host;

#[test]
fn a_container_that_was_stopped_and_not_removed_is_removed_by_the_next() {
    let happened = AtomicBool::new(false);
    let host = Host::new(move |method, _| {
        let is_first = method == "DELETE" && !happened.swap(true, Ordering::SeqCst);
        is_first.then(|| failed("device or resource busy"))
    });
    host.add_old("ws-a");
    let (exit, out, _) = host.run(&["--runtime", "hermes", "--remove-only"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("busy") && out.contains(r#""recreated":[]"#), "{out}");
    assert_eq!(host.engine.told(), [("ws-a".to_owned(), "exited")]);
    let (exit, out, log) = host.run(&["--runtime", "hermes", "--remove-only"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert_eq!(out.trim(), r#"{"pulled":[],"failed":[],"recreated":["ws-a"]}"#);
    assert!(host.engine.told().is_empty());
}

#[test]
fn a_container_that_removes_itself_is_waited_for() {
    let host = Host::with(|engine, method, _| {
        (method == "DELETE").then(|| {
            let engine = Arc::clone(engine);
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(300));
                engine.containers().clear();
            });
            conflict("removal of container ws-a is already in progress")
        })
    });
    host.add_old("ws-a");
    let (exit, out, log) = host.run(&["--runtime", "hermes", "--remove-only"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert!(out.contains(r#""recreated":["ws-a"]"#), "{out}");
    assert!(host.engine.told().is_empty());
}
