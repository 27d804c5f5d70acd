//! Every single fault, on every operation of the main job: afterwards, at the latest after one more run, there is
//! exactly one right release. The table is printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::thread;

use jiff::Timestamp;
use local_forge::{Dialect, Fault, MergeStyle, TagView, primary_limit, secondary_limit};

use crate::ran::Ran;
use crate::stage::{REPO, Stage};

/// The main job: an annotated tag, floating tags, and a workflow started.
const MAIN_JOB: [(&str, &str); 3] =
    [("floating-tags", "major-minor"), ("dispatch", "publish.yml"), ("dispatch-inputs", "version={version}")];

/// The operations that change something.
const WRITES: [&str; 5] =
    ["tag-objects.create", "refs.create", "tags.create", "git.receive-pack", "workflows.dispatch"];

/// How many forges are at work at once; most of the time they wait.
const AT_ONCE: usize = 16;

/// A repository in which the main job has everything to do.
struct Scene {
    stage: Stage,
    merge: String,
    before: BTreeMap<String, TagView>,
}

impl Scene {
    fn new(dialect: Dialect) -> Self {
        let stage = Stage::new(dialect);
        let first = stage.released("1.3.9");
        for foreign in ["v9.0.0", "runtime-vanilla"] {
            stage.forge.tag(REPO, foreign, &first, None);
        }
        stage.workflow("publish.yml");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let before = stage.forge.tags(REPO);
        Self { stage, merge, before }
    }

    fn run(&self) -> Ran {
        self.stage.run_push(&self.merge, &MAIN_JOB)
    }

    /// The operations of one run, in the order of their first use.
    fn operations(&self) -> Vec<String> {
        self.stage.forge.forget_exchanges();
        self.run().succeeds();
        let mut operations: Vec<String> = Vec::new();
        for exchange in self.stage.forge.exchanges() {
            if !operations.contains(&exchange.operation) {
                operations.push(exchange.operation);
            }
        }
        operations
    }

    /// What is wrong with the repository after all runs; nothing when all is right.
    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut tags = self.stage.forge.tags(REPO);
        for (name, view) in &self.before {
            if tags.remove(name).as_ref() != Some(view) {
                wrong.push(format!("`{name}` was touched"));
            }
        }
        for name in ["runtime-v1.4.0", "runtime-v1", "runtime-v1.4"] {
            if tags.remove(name).is_none_or(|tag| tag.commit != self.merge) {
                wrong.push(format!("`{name}` is not at the merge"));
            }
        }
        wrong.extend(tags.keys().map(|name| format!("`{name}` is one too many")));
        let release = self.stage.forge.tags(REPO).remove("runtime-v1.4.0");
        if !release.and_then(|tag| tag.message).is_some_and(|message| message.contains("Release-PR: #1")) {
            wrong.push("the release has not its message".to_owned());
        }
        let runs = self.stage.forge.runs(REPO);
        let dispatched = runs
            .iter()
            .filter(|run| run.event == "workflow_dispatch" && run.git_ref == "refs/tags/runtime-v1.4.0");
        match dispatched.count() {
            1 => {}
            count => wrong.push(format!("{count} runs were started")),
        }
        wrong
    }

    /// What is wrong with a repository in which nothing may have happened.
    fn touched(&self) -> Vec<String> {
        let tags = self.stage.forge.tags(REPO);
        let more = tags.iter().filter(|(name, view)| self.before.get(*name) != Some(*view));
        more.map(|(name, _)| format!("`{name}` was made or touched")).collect()
    }
}

/// In which run the fault strikes.
#[derive(Clone, Copy, PartialEq)]
enum Strikes {
    TheFirstRun,
    /// After a first run without a fault: what only a second run asks.
    TheSecondRun,
}

/// One line of the table before it is known how it ends.
struct Case {
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
}

fn html(status: u16, operation: &str) -> Fault {
    Fault::status(operation, status).header("content-type", "text/html").body("<html><h1>oops</h1></html>")
}

/// Everything that can happen to one operation.
fn cases(operation: &str, strikes: Strikes) -> Vec<Case> {
    let is_write = WRITES.contains(&operation);
    let case = |what, when, fault| Case { operation: operation.to_owned(), strikes, what, when, fault };
    let soon = Timestamp::now().as_second() + 2;
    let json = |status, body: &str| {
        Fault::status(operation, status).header("content-type", "application/json").body(body.to_owned())
    };
    let mut cases = vec![
        case("500", "before", Fault::status(operation, 500)),
        case("502 HTML", "before", html(502, operation)),
        case("503", "before", Fault::status(operation, 503)),
        case("503 retry-after", "before", Fault::status(operation, 503).header("retry-after", "1")),
        case("429 retry-after", "before", Fault::status(operation, 429).header("retry-after", "1")),
        case("primary limit", "before", primary_limit(operation, soon)),
        case("secondary limit", "before", secondary_limit(operation, 403, Some(1))),
        case("connection cut", "before", Fault::cut(operation)),
        case("401", "before", json(401, r#"{"message":"Bad credentials"}"#)),
        case("403", "before", json(403, r#"{"message":"Resource not accessible by integration"}"#)),
        case("404", "before", json(404, r#"{"message":"Not Found"}"#)),
    ];
    if is_write {
        cases.extend([
            case("409", "before", json(409, r#"{"message":"conflict"}"#)),
            case("422", "before", json(422, r#"{"message":"Validation Failed"}"#)),
            case("500", "after", Fault::status(operation, 500).after_the_effect()),
            case("502 HTML", "after", html(502, operation).after_the_effect()),
            case("503", "after", Fault::status(operation, 503).after_the_effect()),
            case("connection cut", "after", Fault::cut(operation).after_the_effect()),
            case("garbage 200", "after", Fault::status(operation, 200).body("\u{0}?").after_the_effect()),
        ]);
    } else {
        cases.push(case("garbage 200", "before", Fault::status(operation, 200).body("\u{0}?")));
    }
    cases
}

fn play(dialect: Dialect, case: Case) -> Row {
    let scene = Scene::new(dialect);
    let mut wrong = Vec::new();
    if case.strikes == Strikes::TheSecondRun {
        scene.run().succeeds();
    }
    scene.stage.forge.fail(case.fault);
    let struck = scene.run();
    if scene.stage.forge.waiting_faults() > 0 {
        wrong.push("the fault never struck".to_owned());
    }
    if ![0, 1].contains(&struck.exit) {
        wrong.push(format!("exit {}:\n{}", struck.exit, struck.log));
    }
    let said = failure(&struck);
    if struck.exit == 1 && said.is_empty() {
        wrong.push(format!("the error does not say what failed:\n{}", struck.log));
    }
    let again = scene.run();
    if again.exit != 0 || again.outputs.get("tag").map(String::as_str) != Some("runtime-v1.4.0") {
        wrong.push(format!("the next run ends with {}:\n{}", again.exit, again.log));
    }
    wrong.extend(scene.wrong());
    let run = if case.strikes == Strikes::TheFirstRun { "first" } else { "second" };
    let after = if wrong.is_empty() { "right" } else { "WRONG" };
    let line = format!(
        "| {dialect} | {} | {run} | {} | {} | {} | {after} | {said} |",
        case.operation, case.what, case.when, struck.exit
    );
    Row { line, wrong }
}

/// What failed, in the error's own words; empty when the run succeeded, or does not say.
fn failure(ran: &Ran) -> String {
    let told = ran.log.lines().find_map(|line| {
        let error = line.strip_prefix("::error::").or_else(|| line.strip_prefix("error: "))?;
        error.starts_with("could not ").then_some(error)
    });
    told.map(|error| error.split("%0A").next().unwrap_or_default().to_owned()).unwrap_or_default()
}

/// Plays all cases, several at once, and prints the table; the process's own standard error is not captured.
fn play_all(dialect: Dialect, cases: Vec<Case>) {
    let waiting = Mutex::new(cases);
    let rows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(case) = waiting.lock().unwrap().pop() else { break };
                    let row = play(dialect, case);
                    rows.lock().unwrap().push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap();
    rows.sort_by(|one, other| one.line.cmp(&other.line));
    let mut table =
        String::from("| forge | operation | run | fault | effect | exit | after one more run | it said |\n");
    table.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for row in &rows {
        writeln!(table, "{}", row.line).unwrap();
    }
    let right = rows.iter().filter(|row| row.wrong.is_empty()).count();
    writeln!(table, "{dialect}: {right} of {} single faults end right", rows.len()).unwrap();
    std::io::stderr().write_all(table.as_bytes()).unwrap();
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| !row.wrong.is_empty())
        .map(|row| format!("{}\n{}", row.line, row.wrong.join("\n")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn every_single_fault(dialect: Dialect) {
    let scene = Scene::new(dialect);
    let first = scene.operations();
    let mut second = scene.operations();
    assert!(scene.wrong().is_empty(), "{:?}", scene.wrong());
    second.retain(|operation| !first.contains(operation));
    assert!(first.len() >= 6 && !second.is_empty(), "{first:?} {second:?}");
    let cases = first
        .iter()
        .flat_map(|operation| cases(operation, Strikes::TheFirstRun))
        .chain(second.iter().flat_map(|operation| cases(operation, Strikes::TheSecondRun)));
    play_all(dialect, cases.collect());
}

/// A limit that ends too late is told at once, with the time that it lasts.
fn a_long_limit(dialect: Dialect) {
    let scene = Scene::new(dialect);
    let operation = scene.stage.pick("graphql", "pulls.list");
    scene.stage.forge.fail(primary_limit(operation, Timestamp::now().as_second() + 3000).times(1000));
    let ran =
        scene.run().exits(1).says("met a limit that lasts another").says("run again when the limit is over");
    assert!(!failure(&ran).is_empty(), "{}", ran.log);
    assert_eq!(scene.touched(), [] as [&str; 0]);
}

#[test]
fn a_limit_that_ends_too_late_is_told_at_once() {
    a_long_limit(Dialect::GitHub);
    a_long_limit(Dialect::Gitea);
}

/// While a look-up keeps failing there is no tag at all, and afterwards the right one.
fn every_lookup_that_keeps_failing(dialect: Dialect) {
    let scene = Scene::new(dialect);
    let operations = scene.operations();
    let lookups: Vec<_> =
        operations.iter().take_while(|operation| !WRITES.contains(&operation.as_str())).collect();
    let kinds = |lookup: &str| {
        [
            ("500", Fault::status(lookup, 500)),
            ("403", Fault::status(lookup, 403).body("{}")),
            ("404", Fault::status(lookup, 404).body("{}")),
            ("garbage", Fault::status(lookup, 200).body("[[")),
            ("cut", Fault::cut(lookup)),
        ]
    };
    thread::scope(|scope| {
        let every =
            lookups.iter().flat_map(|lookup| kinds(lookup).map(|(what, fault)| (lookup, what, fault)));
        for (lookup, what, fault) in every {
            scope.spawn(move || {
                let scene = Scene::new(dialect);
                scene.stage.forge.fail(fault.times(1000));
                let ran = scene.run();
                assert_eq!(ran.exit, 1, "{lookup} {what}:\n{}", ran.log);
                assert!(!failure(&ran).is_empty(), "{lookup} {what}:\n{}", ran.log);
                assert_eq!(scene.touched(), [] as [&str; 0], "{lookup} {what}");
                scene.stage.forge.calm();
                scene.run().releases("runtime-v1.4.0");
                assert_eq!(scene.wrong(), [] as [&str; 0], "{lookup} {what}");
            });
        }
    });
}

#[test]
fn after_any_single_fault_and_another_run_there_is_one_right_release_on_github() {
    every_single_fault(Dialect::GitHub);
}

#[test]
fn after_any_single_fault_and_another_run_there_is_one_right_release_on_gitea() {
    every_single_fault(Dialect::Gitea);
}

#[test]
fn a_lookup_that_keeps_failing_never_makes_a_wrong_tag_on_github() {
    every_lookup_that_keeps_failing(Dialect::GitHub);
}

#[test]
fn a_lookup_that_keeps_failing_never_makes_a_wrong_tag_on_gitea() {
    every_lookup_that_keeps_failing(Dialect::Gitea);
}
