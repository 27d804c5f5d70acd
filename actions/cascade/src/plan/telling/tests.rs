use forge::{Conclusion, RunProgress};
use jiff::Timestamp;

use super::*;
use crate::mode::Receiver;
use crate::workflows::Jobs;

const SOURCE: &str = "acme/core";

fn id(version: &str) -> CascadeId {
    CascadeId::new(&SOURCE.parse().unwrap(), &version.parse().unwrap())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn run(number: u64, title: &str, progress: RunProgress) -> RunSeen {
    RunSeen {
        id: number,
        title: title.to_owned(),
        workflow: "image.yml".to_owned(),
        event: "repository_dispatch".to_owned(),
        progress,
        url: format!("https://forge.example/runs/{number}"),
        created: at(0),
    }
}

fn of(number: u64, version: &str, progress: RunProgress) -> RunSeen {
    run(number, &format!("Rebuild [{}]", id(version)), progress)
}

/// A target of one receiver, and what is known of it.
#[expect(clippy::struct_excessive_bools, reason = "each is one of the rules that a test changes by its name")]
struct Scene {
    id: CascadeId,
    source: domain::RepoName,
    receivers: Vec<Receiver>,
    rollback: bool,
    again: bool,
    wait: Wait,
    tells_waiting: bool,
    speaks_for_others: bool,
    hindsight: u64,
    released: Option<Timestamp>,
    facts: Facts,
}

fn receiver(file: &str, names_its_runs: bool) -> Receiver {
    Receiver { file: file.to_owned(), names_its_runs, jobs: Jobs::Counted(2) }
}

impl Scene {
    fn new() -> Self {
        Self {
            id: id("1.4.0"),
            source: SOURCE.parse().unwrap(),
            receivers: vec![receiver("image.yml", true)],
            rollback: false,
            again: false,
            wait: Wait::Started,
            tells_waiting: true,
            speaks_for_others: true,
            hindsight: 0,
            released: None,
            facts: Facts::at(at(0)),
        }
    }

    fn saw(mut self, seconds: i64, runs: &[RunSeen]) -> Self {
        let at = at(seconds);
        let tells_waiting = self.tells_waiting;
        self.facts.saw(Look { runs: runs.to_vec(), at, answered: at, tells_waiting });
        self
    }

    fn sent(mut self, seconds: i64, version: &str, answer: Answered) -> Self {
        self.facts.sent.push(Sent { id: id(version), at: at(seconds), answer });
        self.facts.now = at(seconds);
        self
    }

    fn accepted(self, seconds: i64) -> Self {
        self.sent(seconds, "1.4.0", Answered::Accepted(None))
    }

    fn doubtful(self, seconds: i64) -> Self {
        self.sent(seconds, "1.4.0", Answered::Doubtful("timed out".to_owned()))
    }

    fn unnamed(mut self) -> Self {
        self.receivers[0].names_its_runs = false;
        self
    }

    fn next(&self) -> Next {
        plan(
            &self.facts,
            &Rules {
                id: &self.id,
                source: &self.source,
                receivers: &self.receivers,
                rollback: self.rollback,
                again: self.again,
                wait: self.wait,
                observation: Duration::from_mins(1),
                deadline: Duration::from_mins(10),
                fresh: Duration::from_secs(30),
                speaks_for_others: self.speaks_for_others,
                hindsight: Duration::from_secs(self.hindsight),
                interval: Duration::ZERO,
                released: self.released,
            },
        )
    }

    #[track_caller]
    fn told(&self) -> Told {
        match self.next() {
            Next::Done(Ending::Told(told)) => told,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn fails(&self) -> &'static str {
        match self.next() {
            Next::Done(Ending::Failed(trouble, _)) => {
                assert!(trouble.mending.is_some());
                trouble.reason
            }
            other => panic!("{other:?}"),
        }
    }
}

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
fn a_job_that_is_run_again_looks_for_a_while_before_it_tells() {
    let scene = || Scene { hindsight: 10, ..Scene::new() }.saw(0, &[]);
    assert!(matches!(scene().next(), Next::Wait(_)));
    assert!(scene().saw(5, &[of(7, "1.4.0", RunProgress::Waiting)]).told().adopted);
    assert_eq!(scene().saw(10, &[]).next(), Next::Tell(id("1.4.0")));
}

#[test]
fn two_runs_of_one_request_are_called_that() {
    let mine = of(8, "1.4.0", RunProgress::Running);
    let scene = |runs: &[RunSeen]| Scene::new().saw(0, &[]).accepted(1).saw(2, runs).told();
    assert!(!scene(std::slice::from_ref(&mine)).is_doubled);
    assert!(scene(&[of(7, "1.4.0", RunProgress::Running), mine]).is_doubled);
}

#[test]
fn a_later_version_is_not_told_again_with_what_was_meant_for_ours() {
    let runs = [of(7, "1.5.0", RunProgress::Running), of(8, "1.4.0", RunProgress::Waiting)];
    let scene = Scene { speaks_for_others: false, ..Scene::new() }.saw(0, &[]).accepted(1).saw(2, &runs);
    assert_eq!(scene.fails(), "contended");
}

#[test]
fn what_an_earlier_look_told_of_old_runs_still_holds() {
    let scene = Scene::new().saw(0, &[of(7, "1.5.0", RunProgress::Running)]).saw(5, &[]);
    assert_eq!(scene.next(), Next::Done(Ending::Superseded("1.5.0".parse().unwrap())));
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
