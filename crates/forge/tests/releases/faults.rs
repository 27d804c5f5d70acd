//! Every single fault, on every operation: after one more run there is one release, with each file once and the right
//! bytes. The table is printed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::thread;

use local_forge::{Dialect, Fault};

use crate::stage::{NAMES, REPO, Stage, TAG, both};

const WRITES: [&str; 4] = ["releases.create", "releases.edit", "assets.create", "assets.delete"];

/// How many forges are at work at once.
const AT_ONCE: usize = 4;

/// What there is before the run that the fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing.
    Nothing,
    /// A draft with one whole file, and with what a run that broke off left: half an upload, or one file twice.
    Remains,
    /// The whole release.
    Everything,
}

const BEFORE: [Before; 3] = [Before::Nothing, Before::Remains, Before::Everything];

fn stage(dialect: Dialect, before: Before) -> Stage {
    let stage = Stage::new(dialect);
    match before {
        Before::Nothing => {}
        Before::Remains => {
            stage.forge.draft_release(REPO, TAG);
            stage.forge.attach(REPO, TAG, NAMES[0], &both()[0].1);
            match dialect {
                Dialect::GitHub => stage.forge.lose_upload(REPO, TAG, NAMES[1]),
                Dialect::Gitea => stage.forge.attach(REPO, TAG, NAMES[0], &both()[0].1),
            }
        }
        Before::Everything => drop(stage.publish().unwrap()),
    }
    stage.forge.forget_exchanges();
    stage
}

/// The operations of one run, each once.
fn operations(dialect: Dialect, before: Before) -> Vec<String> {
    let stage = stage(dialect, before);
    stage.publish().unwrap();
    let mut operations: Vec<_> =
        stage.forge.exchanges().into_iter().map(|exchange| exchange.operation).collect();
    operations.sort();
    operations.dedup();
    operations
}

struct Case {
    before: Before,
    operation: String,
    what: &'static str,
    fault: Fault,
}

fn cases(before: Before, operation: &str) -> Vec<Case> {
    let case = |what, fault| Case { before, operation: operation.to_owned(), what, fault };
    let json = |status, body: &str| Fault::status(operation, status).body(body.to_owned());
    let html = || Fault::status(operation, 502).header("content-type", "text/html").body("<h1>oops</h1>");
    let mut cases = vec![
        case("500", Fault::status(operation, 500)),
        case("502 HTML", html()),
        case("503", Fault::status(operation, 503)),
        case("429 retry-after", Fault::status(operation, 429).header("retry-after", "1")),
        case("connection cut", Fault::cut(operation)),
        case("401", json(401, r#"{"message":"Bad credentials"}"#)),
        case("403", json(403, r#"{"message":"Resource not accessible by integration"}"#)),
        case("404", json(404, r#"{"message":"Not Found"}"#)),
    ];
    if WRITES.contains(&operation) {
        cases.extend([
            case("409", json(409, r#"{"message":"conflict"}"#)),
            case("422", json(422, r#"{"message":"Validation Failed"}"#)),
            case("500 after the effect", Fault::status(operation, 500).after_the_effect()),
            case("502 HTML after the effect", html().after_the_effect()),
            case("connection cut after the effect", Fault::cut(operation).after_the_effect()),
            case(
                "garbage 200 after the effect",
                Fault::status(operation, 200).body("\u{0}?").after_the_effect(),
            ),
        ]);
    } else {
        cases.push(case("garbage 200", Fault::status(operation, 200).body("\u{0}?")));
    }
    cases
}

/// One line of the table, and what is wrong about it.
fn play(dialect: Dialect, case: Case) -> (String, Vec<String>) {
    let stage = stage(dialect, case.before);
    let mut wrong = Vec::new();
    stage.forge.fail(case.fault);
    let struck = stage.publish();
    if stage.forge.waiting_faults() > 0 {
        wrong.push("the fault never struck".to_owned());
    }
    let said = struck.as_ref().map_or_else(ToString::to_string, |_| String::new());
    if struck.is_err() && !said.contains("could not") {
        wrong.push(format!("the error does not say what failed: {said}"));
    }
    if let Err(error) = stage.publish() {
        wrong.push(format!("the next run fails: {error}"));
    }
    let releases = stage.forge.releases(REPO);
    if releases.len() != 1 || releases[0].draft {
        wrong.push(format!("there is not one published release: {releases:?}"));
    } else {
        let mut held = stage.held();
        held.sort();
        if held != both() {
            wrong.push(format!("its files are {held:?}"));
        }
    }
    if stage.forge.tags(REPO).len() != 1 {
        wrong.push("a tag was made".to_owned());
    }
    let (end, after) =
        (if struck.is_ok() { "whole" } else { "error" }, if wrong.is_empty() { "right" } else { "WRONG" });
    let Case { before, operation, what, .. } = case;
    (format!("| {dialect} | {before:?} | {operation} | {what} | {end} | {after} | {said} |"), wrong)
}

fn every_single_fault(dialect: Dialect) {
    let each = BEFORE.iter().flat_map(|before| {
        operations(dialect, *before).into_iter().flat_map(move |operation| cases(*before, &operation))
    });
    let waiting: Mutex<Vec<Case>> = Mutex::new(each.collect());
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
    rows.sort();
    let mut table =
        String::from("| forge | there was | operation | fault | it ended | after one more run | it said |\n");
    table.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (line, _) in &rows {
        writeln!(table, "{line}").unwrap();
    }
    let right = rows.iter().filter(|(_, wrong)| wrong.is_empty()).count();
    writeln!(table, "{dialect}: {right} of {} single faults end right", rows.len()).unwrap();
    std::io::stderr().write_all(table.as_bytes()).unwrap();
    let wrong: Vec<_> = rows.iter().filter(|(_, wrong)| !wrong.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows.len() > 100, "{}", rows.len());
}

#[test]
fn after_any_single_fault_and_another_run_there_is_one_whole_release_on_github() {
    every_single_fault(Dialect::GitHub);
}

#[test]
fn after_any_single_fault_and_another_run_there_is_one_whole_release_on_gitea() {
    every_single_fault(Dialect::Gitea);
}
