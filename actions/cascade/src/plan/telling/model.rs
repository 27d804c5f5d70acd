//! Every course that one or two cascades can take on a forge that loses answers and shows runs late.

use std::time::Duration;

use domain::RepoName;
use forge::{RunProgress, RunSeen};
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::mode::Receiver;
use crate::workflows::Jobs;

/// A forge with one target.
struct World {
    now: Timestamp,
    /// The runs, with the time from which on they are shown.
    runs: Vec<(RunSeen, Timestamp)>,
    lag: Duration,
}

/// What comes of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Answered,
    LostBefore,
    LostAfter,
}

impl World {
    fn new(lag: u64) -> Self {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        Self { now, runs: Vec::new(), lag: Duration::from_secs(lag) }
    }

    fn pass(&mut self, time: Duration) {
        self.now += SignedDuration::try_from(time).unwrap();
    }

    /// Lists the runs, which takes some time.
    fn look(&mut self) -> Look {
        let shown = self.runs.iter().filter(|(_, from)| *from <= self.now);
        let runs = shown.map(|(run, _)| run.clone()).collect();
        let at = self.now;
        self.pass(Duration::from_millis(50));
        Look { runs, at, answered: self.now, tells_waiting: true }
    }

    fn tell(&mut self, id: &CascadeId, fate: Fate) -> Answered {
        if fate != Fate::LostBefore {
            let run = RunSeen {
                id: self.runs.len() as u64,
                title: format!("Publish [{id}]"),
                workflow: "image.yml".to_owned(),
                event: "repository_dispatch".to_owned(),
                progress: RunProgress::Running,
                url: String::new(),
                created: self.now,
            };
            let from = self.now + SignedDuration::try_from(self.lag).unwrap();
            self.runs.push((run, from));
        }
        match fate {
            Fate::Answered => Answered::Accepted(None),
            Fate::LostBefore | Fate::LostAfter => Answered::Doubtful("no answer".to_owned()),
        }
    }

    fn told(&self, id: &CascadeId) -> usize {
        self.runs.iter().filter(|(run, _)| run.title.contains(id.as_str())).count()
    }

    fn last(&self) -> &str {
        self.runs.last().map_or("", |(run, _)| run.title.as_str())
    }
}

/// A cascade at that target.
struct Cascade {
    id: CascadeId,
    source: RepoName,
    wait: Wait,
    facts: Facts,
    fates: Vec<Fate>,
    ending: Option<Ending>,
}

impl Cascade {
    fn new(version: &str, world: &World, wait: Wait, fates: &[Fate]) -> Self {
        let source: RepoName = "acme/core".parse().unwrap();
        let id = CascadeId::new(&source, &version.parse().unwrap());
        let fates = fates.iter().rev().copied().collect();
        Self { id, source, wait, facts: Facts::at(world.now), fates, ending: None }
    }

    /// Takes one step.
    fn step(&mut self, world: &mut World) {
        let receivers =
            [Receiver { file: "image.yml".to_owned(), names_its_runs: true, jobs: Jobs::Counted(1) }];
        self.facts.now = world.now;
        let next = plan(
            &self.facts,
            &Rules {
                id: &self.id,
                source: &self.source,
                receivers: &receivers,
                rollback: false,
                again: false,
                wait: self.wait,
                observation: Duration::from_mins(1),
                deadline: Duration::from_mins(10),
                fresh: Duration::from_secs(20),
                speaks_for_others: true,
                hindsight: Duration::ZERO,
                interval: Duration::ZERO,
                released: None,
            },
        );
        match next {
            Next::Look => self.facts.saw(world.look()),
            Next::Wait(pause) => {
                world.pass(pause);
                self.facts.saw(world.look());
            }
            Next::Tell(id) => {
                let answer = world.tell(&id, self.fates.pop().unwrap_or(Fate::Answered));
                world.pass(Duration::from_millis(50));
                self.facts.sent.push(Sent { id, at: world.now, answer });
            }
            Next::Done(ending) => self.ending = Some(ending),
        }
    }

    fn ends(&mut self, world: &mut World) {
        for _ in 0..1000 {
            if self.ending.is_some() {
                return;
            }
            self.step(world);
        }
        panic!("it goes on for ever");
    }
}

const FATES: [Fate; 3] = [Fate::Answered, Fate::LostBefore, Fate::LostAfter];

#[test]
fn whatever_answers_are_lost_and_wherever_a_run_is_killed_the_target_is_told_once() {
    let mut courses = 0;
    for wait in [Wait::None, Wait::Started] {
        for lag in [0, 5, 55] {
            for first in FATES {
                for second in FATES {
                    for killed_after in 0..12 {
                        courses += 1;
                        let mut world = World::new(lag);
                        let mut cascade = Cascade::new("1.4.0", &world, wait, &[first, second]);
                        for _ in 0..killed_after {
                            if cascade.ending.is_none() {
                                cascade.step(&mut world);
                            }
                        }
                        // whoever runs a job again does it after the forge shows what was started
                        world.pass(Duration::from_mins(1));
                        let mut again = Cascade::new("1.4.0", &world, wait, &[]);
                        again.ends(&mut world);
                        let course = format!("{wait:?} {lag} {first:?} {second:?} {killed_after}");
                        assert_eq!(world.told(&again.id), 1, "{course}");
                        assert!(matches!(again.ending, Some(Ending::Told(_))), "{course}");
                    }
                }
            }
        }
    }
    assert_eq!(courses, 2 * 3 * 9 * 12);
}

#[test]
fn a_run_that_is_not_killed_tells_once_whatever_answers_are_lost() {
    for lag in [0, 5, 55] {
        for first in FATES {
            let mut world = World::new(lag);
            let mut cascade = Cascade::new("1.4.0", &world, Wait::Started, &[first, Fate::LostAfter]);
            cascade.ends(&mut world);
            assert_eq!(world.told(&cascade.id), 1, "{lag} {first:?}");
            assert!(matches!(cascade.ending, Some(Ending::Told(_))), "{lag} {first:?}");
        }
    }
}

#[test]
fn however_two_cascades_take_turns_the_later_version_is_told_last() {
    const TURNS: u32 = 12;
    for (wait, lag) in [(Wait::Started, 0), (Wait::Started, 5), (Wait::None, 0)] {
        for turns in 0..1_u32 << TURNS {
            let mut world = World::new(lag);
            let mut earlier = Cascade::new("1.4.0", &world, wait, &[]);
            let mut later = Cascade::new("1.5.0", &world, wait, &[]);
            for turn in 0..TURNS {
                let who = if turns >> turn & 1 == 0 { &mut earlier } else { &mut later };
                if who.ending.is_none() {
                    who.step(&mut world);
                }
            }
            while earlier.ending.is_none() || later.ending.is_none() {
                for who in [&mut earlier, &mut later] {
                    if who.ending.is_none() {
                        who.step(&mut world);
                    }
                }
            }
            let order: Vec<_> = world.runs.iter().map(|(run, _)| run.title.as_str()).collect();
            assert!(world.last().contains(later.id.as_str()), "{lag} {turns:b}: {order:?}");
            assert!(matches!(later.ending, Some(Ending::Told(_))), "{lag} {turns:b}: {:?}", later.ending);
            assert!(world.told(&later.id) <= 3 && world.told(&earlier.id) <= 1, "{lag} {turns:b}: {order:?}");
        }
    }
}
