//! Telling a target once, whatever answers are lost and whatever other versions are told.

use super::*;

#[test]
fn a_target_is_looked_at_and_then_told() {
    assert_eq!(Scene::new().next(), Next::Look);
    assert_eq!(Scene::new().saw(0, &[]).next(), Next::Tell(id("1.4.0")));
    let foreign = run(7, "Rebuild [1.4.0-000000000000]", RunProgress::Running);
    assert_eq!(Scene::new().saw(0, &[foreign]).next(), Next::Tell(id("1.4.0")));
}

#[test]
fn nothing_is_told_by_a_look_that_has_grown_old() {
    let mut scene = Scene::new().saw(0, &[]);
    scene.facts.now = at(31);
    assert_eq!(scene.next(), Next::Look);
}

#[test]
fn what_an_earlier_run_told_is_adopted() {
    let scene = Scene::new().saw(0, &[of(7, "1.4.0", RunProgress::Running)]);
    let told = scene.told();
    assert!(told.adopted);
    assert_eq!((told.certainty, told.seen, told.runs.len()), (Certainty::Certain, Proof::Started, 1));
}

#[test]
fn a_job_that_is_run_again_looks_for_a_while_before_it_tells() {
    let scene = || Scene { hindsight: 10, ..Scene::new() }.saw(0, &[]);
    assert!(matches!(scene().next(), Next::Wait(_)));
    assert!(scene().saw(5, &[of(7, "1.4.0", RunProgress::Waiting)]).told().adopted);
    assert_eq!(scene().saw(10, &[]).next(), Next::Tell(id("1.4.0")));
}

#[test]
fn after_a_lost_answer_the_run_is_looked_for_before_anything_is_sent_again() {
    let scene = Scene::new().saw(0, &[]).doubtful(1).saw(2, &[]);
    assert!(matches!(scene.next(), Next::Wait(_)), "not before the window is over");
    let adopted = Scene::new().saw(0, &[]).doubtful(1).saw(50, &[of(7, "1.4.0", RunProgress::Running)]);
    assert_eq!(adopted.told().runs[0].id, 7);
    let absent = Scene::new().saw(0, &[]).doubtful(1).saw(61, &[]);
    assert_eq!(absent.next(), Next::Tell(id("1.4.0")));
    let thrice = absent.doubtful(61).saw(122, &[]).doubtful(122).saw(183, &[]);
    assert_eq!(thrice.fails(), "contended");
}

#[test]
fn where_waiting_runs_are_not_told_a_lost_answer_is_never_sent_again() {
    let scene = Scene { tells_waiting: false, ..Scene::new() };
    assert_eq!(scene.saw(0, &[]).doubtful(1).saw(61, &[]).fails(), "ambiguous");
}

#[test]
fn two_runs_of_one_request_are_called_that() {
    let mine = of(8, "1.4.0", RunProgress::Running);
    let scene = |runs: &[RunSeen]| Scene::new().saw(0, &[]).accepted(1).saw(2, runs).told();
    assert!(!scene(std::slice::from_ref(&mine)).is_doubled);
    assert!(scene(&[of(7, "1.4.0", RunProgress::Running), mine]).is_doubled);
}

#[test]
fn what_an_earlier_look_told_of_old_runs_still_holds() {
    let scene = Scene::new().saw(0, &[of(7, "1.5.0", RunProgress::Running)]).saw(5, &[]);
    assert_eq!(scene.next(), Next::Done(Ending::Superseded("1.5.0".parse().unwrap())));
}
