//! Containers that are replaced, and what goes wrong meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use runner::Exit;

use crate::engine::{Container, failed};
use crate::host::Host;

/// Whether this is the first time.
fn is_first(happened: &AtomicBool) -> bool {
    !happened.swap(true, Ordering::SeqCst)
}

#[test]
fn a_container_of_an_older_image_is_replaced() {
    let host = Host::new(|_, _| None);
    host.add_old("ws-a");
    let (exit, out, log) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert_eq!(out.trim(), r#"{"pulled":[],"failed":[],"recreated":["ws-a"]}"#);
    assert_eq!(host.engine.told(), [("ws-a".to_owned(), "running")]);
    assert_eq!(host.engine.containers()[0].image_id, "sha256:1");
}

#[test]
fn whoever_looked_before_somebody_else_took_the_container_over_leaves_it_to_them() {
    let happened = AtomicBool::new(false);
    // the other one gets through both renames and the stop just before ours makes its new container
    let host = Host::with(move |engine, method, target| {
        if method == "POST" && target.contains("/containers/create") && is_first(&happened) {
            let image = engine.containers()[0].image.clone();
            engine.change("ws-a", |old| {
                (old.name, old.status) = ("refresh-images-old_ws-a".to_owned(), "exited");
            });
            let others = Container { id: "others".to_owned(), ..Container::old("ws-a", &image) };
            engine.containers().push(others);
        }
        None
    });
    host.add_old("ws-a");
    let (exit, out, _) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("is being replaced by somebody else: nothing was done"), "{out}");
    let expected = [("refresh-images-old_ws-a".to_owned(), "exited"), ("ws-a".to_owned(), "running")];
    assert_eq!(host.engine.told(), expected);
}

#[test]
fn an_old_container_that_ends_after_its_stop_has_failed_is_started_again() {
    let host = Host::with(|engine, method, target| {
        if method != "POST" || !target.contains("/stop") {
            return None;
        }
        let engine = Arc::clone(engine);
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(500));
            engine.change("id-of-ws-a", |old| old.status = "exited");
        });
        Some(failed("tried to kill container, but did not receive an exit event"))
    });
    host.add_old("ws-a");
    let (exit, out, _) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("the old one runs: the old container did not stop"), "{out}");
    assert_eq!(host.engine.told(), [("ws-a".to_owned(), "running")]);
    assert!(host.changes().iter().any(|asked| asked.contains("/id-of-ws-a/start")), "{:?}", host.changes());
}

#[test]
fn a_new_container_that_says_it_is_ill_is_told_of_as_ill() {
    let host = Host::with(|engine, method, target| {
        if method == "POST" && target.contains("/made-1/start") {
            engine.change("made-1", |new| new.health = Some("unhealthy"));
        }
        None
    });
    host.add_old("ws-a");
    let (_, out, _) = host.run(&["--runtime", "hermes"]);
    assert!(out.contains("did not stay up for 300ms: its check of health failed"), "{out}");
    assert_eq!(host.engine.told(), [("ws-a".to_owned(), "running")]);
}

#[test]
fn what_was_pulled_is_told_also_when_the_engine_does_not_tell_of_its_containers() {
    let listed = AtomicBool::new(false);
    let host = Host::new(move |method, target| match method {
        "GET" if target.contains("/containers/json") && !is_first(&listed) => Some(failed("out of memory")),
        // what the tag stands for is another image, and the new one is here
        "GET" if target.contains("latest") => Some((200, r#"{"Id":"sha256:0","RepoDigests":[]}"#.to_owned())),
        "POST" if target.contains("/tag") => Some((201, String::new())),
        _ => None,
    });
    let (exit, out, log) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed, "{log}");
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (result["pulled"][0].as_str(), result["failed"][0].as_str()),
        (Some("hermes"), Some("hermes"))
    );
    assert!(result["errors"]["hermes"][0].as_str().unwrap().contains("out of memory"), "{out}");
}

#[test]
fn what_cannot_be_noted_is_not_begun() {
    let host = Host::new(|_, _| None);
    host.add_old("ws-a");
    // a folder where the file is to be
    fs_err::create_dir_all(host.state("journal.json").join("in-the-way")).unwrap();
    let (exit, out, log) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed, "{log}");
    assert!(out.contains("is left as it is: could not keep"), "{out}");
    assert!(log.contains("what an earlier refresh has begun is not known"), "{log}");
    assert!(host.changes().is_empty(), "{:?}", host.changes());
}
