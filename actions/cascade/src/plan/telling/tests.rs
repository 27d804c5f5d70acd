use forge::{Conclusion, RunProgress};
use jiff::Timestamp;

use super::*;
use crate::mode::Receiver;

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
struct Scene {
    id: CascadeId,
    source: domain::RepoName,
    receivers: Vec<Receiver>,
    rollback: bool,
    again: bool,
    wait: Wait,
    tells_waiting_runs: bool,
    facts: Facts,
}

impl Scene {
    fn new() -> Self {
        Self {
            id: id("1.4.0"),
            source: SOURCE.parse().unwrap(),
            receivers: vec![Receiver { file: "image.yml".to_owned(), names_its_runs: true }],
            rollback: false,
            again: false,
            wait: Wait::Started,
            tells_waiting_runs: true,
            facts: Facts::at(at(0)),
        }
    }

    fn saw(mut self, seconds: i64, runs: &[RunSeen]) -> Self {
        self.facts.saw(runs.to_vec(), at(seconds));
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
                tells_waiting_runs: self.tells_waiting_runs,
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
    assert_eq!(scene.told().seen, Proof::Accepted);
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
    let scene = Scene { tells_waiting_runs: false, ..Scene::new() };
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
    let mut slow = concluded(RunProgress::Running);
    slow.facts.now = at(601);
    assert_eq!(slow.fails(), "deadline");
}

#[test]
fn jobs_that_are_all_well_are_believed_when_no_other_follows() {
    let scene = Scene { wait: Wait::Concluded, tells_waiting_runs: false, ..Scene::new() };
    let scene = scene.saw(0, &[]).accepted(1).saw(2, &[of(7, "1.4.0", RunProgress::WellSoFar)]);
    assert!(matches!(scene.next(), Next::Wait(_)));
    let settled = scene.saw(12, &[of(7, "1.4.0", RunProgress::WellSoFar)]);
    assert_eq!(settled.told().seen, Proof::Concluded);
}

#[test]
fn every_receiver_of_an_event_must_start() {
    let mut scene = Scene::new();
    scene.receivers.push(Receiver { file: "other.yml".to_owned(), names_its_runs: true });
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
