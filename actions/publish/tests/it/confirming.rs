//! Waiting for what an index serves.

use std::time::Duration;

use local_index::{Dialect, Fault, html_for_json};
use publish::confirm::ConfirmError;
use runner::Diagnostic as _;

use crate::publishing::{PROJECT, Stage};

#[test]
fn a_release_is_confirmed_when_the_index_serves_exactly_its_bytes() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let stage = Stage::new(dialect);
        stage.upload().unwrap();
        let confirmed = stage.confirm().unwrap();
        assert_eq!((confirmed.readings, confirmed.waited), (1, Duration::ZERO));
        assert!(confirmed.page.starts_with(&stage.index.simple_url()));
    }
}

#[test]
fn an_index_behind_a_cache_is_waited_for_with_growing_pauses() {
    let stage = Stage::new(Dialect::PyPI);
    stage.index.set_staleness(8);
    stage.upload().unwrap();
    let slept = stage.clock.slept().len();
    let confirmed = stage.confirm().unwrap();
    let pauses = &stage.clock.slept()[slept..];
    assert!(confirmed.readings >= 8, "{confirmed:?}");
    assert_eq!(pauses.len() + 1, confirmed.readings as usize);
    assert!(pauses[0] >= Duration::from_millis(500) && pauses[0] <= Duration::from_secs(1), "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(20)), "{pauses:?}");
    assert!(pauses[6] >= Duration::from_secs(10), "{pauses:?}");
}

#[test]
fn what_never_shows_ends_the_patience_and_names_what_is_missing() {
    let stage = Stage::new(Dialect::Gitea);
    let wheel = stage.release.wheel().clone();
    stage.index.publish(PROJECT, "1.4.0", wheel.file_name(), wheel.bytes().to_vec());
    let error = stage.confirm().unwrap_err();
    let said = error.to_string();
    assert!(said.contains(stage.release.sdist().file_name()) && !said.contains(wheel.file_name()), "{said}");
    assert!(said.contains("after 900 seconds"), "{said}");
    assert_eq!(stage.clock.slept().iter().sum::<Duration>(), Duration::from_mins(15));
    assert!(error.hints().iter().any(|hint| hint.contains("`index-url`")), "{:?}", error.hints());
}

#[test]
fn other_bytes_end_the_waiting_at_once() {
    let stage = Stage::new(Dialect::PyPI);
    stage.index.publish(PROJECT, "1.4.0", stage.release.sdist().file_name(), b"other".to_vec());
    let error = stage.confirm().unwrap_err();
    assert!(matches!(error, ConfirmError::OtherBytes { .. }), "{error}");
    assert!(error.to_string().contains(&stage.release.sdist().sha256().to_string()), "{error}");
    assert_eq!(stage.clock.slept(), [] as [Duration; 0]);
}

#[test]
fn an_index_that_is_down_for_a_while_is_waited_out() {
    let stage = Stage::new(Dialect::PyPI);
    stage.upload().unwrap();
    stage.index.fail(Fault::status("read", 503).times(5));
    assert!(stage.confirm().unwrap().readings > 1);
    assert_eq!(stage.index.waiting_faults(), 0);
    stage.index.fail(Fault::cut("read").times(10_000));
    let error = stage.confirm().unwrap_err();
    assert!(matches!(&error, ConfirmError::NotServed { source: Some(_), .. }), "{error}");
}

#[test]
fn an_address_that_is_no_index_is_no_reason_to_wait() {
    let stage = Stage::new(Dialect::PyPI);
    stage.index.fail(html_for_json("read"));
    let error = stage.confirm().unwrap_err();
    assert!(matches!(error, ConfirmError::Read(_)), "{error}");
    assert_eq!(stage.clock.slept(), [] as [Duration; 0]);
}
