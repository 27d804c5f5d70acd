//! Registries that take no more requests, or answer late.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use loopback::Fault;
use registry::Digest;
use runner::Exit;
use serde_json::json;

use crate::host::{Host, until};

#[test]
fn a_dry_run_does_not_look_for_longer_than_it_may() {
    let host = Host::new(|_, _| None);
    host.registry.fail(Fault::stall("HEAD manifest", Duration::from_secs(20)));
    let (exit, out, log) = host.run(&["--runtime", "hermes", "--dry-run", "--timeout", "200ms"]);
    assert_eq!(exit, Exit::Done, "{log}");
    assert!(out.contains("would fail: its image was not there within 200ms"), "{out}");
}

#[test]
fn a_limit_that_lasts_beyond_the_deadline_is_told_and_not_waited_for() {
    let host = Host::new(|_, _| None);
    host.registry.fail(Fault::status("HEAD manifest", 429).header("retry-after", "600"));
    let (exit, out, log) = host.run(&["--runtime", "hermes", "--timeout", "5m"]);
    assert_eq!(exit, Exit::Failed, "{log}");
    assert!(out.contains("takes no more requests"), "{out}");
}

#[test]
fn a_limit_that_a_refresh_meets_holds_back_the_watch() {
    let host = Host::new(|_, _| None);
    // what is remembered is another digest: the first look sets off a refresh, which meets the limit
    fs_err::create_dir_all(host.state("")).unwrap();
    let remembered = json!({ "hermes": Digest::of(b"before").as_str() }).to_string();
    fs_err::write(host.state("digests.json"), remembered).unwrap();
    let limited = Fault::status("HEAD manifest", 429).header("retry-after", "3600").times(9);
    // the first look takes two: it is asked for a token
    host.registry.fail(Fault::stall("HEAD manifest", Duration::ZERO).times(2));
    host.registry.fail(limited);
    let watch = host.spawn(&["watch", "--runtime", "hermes", "--interval", "1ms"]);
    watch.says("a registry's limit: the next look is in about");
    watch.terminate();
    let (code, _, log) = watch.finish();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn what_failed_of_a_pull_is_told_when_the_tag_cannot_be_asked_about_again() {
    let (pulling, go) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (began, may) = (Arc::clone(&pulling), Arc::clone(&go));
    let host = Host::new(move |method, target| match method {
        "POST" => {
            began.store(true, Ordering::SeqCst);
            until(|| may.load(Ordering::SeqCst), "the fault");
            Some((200, "{\"errorDetail\":{\"message\":\"disk full\"},\"error\":\"disk full\"}\n".to_owned()))
        }
        _ if target.contains("/images/") => Some((404, r#"{"message":"no such image"}"#.to_owned())),
        _ => None,
    });
    let (_, out, _) = thread::scope(|scope| {
        let run = scope.spawn(|| host.run(&["--runtime", "hermes", "--timeout", "1m"]));
        until(|| pulling.load(Ordering::SeqCst), "a pull");
        host.registry.fail(Fault::status("HEAD manifest", 404).times(9));
        go.store(true, Ordering::SeqCst);
        run.join().unwrap()
    });
    assert!(out.contains("disk full"), "{out}");
}
