//! Following a run to its proof.

use super::*;

#[test]
fn an_accepted_request_is_followed_to_its_run() {
    let scene = Scene::new().saw(0, &[]).accepted(1);
    assert!(matches!(scene.next(), Next::Wait(_)));
    let scene = scene.saw(3, &[of(7, "1.4.0", RunProgress::Waiting)]);
    assert!(!scene.told().adopted);
}

#[test]
fn what_is_accepted_is_enough_where_nothing_is_waited_for() {
    let scene = Scene { wait: Wait::None, ..Scene::new() }.saw(0, &[]).accepted(1);
    assert_eq!(scene.next(), Next::Look, "once, since another cascade may have told meanwhile");
    assert_eq!(scene.saw(2, &[]).told().seen, Proof::Accepted);
}

#[test]
fn a_request_without_a_run_is_a_failure_that_says_so() {
    let scene = Scene::new().saw(0, &[]).accepted(1).saw(61, &[]);
    assert_eq!(scene.fails(), "no-run");
}

#[test]
fn a_run_is_followed_to_its_end_and_only_success_is_good() {
    let concluded = |progress| {
        let scene = Scene { wait: Wait::Concluded, ..Scene::new() };
        scene.saw(0, &[]).accepted(1).saw(2, &[of(7, "1.4.0", progress)])
    };
    assert!(matches!(concluded(RunProgress::Waiting).next(), Next::Wait(_)));
    assert!(matches!(concluded(RunProgress::Running).next(), Next::Wait(_)));
    assert_eq!(concluded(RunProgress::Concluded(Conclusion::Success)).told().seen, Proof::Concluded);
    for conclusion in [
        Conclusion::Neutral,
        Conclusion::Skipped,
        Conclusion::Failure,
        Conclusion::Cancelled,
        Conclusion::TimedOut,
        Conclusion::StartupFailure,
        Conclusion::ActionRequired,
        Conclusion::Stale,
        Conclusion::Other("new".to_owned()),
    ] {
        assert_eq!(concluded(RunProgress::Concluded(conclusion)).fails(), "run-failed");
    }
    let slow =
        |seconds| concluded(RunProgress::Running).saw(seconds, &[of(7, "1.4.0", RunProgress::Running)]);
    assert!(matches!(slow(600).next(), Next::Wait(_)));
    assert_eq!(slow(601).fails(), "deadline");
}

#[test]
fn jobs_that_are_all_well_are_no_success_before_they_are_all_there() {
    let scene = || Scene { wait: Wait::Concluded, tells_waiting: false, ..Scene::new() };
    let well = |seconds, jobs| {
        scene().saw(0, &[]).accepted(1).saw(seconds, &[of(7, "1.4.0", RunProgress::WellSoFar(jobs))])
    };
    assert!(matches!(well(500, 1).next(), Next::Wait(_)), "the second job may wait for a runner");
    assert_eq!(well(2, 2).told().seen, Proof::Concluded);
    assert_eq!(well(601, 1).fails(), "deadline");
    let unknown = |jobs| {
        let mut scene = scene();
        scene.receivers[0].jobs = Jobs::Unknown;
        scene.saw(0, &[]).accepted(1).saw(601, &[of(7, "1.4.0", RunProgress::WellSoFar(jobs))])
    };
    assert_eq!(unknown(9).fails(), "deadline");
}

#[test]
fn the_time_of_a_run_begins_when_it_was_told_and_not_when_it_waited_for_its_turn() {
    let scene = || Scene { wait: Wait::Concluded, ..Scene::new() };
    let running = |number| of(number, "1.4.0", RunProgress::Running);
    let late = scene().saw(0, &[]).saw(2000, &[]).accepted(2001).saw(2500, &[running(7)]);
    assert!(matches!(late.next(), Next::Wait(_)));
    assert_eq!(late.saw(2601, &[running(7)]).fails(), "deadline");
    let adopted = scene().saw(0, &[]).saw(2000, &[running(7)]).saw(2500, &[running(7)]);
    assert!(matches!(adopted.next(), Next::Wait(_)));
    assert_eq!(adopted.saw(2600, &[running(7)]).fails(), "deadline");
}

#[test]
fn a_run_that_waits_where_that_is_not_told_is_neither_missed_nor_told_again() {
    let scene = |wait| Scene { wait, tells_waiting: false, ..Scene::new() }.saw(0, &[]).accepted(1);
    assert!(matches!(scene(Wait::Started).saw(2, &[]).next(), Next::Wait(_)));
    assert_eq!(scene(Wait::Started).saw(61, &[]).told().seen, Proof::Waiting);
    assert!(matches!(scene(Wait::Concluded).saw(61, &[]).next(), Next::Wait(_)));
    assert_eq!(scene(Wait::Concluded).saw(601, &[]).fails(), "waiting");
}

#[test]
fn every_receiver_of_an_event_must_start() {
    let mut scene = Scene::new();
    scene.receivers.push(receiver("other.yml", true));
    let scene = scene.saw(0, &[]).accepted(1).saw(2, &[of(7, "1.4.0", RunProgress::Running)]);
    assert!(matches!(scene.next(), Next::Wait(_)));
    let scene = scene.saw(61, &[of(7, "1.4.0", RunProgress::Running)]);
    assert_eq!(scene.fails(), "no-run");
}

#[test]
fn a_failed_run_is_adopted_as_such_and_told_again_only_when_asked() {
    let failed = [of(7, "1.4.0", RunProgress::Concluded(Conclusion::Failure))];
    let concluded = || Scene { wait: Wait::Concluded, ..Scene::new() };
    assert_eq!(concluded().saw(0, &failed).fails(), "run-failed");
    let again = Scene { again: true, ..concluded() }.saw(0, &failed);
    assert_eq!(again.next(), Next::Tell(id("1.4.0")));
    let after = again.accepted(1).saw(2, &[failed[0].clone(), of(8, "1.4.0", RunProgress::Running)]);
    assert!(matches!(after.next(), Next::Wait(_)), "the new run counts, not the old one");
}
