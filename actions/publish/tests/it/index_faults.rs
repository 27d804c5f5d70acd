//! Every single fault, on every operation of an upload and its confirmation: afterwards, at the latest after one more
//! run, each file is there exactly once with the right bytes. The table is printed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use local_index::{Dialect, Fault, Job, Publisher, garbage, html_for_json, too_many_requests};

use crate::publishing::{PROJECT, Stage};

/// How many indexes are at work at once; most of the time they wait.
const AT_ONCE: usize = 8;

/// Which requests of the operation a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strikes {
    First,
    Second,
    Every,
}

/// How the run is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    PyPiToken,
    PyPiTrusted,
    Gitea,
}

impl Way {
    fn stage(self) -> Stage {
        match self {
            Self::Gitea => Stage::new(Dialect::Gitea),
            Self::PyPiToken => Stage::new(Dialect::PyPI),
            Self::PyPiTrusted => {
                let stage = Stage::new(Dialect::PyPI);
                stage.index.trust(Publisher {
                    project: PROJECT.to_owned(),
                    repository: "acme/core".to_owned(),
                    workflow: "publish.yml".to_owned(),
                    environment: None,
                });
                stage.of_job(Job::new("acme/core", "publish.yml"))
            }
        }
    }

    /// The operations of a run, as a run without a fault shows them.
    fn operations(self) -> Vec<String> {
        let stage = self.stage();
        run(&stage).unwrap();
        let mut operations: Vec<_> = stage.index.exchanges().into_iter().map(|one| one.operation).collect();
        operations.sort();
        operations.dedup();
        operations
    }
}

/// One line of the table before it is known how it ends.
struct Case {
    way: Way,
    operation: String,
    strikes: Strikes,
    what: &'static str,
    when: &'static str,
    fault: Fault,
}

/// The same line afterwards.
struct Row {
    line: String,
    wrong: Vec<String>,
    struck: bool,
}

/// Upload, then confirmation: what the whole action does. An error is its own words.
fn run(stage: &Stage) -> Result<(), String> {
    let chain = |error: &dyn std::error::Error| {
        let sources = std::iter::successors(Some(error), |error| error.source());
        sources.map(ToString::to_string).collect::<Vec<_>>().join(": ").replace('\n', " ")
    };
    stage.upload().map_err(|error| chain(&error))?;
    stage.confirm().map(drop).map_err(|error| chain(&error))
}

/// Everything that can happen to one operation.
fn cases(way: Way, operation: &str) -> Vec<Case> {
    let status = |status| Fault::status(operation, status);
    let faults = [
        ("400", status(400)),
        ("401", status(401)),
        ("403", status(403)),
        ("404", status(404)),
        ("409", status(409)),
        ("429", too_many_requests(operation, 1)),
        ("500", status(500)),
        ("502", status(502)),
        ("503", status(503)),
        ("503 later", status(503).header("retry-after", "1")),
        ("cut", Fault::cut(operation)),
        ("stall", Fault::stall(operation, Duration::from_millis(700))),
        ("garbage 200", garbage(operation)),
        ("HTML 200", html_for_json(operation)),
    ];
    let mut cases = Vec::new();
    for (what, fault) in faults {
        for (when, fault) in [("before", fault.clone()), ("after", fault.after_the_effect())] {
            for strikes in [Strikes::First, Strikes::Second, Strikes::Every] {
                let operation = operation.to_owned();
                cases.push(Case { way, operation, strikes, what, when, fault: fault.clone() });
            }
        }
    }
    cases
}

fn play(case: Case) -> Row {
    let stage = case.way.stage();
    match case.strikes {
        Strikes::First => stage.index.fail(case.fault),
        Strikes::Every => stage.index.fail(case.fault.times(100_000)),
        // the hook runs when the first request has passed the faults
        Strikes::Second => {
            let (fault, index) = (case.fault, Arc::downgrade(&stage.index));
            stage.index.before(case.operation.as_str(), move |_| index.upgrade().unwrap().fail(fault));
        }
    }
    let first = run(&stage);
    let mut wrong = Vec::new();
    if first.is_ok() && !stage.is_whole() {
        wrong.push("the run says that all is done, and it is not".to_owned());
    }
    let token = stage.masked.lock().unwrap().clone();
    if let Err(said) = &first
        && (said.is_empty() || token.iter().any(|token| said.contains(token.as_str())))
    {
        wrong.push(format!("the error says nothing, or a secret: {said}"));
    }
    let sends = stage.sends();
    let struck = case.strikes == Strikes::Every || stage.index.waiting_faults() == 0;
    if case.strikes == Strikes::First && !struck {
        wrong.push("the fault never struck".to_owned());
    }
    stage.index.calm();
    if let Err(said) = run(&stage) {
        wrong.push(format!("the next run fails: {said}"));
    }
    if !stage.is_whole() {
        let held: Vec<_> = stage.files().into_iter().map(|file| (file.name, file.sha256)).collect();
        wrong.push(format!("the index holds {held:?}"));
    }
    let more = stage.sends() - sends;
    let said = match first {
        Ok(()) => "done".to_owned(),
        Err(said) => said.chars().take(110).collect(),
    };
    let after = if wrong.is_empty() { "right" } else { "WRONG" };
    let line = format!(
        "| {:?} | {} | {:?} | {} | {} | {sends} + {more} | {after} | {said} |",
        case.way, case.operation, case.strikes, case.what, case.when
    );
    Row { line, wrong, struck }
}

#[test]
fn after_any_single_fault_and_another_run_each_file_is_there_exactly_once() {
    let ways = [Way::PyPiToken, Way::PyPiTrusted, Way::Gitea];
    let mut all = Vec::new();
    for way in ways {
        let operations = way.operations();
        assert!(operations.len() >= if way == Way::PyPiTrusted { 5 } else { 2 }, "{operations:?}");
        all.extend(operations.iter().flat_map(|operation| cases(way, operation)));
    }
    let waiting = Mutex::new(all);
    let rows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(case) = waiting.lock().unwrap().pop() else { break };
                    let row = play(case);
                    rows.lock().unwrap().push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap();
    // a request of which there is no second one is no case
    rows.retain(|row| row.struck);
    rows.sort_by(|one, other| one.line.cmp(&other.line));
    let mut table = String::from(
        "| index | operation | requests | fault | effect | sends | after one more run | it said |\n",
    );
    table.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for row in &rows {
        writeln!(table, "{}", row.line).unwrap();
    }
    let right = rows.iter().filter(|row| row.wrong.is_empty()).count();
    writeln!(table, "{right} of {} single faults end right", rows.len()).unwrap();
    // the process's own standard error is not captured
    std::io::stderr().write_all(table.as_bytes()).unwrap();
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| !row.wrong.is_empty())
        .map(|row| format!("{}\n{}", row.line, row.wrong.join("\n")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
