//! Every single fault, on every operation of both ways to tell, before and after its effect: afterwards, at the latest
//! after one more run, each target has exactly one run or one pull request. The table is printed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::thread;

use jiff::Timestamp;
use local_forge::{Dialect, Fault, primary_limit, secondary_limit};

use crate::ran::Ran;
use crate::stage::Stage;

/// Told by an event, or by a start of its workflow.
const RUNS: &str = "acme/template";
/// Told by a pull request.
const PINS: &str = "acme/server";
const BRANCH: &str = "bump/runtime-1.4.0";

/// The operations that change something.
const WRITES: [&str; 13] = [
    "repos.dispatch",
    "workflows.dispatch",
    "blobs.create",
    "trees.create",
    "commits.create",
    "git-commits.create",
    "refs.create",
    "contents.change",
    "pulls.create",
    "pulls.edit",
    "comments.create",
    "git.receive-pack",
    "branches.create",
];

/// How many forges are at work at once; most of the time they wait.
const AT_ONCE: usize = 12;

/// Two targets, in which everything is to be done.
struct Scene {
    stage: Stage,
    base: String,
}

impl Scene {
    fn new(dialect: Dialect) -> Self {
        let stage = Stage::new(dialect);
        stage.receiver(RUNS);
        stage.forge.repo(PINS);
        let base = stage.forge.commit(
            PINS,
            "main",
            &[
                (".runtime-version", "1.3.0\n"),
                ("requirements.txt", "molecule-ai-workspace-runtime==1.3.0\n"),
            ],
            "feat: pins",
        );
        // an older bump, which is to be closed
        stage.write(
            "cascade.toml",
            &format!(
                "[[targets]]\nrepo = \"{RUNS}\"\n\n[[targets]]\nrepo = \"{PINS}\"\nmode = \"bump-pr\"\n"
            ),
        );
        let older = [
            ("version", "1.3.9"),
            ("token", stage.token.as_str()),
            ("manifest", "cascade.toml"),
            ("only", PINS),
        ];
        stage.run_with(&older).succeeds();
        stage.forge.forget_exchanges();
        Self { stage, base }
    }

    fn run(&self) -> Ran {
        self.stage.run(&[("manifest", "cascade.toml"), ("observation", "2")])
    }

    /// The operations of one run, in the order of their first use.
    fn operations(&self) -> Vec<String> {
        self.run().succeeds();
        let mut operations: Vec<String> = Vec::new();
        for exchange in self.stage.forge.exchanges() {
            if !operations.contains(&exchange.operation) {
                operations.push(exchange.operation);
            }
        }
        operations
    }

    /// What is wrong with the targets after all runs; nothing when all is right.
    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let told = self.stage.told(RUNS);
        if told.len() != 1 || told[0].inputs["runtime_version"] != "1.4.0" {
            wrong.push(format!("{} runs were started", told.len()));
        }
        let pulls = self.stage.forge.pulls(PINS);
        let open: Vec<_> = pulls.iter().filter(|pull| pull.open).map(|pull| pull.head.as_str()).collect();
        if open != [BRANCH] || pulls.len() != 2 {
            wrong.push(format!("of {} pull requests these are open: {open:?}", pulls.len()));
        }
        let history = self.stage.forge.history(PINS, BRANCH);
        let added = history.iter().take_while(|(sha, _)| *sha != self.base).count();
        if added != 1 {
            wrong.push(format!("the branch has {added} commits"));
        }
        for (path, text) in
            [(".runtime-version", "1.4.0\n"), ("requirements.txt", "molecule-ai-workspace-runtime==1.4.0\n")]
        {
            if self.stage.forge.file(PINS, BRANCH, path).as_deref() != Some(text) {
                wrong.push(format!("`{path}` is not bumped"));
            }
        }
        wrong
    }
}

/// One line of the table before it is known how it ends.
struct Case {
    operation: String,
    what: &'static str,
    when: &'static str,
    fault: Fault,
    /// Whether what is started waits for a runner until the second run, and is not to be seen before.
    waits: bool,
}

/// The same line afterwards.
struct Row {
    line: String,
    wrong: Vec<String>,
}

/// Everything that can happen to one operation.
fn cases(operation: &str) -> Vec<Case> {
    let case = |what, when, fault| Case { operation: operation.to_owned(), what, when, fault, waits: false };
    let soon = Timestamp::now().as_second() + 2;
    let html = |status| {
        Fault::status(operation, status)
            .header("content-type", "text/html")
            .body("<html><h1>oops</h1></html>")
    };
    let json = |status, body: &str| {
        Fault::status(operation, status).header("content-type", "application/json").body(body.to_owned())
    };
    let mut cases = vec![
        case("500", "before", Fault::status(operation, 500)),
        case("502 HTML", "before", html(502)),
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
    if WRITES.contains(&operation) {
        cases.extend([
            case("409", "before", json(409, r#"{"message":"conflict"}"#)),
            case("422", "before", json(422, r#"{"message":"Validation Failed"}"#)),
            case("500", "after", Fault::status(operation, 500).after_the_effect()),
            case("502 HTML", "after", html(502).after_the_effect()),
            case("503", "after", Fault::status(operation, 503).after_the_effect()),
            case("connection cut", "after", Fault::cut(operation).after_the_effect()),
            case("garbage 200", "after", Fault::status(operation, 200).body("\u{0}?").after_the_effect()),
        ]);
    } else {
        cases.push(case("garbage 200", "before", Fault::status(operation, 200).body("\u{0}?")));
    }
    cases
}

/// The same while all of Gitea's runners are busy, of what tells and of what looks for that.
fn cases_of_waiting_runs(dialect: Dialect, operation: &str) -> Vec<Case> {
    let is_meant = ["workflows.dispatch", "runs.list", "runs.tasks"].contains(&operation);
    if dialect == Dialect::GitHub || !is_meant {
        return Vec::new();
    }
    cases(operation).into_iter().map(|case| Case { waits: true, ..case }).collect()
}

fn play(dialect: Dialect, case: Case) -> Row {
    let scene = Scene::new(dialect);
    let mut wrong = Vec::new();
    if case.waits {
        scene.stage.forge.busy_runners(0);
    }
    scene.stage.forge.fail(case.fault);
    let struck = scene.run();
    scene.stage.forge.free_runners();
    if scene.stage.forge.waiting_faults() > 0 {
        wrong.push("the fault never struck".to_owned());
    }
    let said = failure(&struck);
    if ![0, 1, 4].contains(&struck.exit) || struck.exit != 0 && said.is_empty() {
        wrong.push(format!("exit {}:\n{}", struck.exit, struck.log));
    }
    let again = scene.run();
    if again.exit != 0 {
        wrong.push(format!("the next run ends with {}:\n{}\nafter\n{}", again.exit, again.log, struck.log));
    }
    wrong.extend(scene.wrong());
    let after = if wrong.is_empty() { "right" } else { "WRONG" };
    let line = format!(
        "| {dialect} | {} | {} | {}{} | {} | {after} | {said} |",
        case.operation,
        case.what,
        case.when,
        if case.waits { ", its run waits" } else { "" },
        struck.exit
    );
    Row { line, wrong }
}

/// What the error says of the first target that failed, or else of all of them.
fn failure(ran: &Ran) -> String {
    let error = ran.log.lines().position(|line| line.starts_with("::error::") || line.starts_with("error: "));
    let Some(at) = error else { return String::new() };
    let told = ran.log.lines().skip(at).take(2).collect::<Vec<_>>().join(" ");
    let told = told.replace("%0A", " ").replace("::error::", "");
    told.split("hint:").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn every_single_fault(dialect: Dialect) {
    let scene = Scene::new(dialect);
    let operations = scene.operations();
    assert!(scene.wrong().is_empty(), "{:?}", scene.wrong());
    assert!(operations.len() >= 8, "{operations:?}");
    let all = operations
        .iter()
        .flat_map(|operation| cases(operation).into_iter().chain(cases_of_waiting_runs(dialect, operation)));
    let waiting = Mutex::new(all.collect::<Vec<_>>());
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
        String::from("| forge | operation | fault | effect | exit | after one more run | it said |\n");
    table.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
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

#[test]
fn after_any_single_fault_and_another_run_each_target_is_told_once_on_github() {
    every_single_fault(Dialect::GitHub);
}

#[test]
fn after_any_single_fault_and_another_run_each_target_is_told_once_on_gitea() {
    every_single_fault(Dialect::Gitea);
}
