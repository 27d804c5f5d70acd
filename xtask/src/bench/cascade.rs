//! Telling eight targets beside a shell loop of `curl`, and a thousand beside one `curl` that sends all at once.
//!
//! The loop is what workflows do without cascade: one request after another, and nothing looked at before or after. Both
//! are whole processes on the same forge, taken in turn, so that what else the machine does falls on both.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::ensure;
use local_forge::{Dialect, LocalForge, Role, round_trips};

use super::measure::{Cost, Surroundings, cost_of, median};
use super::mib;
use crate::compile::{self, Profile};
use crate::job::Job;
use crate::process;
use crate::templates;
use crate::workspace::Workspace;

const SOURCE: &str = "acme/runtime";
const FEW: usize = 8;
const MANY: usize = 1_000;
/// Rounds with few targets, and with many.
const ROUNDS: usize = 7;
const ROUNDS_OF_MANY: usize = 3;
/// Long enough that requests sent side by side overlap and others do not.
const LATENCY: Duration = Duration::from_millis(50);
/// As many requests at once as GitHub allows.
const AT_ONCE: &str = "100";

/// What is promised of few targets, the look at them included.
const MOST_ROUND_TRIPS: usize = 4;
/// What is promised of many on GitHub, the pace switched off. Gitea tells each repository, its folders of workflows, each
/// of these and its runs by a request of its own: of a thousand it is measured alone.
const MOST_WALL: Duration = Duration::from_secs(2);

/// One loop of `curl`; the token is read from the environment, as a workflow passes it.
const LOOP: &str = r#"set -e
for repo in $REPOS; do
    curl --silent --fail --output /dev/null --request POST --header "Authorization: Bearer $TOKEN" \
        --header "Content-Type: application/json" --data "$BODY" "$API/repos/$repo/$ROUTE"
done"#;

/// What somebody's run took.
#[derive(Debug, Clone, Copy)]
struct Figures {
    round_trips: usize,
    requests: usize,
    cost: Cost,
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("\nbuilding cascade as it is shipped …");
    let binary = compile::build(workspace, "cascade", Profile::Release)?;
    println!(
        "\ncascade: {:.1} MiB, dynamically linked; medians, {} ms of latency, started and not waited for",
        mib(fs_err::metadata(&binary)?.len()),
        LATENCY.as_millis()
    );
    println!(
        "{:<34} {:>11} {:>9} {:>10} {:>10} {:>11}",
        "", "round trips", "requests", "wall", "CPU", "memory"
    );
    let mut broken = Vec::new();
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let hall = Hall::new(workspace, dialect, FEW)?;
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for round in 0..ROUNDS {
            ours.push(hall.figures(&hall.cascade(&binary, round)?, Surroundings::Bare)?);
            hall.check(&round_version(round), 1)?;
            theirs.push(hall.figures(&hall.curl(), Surroundings::Ours)?);
        }
        let of_few = row(&format!("{dialect}: cascade, {FEW} targets"), &ours)?;
        row(&format!("{dialect}: a loop of curl, {FEW} targets"), &theirs)?;
        if of_few.round_trips > MOST_ROUND_TRIPS {
            broken.push(format!("{} round trips on {dialect}", of_few.round_trips));
        }
        let hall = Hall::new(workspace, dialect, MANY)?;
        let mut ours = Vec::new();
        for round in 0..ROUNDS_OF_MANY {
            ours.push(hall.figures(&hall.cascade(&binary, round)?, Surroundings::Bare)?);
            hall.check(&round_version(round), 1)?;
        }
        let of_many = row(&format!("{dialect}: cascade, {MANY} targets"), &ours)?;
        row(
            &format!("{dialect}: curl --parallel, {MANY}"),
            &[hall.figures(&hall.curl_at_once()?, Surroundings::Ours)?],
        )?;
        if dialect == Dialect::GitHub && of_many.cost.wall > MOST_WALL {
            broken.push(format!("{MANY} targets in {} ms on {dialect}", of_many.cost.wall.as_millis()));
        }
    }
    println!(
        "promised: {FEW} targets within {MOST_ROUND_TRIPS} round trips with the look at them, {MANY} on GitHub within {} s, pace off",
        MOST_WALL.as_secs()
    );
    ensure!(broken.is_empty(), "not kept: {}", broken.join("; "));
    Ok(())
}

/// A forge with targets.
struct Hall {
    forge: LocalForge,
    repos: Vec<String>,
    token: String,
    folder: tempfile::TempDir,
}

impl Hall {
    fn new(workspace: &Workspace, dialect: Dialect, targets: usize) -> anyhow::Result<Self> {
        let forge = LocalForge::start(dialect);
        forge.set_time(jiff::Timestamp::now());
        forge.repo(SOURCE);
        let repos: Vec<_> = (0..targets).map(|number| format!("acme/template-{number}")).collect();
        templates::make(&forge, workspace, &repos)?;
        forge.set_latency(LATENCY);
        let token = forge.token(Role::Write);
        Ok(Self { forge, repos, token, folder: tempfile::tempdir()? })
    }

    /// A cascade of a version of its own: what an earlier round told says nothing of it.
    fn cascade(&self, binary: &Path, round: usize) -> anyhow::Result<Command> {
        let head = self.forge.head(SOURCE, "main");
        let event = self.forge.push_event(SOURCE, "main", "", &head);
        Job::new(&self.forge, SOURCE, &event, self.folder.path())?
            .with("INPUT_TOKEN", &self.token)
            .with("INPUT_VERSION", &round_version(round))
            .with("INPUT_REPOS", &self.repos.join(","))
            .with("INPUT_WAIT", "none")
            .with("INPUT_PACE", "off")
            .with("INPUT_CONCURRENCY", AT_ONCE)
            .command(binary)
    }

    /// One `curl` that sends all of them side by side: what forge and machine need for the requests alone.
    fn curl_at_once(&self) -> anyhow::Result<Command> {
        let (route, body) = self.dispatch();
        let one = |repo: &String| {
            format!(
                "url = \"{}/repos/{repo}/{route}\"\nheader = \"Authorization: Bearer {}\"\n\
                 header = \"Content-Type: application/json\"\ndata = {body:?}\noutput = /dev/null\n",
                self.forge.api_url(),
                self.token
            )
        };
        let config = self.folder.path().join("curl");
        fs_err::write(&config, self.repos.iter().map(one).collect::<Vec<_>>().join("next\n"))?;
        let mut command = process::command("curl");
        command.args(["--silent", "--fail", "--parallel", "--parallel-max", AT_ONCE, "--config"]).arg(config);
        Ok(command)
    }

    /// The route and the body of a dispatch.
    fn dispatch(&self) -> (&'static str, &'static str) {
        match self.forge.dialect() {
            Dialect::GitHub => (
                "dispatches",
                r#"{"event_type": "runtime-published", "client_payload": {"runtime_version": "0.0.1"}}"#,
            ),
            Dialect::Gitea => (
                "actions/workflows/publish-image.yml/dispatches",
                r#"{"ref": "main", "inputs": {"runtime_version": "0.0.1"}}"#,
            ),
        }
    }

    /// The shell loop.
    fn curl(&self) -> Command {
        let (route, body) = self.dispatch();
        let mut command = process::command("sh");
        command
            .args(["-c", LOOP])
            .env("REPOS", self.repos.join(" "))
            .env("TOKEN", &self.token)
            .env("API", self.forge.api_url())
            .env("ROUTE", route)
            .env("BODY", body);
        command
    }

    fn figures(&self, command: &Command, surroundings: Surroundings) -> anyhow::Result<Figures> {
        self.forge.forget_exchanges();
        let cost = cost_of(command, surroundings, self.folder.path())?;
        let exchanges = self.forge.exchanges();
        Ok(Figures { round_trips: round_trips(&exchanges), requests: exchanges.len(), cost })
    }

    /// Every target was told this version so often.
    fn check(&self, version: &str, times: usize) -> anyhow::Result<()> {
        for repo in &self.repos {
            let told = templates::told(&self.forge, repo);
            let told =
                told.iter().filter(|run| run.inputs.get("runtime_version").is_some_and(|it| it == version));
            let count = told.count();
            ensure!(count == times, "`{repo}` was told {version} {count} times, and not {times}");
        }
        Ok(())
    }
}

fn round_version(round: usize) -> String {
    format!("1.4.{round}")
}

/// Prints what they took: the median of what is measured, and the fewest round trips, since a busy machine parts requests that
/// were sent together, and never joins those that wait for each other.
fn row(name: &str, rounds: &[Figures]) -> anyhow::Result<Figures> {
    let costs: Vec<_> = rounds.iter().map(|figures| figures.cost).collect();
    let figures = Figures {
        round_trips: rounds.iter().map(|figures| figures.round_trips).min().unwrap_or_default(),
        requests: rounds.iter().map(|figures| figures.requests).max().unwrap_or_default(),
        cost: median(&costs)?,
    };
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<34} {:>11} {:>9} {:>7.0} ms {:>7.1} ms {:>7.1} MiB",
        figures.round_trips,
        figures.requests,
        millis(figures.cost.wall),
        millis(figures.cost.cpu),
        mib(figures.cost.memory)
    );
    Ok(figures)
}
