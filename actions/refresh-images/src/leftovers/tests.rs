use bollard::models::{ContainerInspectResponse, ContainerState};

use super::*;

const SETTLE: Duration = Duration::from_secs(3);

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn container(name: &str, life: Life) -> Container {
    Container {
        id: format!("id of {name}"),
        name: name.to_owned(),
        life,
        created: Some(now() - SignedDuration::from_secs(5)),
        image_id: "sha256:x".to_owned(),
        image: "app".to_owned(),
        inspected: Box::default(),
    }
}

/// A running container that has ended so often, and has been up for so many seconds since.
fn up(name: &str, ends: i64, seconds: i64) -> Container {
    let state = ContainerState {
        started_at: Some((now() - SignedDuration::from_secs(seconds)).to_string()),
        ..ContainerState::default()
    };
    let inspected = ContainerInspectResponse {
        state: Some(state),
        restart_count: Some(ends),
        ..ContainerInspectResponse::default()
    };
    Container { inspected: Box::new(inspected), ..container(name, Life::Running) }
}

fn planned(containers: &[Container], begun: &[(&str, Work)], now: Timestamp) -> Vec<What> {
    let begun = begun.iter().map(|(name, work)| ((*name).to_owned(), work.clone())).collect();
    let known = Known { prefix: "ws-", begun: &begun, settle: SETTLE, now };
    plan(containers, &known).into_iter().map(|mending| mending.what).collect()
}

/// What becomes of `ws-a`, which was being replaced.
fn interrupted(containers: &[Container]) -> Vec<What> {
    planned(containers, &[("ws-a", Work::Replace)], now())
}

/// The containers of `ws-a` as old, new and under its own name.
fn mended(old: Option<Life>, new: Option<Life>, current: Option<Life>) -> Vec<What> {
    let all = [(old_name("ws-a"), old), (new_name("ws-a"), new), ("ws-a".to_owned(), current)];
    let all: Vec<_> = all.iter().filter_map(|(name, life)| life.map(|life| container(name, life))).collect();
    interrupted(&all)
}

fn put_back(new: &[&str]) -> Vec<What> {
    let new = new.iter().map(|name| format!("id of {name}")).collect();
    vec![What::PutBack { old: "id of refresh-images-old_ws-a".to_owned(), new }]
}

fn finish() -> Vec<What> {
    vec![What::Finish { old: "id of refresh-images-old_ws-a".to_owned() }]
}

#[test]
fn whatever_moment_a_replacement_is_killed_at_one_of_the_two_runs_afterwards() {
    use Life::{Created, Running, Stopped};
    let new = "refresh-images-new_ws-a";
    // the new one was made
    let discard = What::Discard { new: format!("id of {new}") };
    assert_eq!(mended(None, Some(Created), Some(Running)), [discard]);
    // the old one was renamed
    assert_eq!(mended(Some(Running), Some(Created), None), put_back(&[new]));
    // the new one was renamed
    assert_eq!(mended(Some(Running), None, Some(Created)), put_back(&["ws-a"]));
    // the old one was stopped
    assert_eq!(mended(Some(Stopped), None, Some(Created)), put_back(&["ws-a"]));
    // the new one was started
    assert_eq!(mended(Some(Stopped), None, Some(Running)), finish());
    // the new one was started and did not stay
    assert_eq!(mended(Some(Stopped), None, Some(Stopped)), put_back(&["ws-a"]));
    // an engine that was restarted has started both
    assert_eq!(mended(Some(Running), None, Some(Running)), finish());
    // putting back was killed after the new one was removed
    assert_eq!(mended(Some(Stopped), None, None), put_back(&[]));
}

#[test]
fn a_successor_that_keeps_ending_has_not_taken_over() {
    let with = |successor| interrupted(&[container(&old_name("ws-a"), Life::Stopped), successor]);
    assert_eq!(with(up("ws-a", 2, 1)), put_back(&["ws-a"]));
    assert_eq!(with(up("ws-a", 2, 20)), put_back(&["ws-a"]));
    assert_eq!(with(up("ws-a", 0, 20)), finish());
    // one that ended some day and has been up ever since has
    assert_eq!(with(up("ws-a", 2, 100_000)), finish());
}

#[test]
fn a_successor_that_was_started_just_now_is_given_the_time_to_settle() {
    let with = |seconds| interrupted(&[container(&old_name("ws-a"), Life::Stopped), up("ws-a", 0, seconds)]);
    assert_eq!(with(1), [What::Wait]);
    assert_eq!(with(3), finish());
}

#[test]
fn a_host_without_leftovers_needs_nothing() {
    assert!(mended(None, None, Some(Life::Running)).is_empty());
    assert!(interrupted(&[]).is_empty());
}

#[test]
fn what_somebody_else_may_be_at_is_waited_for_and_not_for_ever() {
    let all = [container(&old_name("ws-a"), Life::Running), container(&new_name("ws-a"), Life::Created)];
    assert_eq!(planned(&all, &[], now()), [What::Wait]);
    assert_eq!(
        planned(&all, &[], now() + SignedDuration::from_mins(10)),
        put_back(&["refresh-images-new_ws-a"])
    );
}

#[test]
fn somebody_else_has_the_time_that_a_container_takes_to_stop_and_its_successor_to_settle() {
    let config = bollard::models::ContainerConfig { stop_timeout: Some(600), ..Default::default() };
    let inspected = ContainerInspectResponse { config: Some(config), ..ContainerInspectResponse::default() };
    let slow =
        |name: &str, life| Container { inspected: Box::new(inspected.clone()), ..container(name, life) };
    let all = [slow(&old_name("ws-a"), Life::Running), slow("ws-a", Life::Created)];
    // made five seconds before
    let ends = now() - SignedDuration::from_secs(5) + LEASE + SignedDuration::from_secs(600 + 3);
    assert_eq!(planned(&all, &[], ends - SignedDuration::from_secs(1)), [What::Wait]);
    assert_eq!(planned(&all, &[], ends), put_back(&["ws-a"]));
}

#[test]
fn leftovers_of_other_containers_than_the_platforms_are_not_touched() {
    let all = [
        container(&old_name("agent-a"), Life::Stopped),
        container(&new_name("my-ws-a"), Life::Created),
        container(&old_name("ws-a"), Life::Stopped),
    ];
    assert_eq!(planned(&all, &[("agent-a", Work::Replace)], now()), put_back(&[]));
}

#[test]
fn a_container_that_took_the_name_is_not_touched() {
    let taken = [What::Taken { old: "id of refresh-images-old_ws-a".to_owned() }];
    let old = || container(&old_name("ws-a"), Life::Running);
    let stranger = Container { image: "other".to_owned(), ..container("ws-a", Life::Running) };
    assert_eq!(interrupted(&[old(), stranger]), taken);
    // the successor waits for its turn: whoever bears the name is another, whatever its image
    let all = [old(), container(&new_name("ws-a"), Life::Created), container("ws-a", Life::Running)];
    assert_eq!(interrupted(&all), taken);
    // the successor failed and has gone
    let work =
        Work::PutBack { old: "id of refresh-images-old_ws-a".to_owned(), new: vec!["gone".to_owned()] };
    assert_eq!(planned(&[old(), container("ws-a", Life::Running)], &[("ws-a", work)], now()), taken);
}

#[test]
fn a_successor_that_failed_is_not_taken_for_one_that_took_over() {
    let old = "id of refresh-images-old_ws-a".to_owned();
    let work = Work::PutBack { old, new: vec!["id of ws-a".to_owned()] };
    let all = [container(&old_name("ws-a"), Life::Stopped), container("ws-a", Life::Running)];
    assert_eq!(planned(&all, &[("ws-a", work)], now()), put_back(&["ws-a"]));
}

#[test]
fn a_container_that_was_put_back_and_stopped_all_the_same_runs_again() {
    let work = Work::PutBack { old: "id of ws-a".to_owned(), new: vec!["gone".to_owned()] };
    let with = |life| planned(&[container("ws-a", life)], &[("ws-a", work.clone())], now());
    assert_eq!(with(Life::Stopped), [What::PutBack { old: "id of ws-a".to_owned(), new: vec![] }]);
    assert!(with(Life::Running).is_empty());
}

#[test]
fn a_container_that_was_stopped_to_be_removed_is_removed() {
    let work = Work::Remove { id: "id of ws-a".to_owned() };
    let with = |all: &[Container]| planned(all, &[("ws-a", work.clone())], now());
    assert_eq!(with(&[container("ws-a", Life::Stopped)]), [What::Remove { id: "id of ws-a".to_owned() }]);
    assert_eq!(with(&[]), [What::Removed]);
    // the platform has made another one
    let another = Container { id: "another".to_owned(), ..container("ws-a", Life::Running) };
    assert_eq!(with(&[another]), [What::Removed]);
    // it was not touched yet: whether it goes is decided anew
    assert!(with(&[container("ws-a", Life::Running)]).is_empty());
}
