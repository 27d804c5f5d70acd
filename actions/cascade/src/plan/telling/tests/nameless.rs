//! Runs that carry no id.

use super::*;

#[test]
fn runs_without_names_are_told_by_their_order() {
    let old = run(6, "Rebuild", RunProgress::Running);
    let new = |number| run(number, "Rebuild", RunProgress::Running);
    let scene = Scene::new().unnamed().saw(0, std::slice::from_ref(&old));
    assert_eq!(scene.next(), Next::Tell(id("1.4.0")), "what was there before is nobody's");
    let one = scene.accepted(1).saw(2, &[old.clone(), new(7)]);
    assert_eq!((one.told().certainty, one.told().runs[0].id), (Certainty::ByOrder, 7));
    let two =
        Scene::new().unnamed().saw(0, std::slice::from_ref(&old)).accepted(1).saw(2, &[old, new(7), new(8)]);
    assert_eq!(two.told().certainty, Certainty::Ambiguous);
}

#[test]
fn a_run_that_the_answer_names_is_certain() {
    let named = run(7, "Rebuild", RunProgress::Waiting);
    let answer = Answered::Accepted(Some(Box::new(named)));
    let scene = Scene::new().unnamed().saw(0, &[]).sent(1, "1.4.0", answer);
    assert_eq!((scene.told().certainty, scene.told().runs[0].id), (Certainty::Certain, 7));
}

#[test]
fn a_run_without_an_id_is_taken_for_a_receiver_that_should_give_one_when_none_with_it_comes() {
    let scene = || Scene::new().saw(0, &[]).accepted(1);
    let nameless = || run(7, "Rebuild", RunProgress::Running);
    assert!(matches!(scene().saw(2, &[nameless()]).next(), Next::Wait(_)), "one with the id may still come");
    let told = scene().saw(61, &[nameless()]).told();
    assert_eq!((told.certainty, told.runs[0].id), (Certainty::ByOrder, 7));
    let lost = Scene::new().saw(0, &[]).doubtful(1).saw(61, &[nameless()]);
    assert_eq!(lost.next(), Next::Tell(id("1.4.0")), "of a lost answer it proves nothing");
}

#[test]
fn receivers_with_and_without_an_id_are_both_found() {
    let both = || {
        let mut scene = Scene::new();
        scene.receivers.push(receiver("other.yml", false));
        scene
    };
    let other =
        |number| RunSeen { workflow: "other.yml".to_owned(), ..run(number, "Other", RunProgress::Running) };
    let named = || of(7, "1.4.0", RunProgress::Running);
    let told = both().saw(0, &[]).accepted(1).saw(2, &[named(), other(8)]).told();
    assert_eq!((told.certainty, told.runs.len()), (Certainty::ByOrder, 2));
    let again = both().saw(1, &[named(), other(8)]).told();
    assert_eq!((again.adopted, again.certainty, again.runs.len()), (true, Certainty::ByOrder, 2));
    let long_ago = RunSeen { created: at(-500), ..other(8) };
    let missing = || both().saw(100, &[named(), long_ago.clone()]);
    assert_eq!(
        missing().fails(),
        "no-run",
        "a receiver that did not answer the first run is missed by the second"
    );
    let mended = Scene { again: true, ..both() }.saw(100, &[named(), long_ago.clone()]);
    assert_eq!(mended.next(), Next::Tell(id("1.4.0")));
    assert!(matches!(both().saw(2, &[named()]).next(), Next::Wait(_)), "it may be shown late");
}

#[test]
fn of_several_runs_that_may_be_ours_each_must_end_well() {
    let ended = |number, conclusion| run(number, "Rebuild", RunProgress::Concluded(conclusion));
    let scene = |runs: &[RunSeen]| {
        Scene { wait: Wait::Concluded, ..Scene::new() }.unnamed().saw(0, &[]).accepted(1).saw(2, runs)
    };
    let success = || ended(8, Conclusion::Success);
    assert_eq!(scene(&[ended(7, Conclusion::Failure), success()]).fails(), "run-failed");
    assert_eq!(scene(&[ended(7, Conclusion::Success), success()]).told().seen, Proof::Concluded);
    let running = run(7, "Rebuild", RunProgress::Running);
    assert!(matches!(scene(&[running, success()]).next(), Next::Wait(_)));
}

#[test]
fn a_run_without_an_id_since_the_release_is_neither_adopted_nor_told_again() {
    let scene = || Scene { released: Some(at(0)), ..Scene::new() }.unnamed();
    let nameless = || run(7, "Rebuild", RunProgress::Running);
    assert_eq!(scene().saw(1, &[nameless()]).fails(), "ambiguous");
    let older = RunSeen { created: at(-1), ..nameless() };
    assert_eq!(scene().saw(1, &[older]).next(), Next::Tell(id("1.4.0")));
    let again = Scene { again: true, ..scene() };
    assert_eq!(again.saw(1, &[nameless()]).next(), Next::Tell(id("1.4.0")));
    let named = Scene { released: Some(at(0)), ..Scene::new() };
    assert_eq!(named.saw(1, &[nameless()]).next(), Next::Tell(id("1.4.0")), "ours would carry the id");
}

#[test]
fn where_it_is_not_told_what_answers_any_run_without_an_id_since_the_release_may_be_its() {
    let scene = || {
        let mut scene = Scene { released: Some(at(0)), ..Scene::new() };
        scene.receivers.clear();
        scene
    };
    let nameless = || run(7, "Rebuild", RunProgress::Running);
    let unclear = scene().saw(1, &[nameless()]);
    assert_eq!(unclear.fails(), "ambiguous");
    let older = RunSeen { created: at(-1), ..nameless() };
    assert_eq!(scene().saw(1, &[older]).next(), Next::Tell(id("1.4.0")));
    let named = scene().saw(1, &[nameless(), of(8, "1.4.0", RunProgress::Running)]);
    assert_eq!(named.told().certainty, Certainty::Certain);
}
