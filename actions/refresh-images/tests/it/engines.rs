//! Engines that answer otherwise than one hopes.

use runner::Exit;

use crate::host::{Host, digest};

#[test]
fn the_engine_is_spoken_to_in_the_version_that_both_sides_know() {
    let host = Host::new(|_, _| None);
    host.run(&["--runtime", "hermes"]);
    let asked = host.asked();
    assert_eq!(asked[0], "GET /version");
    assert!(asked[1..].iter().all(|asked| asked.starts_with("GET /v1.41/")), "{asked:?}");
}

#[test]
fn an_engine_that_is_too_new_is_told_of() {
    let host = Host::new(|_, target| {
        target
            .ends_with("/version")
            .then(|| (200, r#"{"ApiVersion":"1.99","MinAPIVersion":"1.90"}"#.to_owned()))
    });
    let (exit, _, log) = host.run(&[]);
    assert_eq!(exit, Exit::Failed);
    assert!(log.contains("older than 1.90") && log.contains("newer release"), "{log}");
}

#[test]
fn an_engine_that_is_not_there_is_told_of() {
    let host = Host::new(|_, _| None);
    let (exit, _, log) = host.run(&["--docker-host", "tcp://127.0.0.1:1"]);
    assert_eq!(exit, Exit::BadInput, "{log}");
    assert!(log.contains("has to be a Unix socket"), "{log}");
}

#[test]
fn an_error_in_the_midst_of_the_progress_is_an_error() {
    let host = Host::new(|method, target| match method {
        "POST" => {
            assert!(target.contains(&format!("tag={}", digest().as_str().replace(':', "%3A"))), "{target}");
            let progress = "{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"disk full\"},\"error\":\"disk full\"}\n";
            Some((200, progress.to_owned()))
        }
        _ if target.contains("/images/") => Some((404, r#"{"message":"no such image"}"#.to_owned())),
        _ => None,
    });
    let (exit, out, _) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains(r#""failed":["hermes"]"#) && out.contains("disk full"), "{out}");
}

#[test]
fn a_pull_that_ends_well_and_brings_nothing_is_an_error() {
    let host = Host::new(|method, target| match method {
        "POST" => Some((200, "{\"status\":\"Done\"}\n".to_owned())),
        _ if target.contains("/images/") => Some((404, r#"{"message":"no such image"}"#.to_owned())),
        _ => None,
    });
    let (exit, out, _) = host.run(&["--runtime", "hermes"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("was pulled and the engine does not have it"), "{out}");
}
