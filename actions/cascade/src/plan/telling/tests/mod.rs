//! What is next, situation by situation.

mod following;
mod nameless;
mod once;
mod versions;

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
