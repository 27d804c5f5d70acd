//! What an upload leaves on an index.

use std::time::Duration;

use local_index::{Dialect, Fault, Role};
use publish::upload::{Extent, UploadError};
use runner::Diagnostic as _;

use crate::publishing::{PROJECT, Stage, built};

const BOTH: [Dialect; 2] = [Dialect::PyPI, Dialect::Gitea];

/// An error with everything below it, on one line each.
fn told(error: &UploadError) -> String {
    let sources = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let lines: Vec<_> = sources.map(ToString::to_string).chain(error.hints()).collect();
    lines.join("\n")
}

#[test]
fn a_release_is_uploaded_whole_wheel_first() {
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        let uploaded = stage.upload().unwrap();
        assert_eq!(uploaded.extent, Extent::All);
        assert!(stage.is_whole(), "{dialect:?}");
        let names: Vec<_> = stage.files().into_iter().map(|file| file.name).collect();
        assert_eq!(uploaded.sent, names, "{dialect:?}");
        assert!(names[0].ends_with("any.whl"), "{names:?}");
        assert_eq!(stage.sends(), 2);
    }
}

#[test]
fn a_second_run_sends_nothing() {
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        stage.upload().unwrap();
        stage.index.forget_exchanges();
        let uploaded = stage.upload().unwrap();
        assert_eq!((uploaded.extent, uploaded.sent.len(), uploaded.found.len()), (Extent::None, 0, 2));
        assert_eq!(stage.sends(), 0);
        assert!(stage.is_whole());
    }
}

#[test]
fn half_a_release_is_completed() {
    for dialect in BOTH {
        for at in [0, 1] {
            let stage = Stage::new(dialect);
            let there = stage.release.distributions()[at].clone();
            stage.index.publish(PROJECT, "1.4.0", there.file_name(), there.bytes().to_vec());
            let uploaded = stage.upload().unwrap();
            assert_eq!(uploaded.extent, Extent::Some);
            assert_eq!(uploaded.found, [there.file_name()]);
            assert!(stage.is_whole(), "{dialect:?}");
            assert_eq!(stage.sends(), 1);
        }
    }
}

#[test]
fn other_bytes_under_either_name_stop_everything_before_anything_is_sent() {
    for dialect in BOTH {
        for at in [0, 1] {
            let stage = Stage::new(dialect);
            let name = stage.release.distributions()[at].file_name().to_owned();
            stage.index.publish(PROJECT, "1.4.0", &name, b"other".to_vec());
            let error = stage.upload().unwrap_err();
            assert!(matches!(&error, UploadError::OtherBytes { files, .. } if files.len() == 1), "{error}");
            let said = told(&error);
            assert!(said.contains(&name) && said.contains("release the next version"), "{said}");
            assert_eq!(stage.sends(), 0);
        }
    }
}

#[test]
fn other_bytes_that_somebody_puts_there_in_between_are_seen() {
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        let name = stage.release.wheel().file_name().to_owned();
        stage.index.before("upload", move |index| {
            index.publish(PROJECT, "1.4.0", &name, b"other".to_vec());
        });
        let error = stage.upload().unwrap_err();
        assert!(matches!(&error, UploadError::OtherBytes { .. }), "{dialect:?}: {}", told(&error));
        assert_eq!(stage.files().len(), 1);
    }
}

#[test]
fn equal_bytes_that_somebody_puts_there_in_between_are_as_good_as_ours() {
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        let wheel = stage.release.wheel().clone();
        stage.index.before("upload", move |index| {
            index.publish(PROJECT, "1.4.0", wheel.file_name(), wheel.bytes().to_vec());
        });
        stage.upload().unwrap();
        assert!(stage.is_whole(), "{dialect:?}");
    }
}

#[test]
fn a_file_of_which_the_index_shows_nothing_yet_is_not_taken_for_missing() {
    // a cache keeps the page as it was, and the first run's answers were lost
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        stage.index.set_staleness(3);
        stage.upload().unwrap();
        let second = stage.upload();
        assert!(stage.is_whole(), "{dialect:?}: {second:?}");
        second.unwrap();
    }
}

#[test]
fn another_sdist_of_the_version_stops_everything() {
    let stage = Stage::new(Dialect::PyPI);
    let other = format!("{PROJECT}-1.4.0.tar.gz");
    assert_ne!(other, stage.release.sdist().file_name());
    stage.index.publish(PROJECT, "1.4.0", &other, b"other".to_vec());
    let error = stage.upload().unwrap_err();
    assert!(matches!(error, UploadError::OtherSdist { .. }), "{}", told(&error));
    assert_eq!(stage.sends(), 0);
}

#[test]
fn names_of_deleted_files_are_burned_and_the_mending_is_told() {
    let stage = Stage::new(Dialect::PyPI);
    stage.upload().unwrap();
    stage.index.delete_release(PROJECT, "1.4.0");
    let error = stage.upload().unwrap_err();
    let said = told(&error);
    assert!(matches!(error, UploadError::Refused { .. }), "{said}");
    assert!(said.contains("release the next version: an index never takes a file name again"), "{said}");
    assert_eq!(stage.files().len(), 0);
}

#[test]
fn a_lost_answer_is_looked_up_and_nothing_is_sent_twice() {
    for dialect in BOTH {
        for fault in [Fault::cut("upload"), Fault::status("upload", 500), Fault::status("upload", 502)] {
            let stage = Stage::new(dialect);
            stage.index.fail(fault.clone().after_the_effect());
            assert_eq!(stage.upload().unwrap().extent, Extent::All);
            assert_eq!(stage.sends(), 2, "{dialect:?} {fault:?}");
            let stage = Stage::new(dialect);
            stage.index.fail(fault);
            assert_eq!(stage.upload().unwrap().extent, Extent::All);
            assert!(stage.is_whole());
            assert_eq!(stage.sends(), 3);
        }
    }
}

#[test]
fn sending_ends_when_no_answer_is_ever_clear() {
    let stage = Stage::new(Dialect::Gitea);
    stage.index.fail(Fault::status("upload", 502).times(100));
    let error = stage.upload().unwrap_err();
    assert!(matches!(error, UploadError::NoEnd { sends: 4, .. }), "{}", told(&error));
    assert_eq!(stage.sends(), 4);
    assert!(told(&error).contains("502 Bad Gateway"), "{}", told(&error));
}

#[test]
fn a_file_that_the_index_claims_to_have_and_never_serves_is_not_taken_for_uploaded() {
    for (dialect, fault) in [
        (Dialect::Gitea, Fault::status("upload", 409)),
        (Dialect::Gitea, Fault::status("upload", 400).body("package file already exists")),
        (Dialect::PyPI, Fault::status("upload", 400).body("400 File already exists. See https://pypi.org")),
    ] {
        let stage = Stage::new(dialect);
        stage.index.fail(fault);
        let error = stage.upload().unwrap_err();
        assert!(matches!(error, UploadError::NotServed { .. }), "{}", told(&error));
        assert!(told(&error).contains("run again in ten minutes"), "{}", told(&error));
        assert_eq!(
            (stage.sends(), stage.files().len()),
            (1, 0),
            "what may be somebody else's is not sent again"
        );
        assert!(stage.clock.slept().iter().sum::<Duration>() >= Duration::from_secs(30));
    }
}

#[test]
fn a_name_that_is_there_twice_with_different_bytes_is_not_ours() {
    // Gitea keeps a file under the version that an upload names, whatever the file is called
    for ours in ["1.4.0", "1.4.0+local"] {
        let stage = Stage::new(Dialect::Gitea);
        let wheel = stage.release.wheel().clone();
        for version in ["1.4.0", "1.4.0+local"] {
            let bytes = if version == ours { wheel.bytes().to_vec() } else { b"other".to_vec() };
            stage.index.publish(PROJECT, version, wheel.file_name(), bytes);
        }
        let error = stage.upload().unwrap_err();
        assert!(matches!(error, UploadError::OtherBytes { .. }), "{ours}: {}", told(&error));
    }
}

#[test]
fn a_token_without_the_right_is_told_apart_by_index() {
    for (dialect, role, hint) in [
        (Dialect::PyPI, Role::Stranger, "may upload to this project"),
        (Dialect::Gitea, Role::Stranger, "`write:package`"),
        (Dialect::Gitea, Role::Job, "the job's own token cannot write packages"),
    ] {
        let stage = Stage::new(dialect);
        stage.index.new_project(PROJECT);
        let token = stage.index.token(role);
        let stage = stage.with_token(&token);
        let error = stage.upload().unwrap_err();
        let said = told(&error);
        assert!(said.contains(hint), "{dialect:?}: {said}");
        assert!(said.contains(stage.release.wheel().file_name()) && said.contains(&stage.index.upload_url()));
        assert!(!said.contains(&token), "{said}");
        assert_eq!(stage.files().len(), 0);
    }
}

#[test]
fn a_local_version_never_leaves_the_machine() {
    for dialect in BOTH {
        let mut stage = Stage::new(dialect);
        stage.release = built("1.4.0-local");
        let error = stage.upload().unwrap_err();
        assert!(matches!(&error, UploadError::Objections(objections) if objections.len() == 2), "{error}");
        assert_eq!(error.exit(), runner::Exit::BadInput);
        assert_eq!(stage.index.exchanges().len(), 0, "not even a question was asked");
    }
}

#[test]
fn what_was_uploaded_before_a_refusal_is_told() {
    let stage = Stage::new(Dialect::PyPI);
    let sdist = stage.release.sdist().clone();
    // the name of the sdist is burned, that of the wheel is not
    stage.index.publish(PROJECT, "1.4.0", sdist.file_name(), sdist.bytes().to_vec());
    stage.index.delete_file(PROJECT, sdist.file_name());
    let said = told(&stage.upload().unwrap_err());
    let wheel = stage.release.wheel().file_name();
    assert!(said.contains(&format!("`{wheel}` is on the index already")), "{said}");
}

#[test]
fn every_field_that_gitea_and_pypi_are_told_is_kept() {
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        stage.upload().unwrap();
        for (file, ours) in stage.files().iter().zip(stage.release.distributions()) {
            let field = |name| file.field(name).map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(field("sha256_digest"), [ours.sha256().to_string()]);
            assert_eq!(field("requires_dist"), ours.metadata().all("requires-dist").collect::<Vec<_>>());
            assert_eq!(field("description"), [ours.metadata().description().unwrap()]);
        }
    }
}

#[test]
fn an_upload_follows_no_redirect_to_another_place() {
    let stage = Stage::new(Dialect::PyPI);
    let elsewhere = local_index::LocalIndex::start(Dialect::PyPI);
    let moved = Fault::status("upload", 308).header("location", &elsewhere.upload_url());
    stage.index.fail(moved);
    let said = told(&stage.upload().unwrap_err());
    assert!(said.contains("was redirected to"), "{said}");
    assert_eq!(elsewhere.exchanges().len(), 0);
}

#[test]
fn an_upload_follows_no_redirect_within_the_index_either() {
    for dialect in BOTH {
        let stage = Stage::new(dialect);
        let there = stage.index.upload_url();
        stage.index.fail(Fault::status("upload", 308).header("location", &there));
        let said = told(&stage.upload().unwrap_err());
        assert!(said.contains(&format!("was redirected to `{there}`")), "{said}");
        let sent = stage.index.exchanges().into_iter().filter(|exchange| exchange.operation == "upload");
        assert_eq!(sent.count(), 1, "{said}");
        assert!(stage.files().is_empty());
    }
}
