//! Releases that overtake each other.

use super::*;

#[test]
fn a_later_version_that_was_told_is_not_taken_back() {
    let scene = Scene::new().saw(0, &[of(7, "1.5.0", RunProgress::Running)]);
    assert_eq!(scene.next(), Next::Done(Ending::Superseded("1.5.0".parse().unwrap())));
    let both =
        Scene::new().saw(0, &[of(7, "1.4.0", RunProgress::Running), of(8, "1.5.0", RunProgress::Running)]);
    assert_eq!(both.next(), Next::Done(Ending::Superseded("1.5.0".parse().unwrap())));
}

#[test]
fn a_lost_answer_is_waited_for_even_when_a_later_version_was_told() {
    let scene = Scene::new().saw(0, &[]).doubtful(1).saw(2, &[of(7, "1.5.0", RunProgress::Running)]);
    assert!(matches!(scene.next(), Next::Wait(_)), "ours may still come after it");
}

#[test]
fn an_earlier_version_that_came_after_a_later_one_makes_room_for_it_again() {
    let runs = [of(7, "1.5.0", RunProgress::Running), of(8, "1.4.0", RunProgress::Waiting)];
    let scene = Scene::new().saw(0, &[]).accepted(1).saw(2, &runs);
    assert_eq!(scene.next(), Next::Tell(id("1.5.0")));
    let scene = scene.sent(3, "1.5.0", Answered::Accepted(None));
    assert_eq!(scene.next(), Next::Done(Ending::Superseded("1.5.0".parse().unwrap())));
}

#[test]
fn a_later_version_tells_itself_again_when_an_earlier_one_came_after_it() {
    let runs = [of(7, "1.4.0", RunProgress::Running), of(8, "1.3.0", RunProgress::Running)];
    let scene = Scene::new().saw(0, &runs);
    assert_eq!(scene.next(), Next::Tell(id("1.4.0")));
    let after =
        scene.accepted(1).saw(2, &[runs[0].clone(), runs[1].clone(), of(9, "1.4.0", RunProgress::Running)]);
    assert_eq!(after.told().runs[0].id, 9);
}

#[test]
fn a_rollback_is_told_after_a_later_version_and_only_once() {
    let rollback = || Scene { rollback: true, ..Scene::new() };
    let before =
        [of(5, "1.4.0", RunProgress::Concluded(Conclusion::Success)), of(7, "1.5.0", RunProgress::Running)];
    let scene = rollback().saw(0, &before);
    assert_eq!(scene.next(), Next::Tell(id("1.4.0")), "the run of long ago is not the rollback's");
    let mut after = before.to_vec();
    after.push(of(9, "1.4.0", RunProgress::Running));
    assert!(rollback().saw(0, &after).told().adopted);
    assert!(Scene::new().saw(0, &after).told().adopted, "nor is it taken back by a run without the word");
}

#[test]
fn a_later_version_is_not_told_again_with_what_was_meant_for_ours() {
    let runs = [of(7, "1.5.0", RunProgress::Running), of(8, "1.4.0", RunProgress::Waiting)];
    let scene = Scene { speaks_for_others: false, ..Scene::new() }.saw(0, &[]).accepted(1).saw(2, &runs);
    assert_eq!(scene.fails(), "contended");
}
