//! What an earlier refresh has left.

use std::sync::atomic::{AtomicUsize, Ordering};

use runner::Exit;
use serde_json::json;

use crate::engine::failed;
use crate::host::Host;

/// A host on which a replacement of `ws-a` was killed after the old one was stopped; so many renames fail.
fn killed(failing: usize) -> Host {
    let failures = AtomicUsize::new(0);
    let host = Host::new(move |_, target| {
        let fails = target.contains("/rename") && failures.fetch_add(1, Ordering::SeqCst) < failing;
        fails.then(|| failed("the disk is full"))
    });
    host.add_old("ws-a");
    host.engine
        .change("ws-a", |old| (old.name, old.status) = ("refresh-images-old_ws-a".to_owned(), "exited"));
    // it runs what the tag stands for: there is nothing else to do
    host.engine.change("id-of-ws-a", |old| old.image_id = "sha256:1".into());
    note(&host, json!({ "ws-a": { "work": "replace" } }).to_string().as_str());
    host
}

fn note(host: &Host, journal: &str) {
    fs_err::create_dir_all(host.state("")).unwrap();
    fs_err::write(host.state("journal.json"), journal).unwrap();
}

fn noted(host: &Host) -> String {
    fs_err::read_to_string(host.state("journal.json")).unwrap()
}

#[test]
fn what_cannot_be_mended_is_told_and_tried_again_by_the_next() {
    let host = killed(1);
    let (exit, out, _) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains(r#""failed":["hermes"]"#) && out.contains("the disk is full"), "{out}");
    assert!(noted(&host).contains("ws-a"), "{}", noted(&host));
    // it runs all the same
    assert_eq!(host.engine.told(), [("refresh-images-old_ws-a".to_owned(), "running")]);
    let (exit, _, log) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert_eq!(host.engine.told(), [("ws-a".to_owned(), "running")]);
    assert_eq!(noted(&host), "{}");
}

#[test]
fn a_watch_tries_again_at_each_look() {
    let host = killed(2);
    let (exit, _, log) = host.run(&["watch", "--runtime", "hermes", "--interval", "1ms", "--ticks", "3"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert_eq!(host.engine.told(), [("ws-a".to_owned(), "running")]);
    assert_eq!(log.matches("the disk is full; the next look tries again").count(), 2, "{log}");
}

#[test]
fn a_journal_that_is_torn_is_told_of() {
    let host = Host::new(|_, _| None);
    note(&host, "{\"ws-a\":");
    let (exit, _, log) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert!(log.contains("journal.json` is not what was written there"), "{log}");
}

#[test]
fn leftovers_of_other_containers_than_the_platforms_are_left_alone() {
    let host = Host::new(|_, _| None);
    host.add_old("ws-a");
    host.add_old("refresh-images-old_ws-a");
    let (exit, _, log) = host.run(&["--runtime", "hermes", "--prefix", "agent-"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert!(host.changes().is_empty(), "{:?}", host.changes());
}

#[test]
fn a_container_whose_name_was_taken_goes_on_and_is_told_of() {
    let host = killed(0);
    let image = host.image("crewai");
    host.engine.containers().push(crate::engine::Container::old("ws-a", &image));
    host.engine.change("ws-a", |stranger| stranger.id = "stranger".to_owned());
    let (exit, out, _) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("goes on as `refresh-images-old_ws-a`; remove one of the two"), "{out}");
    let both = [("refresh-images-old_ws-a".to_owned(), "running"), ("ws-a".to_owned(), "running")];
    assert_eq!(host.engine.told(), both);
}
