//! A release of one pull request with an annotated tag: sequential round trips, processor time, memory.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use local_forge::{Dialect, LocalForge, MergeStyle, NewPull, round_trips};

use super::measure::{Cost, Surroundings, cost_of, median};
use super::mib;
use crate::compile::{self, Profile};
use crate::job::Job;
use crate::workspace::Workspace;

const REPO: &str = "acme/runtime";
const RUNS: usize = 7;
/// Long enough that requests sent side by side overlap and others do not.
const LATENCY: Duration = Duration::from_millis(50);

/// What is promised of a release.
const MOST_ROUND_TRIPS: usize = 4;
const MOST_CPU: Duration = Duration::from_millis(30);
const MOST_MEMORY: u64 = 25 * 1024 * 1024;

/// A release's figures.
struct Figures {
    round_trips: usize,
    requests: usize,
    cost: Cost,
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("building auto-tag as it is shipped …");
    let binary = compile::build(workspace, "auto-tag", Profile::Release)?;
    let size = fs_err::metadata(&binary)?.len();
    println!(
        "\nauto-tag: {:.1} MiB, dynamically linked; median of {RUNS} runs, {} ms of latency",
        mib(size),
        LATENCY.as_millis()
    );
    println!(
        "{:<8} {:>7}  {:>11} {:>9} {:>9} {:>11} {:>9}",
        "forge", "tags", "round trips", "requests", "CPU", "memory", "wall"
    );
    let mut broken = Vec::new();
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        for tags in [1, 10_000] {
            let Figures { round_trips, requests, cost } = measure(dialect, tags, &binary)?;
            println!(
                "{:<8} {tags:>7}  {round_trips:>11} {requests:>9} {:>6.1} ms {:>7.1} MiB {:>6} ms",
                dialect.to_string(),
                cost.cpu.as_secs_f64() * 1e3,
                mib(cost.memory),
                cost.wall.as_millis(),
            );
            let kept = round_trips <= MOST_ROUND_TRIPS && cost.cpu <= MOST_CPU && cost.memory <= MOST_MEMORY;
            if !kept {
                broken.push(format!("{dialect} with {tags} tags"));
            }
        }
    }
    println!(
        "promised: at most {MOST_ROUND_TRIPS} round trips, {} ms of CPU, {} MiB of memory",
        MOST_CPU.as_millis(),
        mib(MOST_MEMORY)
    );
    ensure!(broken.is_empty(), "not kept: {}", broken.join(", "));
    Ok(())
}

fn measure(dialect: Dialect, tags: usize, binary: &Path) -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let forge = LocalForge::start(dialect);
    let first = forge.repo(REPO);
    let older: Vec<_> = (1..tags).map(|patch| (format!("runtime-v0.1.{patch}"), first.clone())).collect();
    forge.annotated_tags(REPO, &older, "An older release");
    forge.tag(REPO, "runtime-v1.3.9", &first, Some("Release 1.3.9"));
    forge.label(REPO, "release:patch");
    forge.set_latency(LATENCY);
    let mut costs = Vec::new();
    let mut before = first;
    let (mut trips, mut requests) = (0, 0);
    for run in 0..RUNS {
        let pull = NewPull { labels: &["release:patch"], ..NewPull::titled("A change") };
        let pull = forge.pull_request(REPO, &pull);
        let merge = forge.merge(REPO, pull.number, MergeStyle::Squash);
        let event = forge.push_event(REPO, "main", &before, &merge);
        let job = Job::new(&forge, REPO, &event, folder.path())?.with("INPUT_TOKEN", &forge.job_token(REPO));
        forge.forget_exchanges();
        costs.push(cost_of(&job.command(binary)?, Surroundings::Bare, folder.path())?);
        let exchanges = forge.exchanges();
        trips = trips.max(round_trips(&exchanges));
        requests = requests.max(exchanges.len());
        let tag = format!("runtime-v1.3.{}", 10 + run);
        ensure!(
            forge.tags(REPO).get(&tag).is_some_and(|tag| tag.commit == merge),
            "`{tag}` is not at the merge"
        );
        before = merge;
    }
    Ok(Figures { round_trips: trips, requests, cost: median(&costs)? })
}
