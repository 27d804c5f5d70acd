//! The processor time and memory of one program, by the operating system's own account.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

use crate::process;

/// Run a command and write what it cost to a file; used by `bench`, in a process of its own, because the
/// operating system keeps one account for all children of a process together.
#[derive(Debug, clap::Args)]
pub(crate) struct Measure {
    /// Where the account goes
    account: PathBuf,
    /// The command
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// What one run of a program cost.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Time on a processor, user and system together.
    pub(crate) cpu: Duration,
    /// The largest resident memory, in bytes.
    pub(crate) memory: u64,
}

impl Measure {
    /// Runs the command to its end.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let mut command = process::command(&self.command[0]);
        command.args(&self.command[1..]);
        let began = Instant::now();
        process::output(&mut command)?;
        let wall = began.elapsed();
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let time = |value: nix::sys::time::TimeVal| {
            let micros = u64::try_from(value.tv_sec()).unwrap_or(0) * 1_000_000
                + u64::try_from(value.tv_usec()).unwrap_or(0);
            Duration::from_micros(micros)
        };
        let cost = Cost {
            wall,
            cpu: time(usage.user_time()) + time(usage.system_time()),
            memory: u64::try_from(usage.max_rss())? * 1024,
        };
        Ok(fs_err::write(&self.account, serde_json::to_vec(&cost)?)?)
    }
}

/// What a measured command finds in its environment, beside what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surroundings {
    /// Nothing: a step of a job.
    Bare,
    /// What we have: a tool that is set up by it.
    Ours,
}

/// Runs a command once and tells what it cost; its account goes into `folder` for a moment.
pub(crate) fn cost_of(command: &Command, surroundings: Surroundings, folder: &Path) -> anyhow::Result<Cost> {
    let account = folder.join("account.json");
    let mut measured = process::command(std::env::current_exe()?);
    measured.arg("measure").arg(&account).arg("--").arg(command.get_program()).args(command.get_args());
    if surroundings == Surroundings::Bare {
        measured.env_clear();
    }
    for (name, value) in command.get_envs() {
        measured.envs(value.map(|value| (name, value)));
    }
    process::output(&mut measured)?;
    serde_json::from_slice(&fs_err::read(&account)?).context("could not read the account")
}

/// The median of several runs, figure by figure.
pub(crate) fn median(costs: &[Cost]) -> anyhow::Result<Cost> {
    ensure!(!costs.is_empty(), "nothing was measured");
    let middle = |mut values: Vec<u128>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    let of = |figure: fn(&Cost) -> u128| middle(costs.iter().map(figure).collect());
    let time = |micros: u128| u64::try_from(micros).map(Duration::from_micros);
    Ok(Cost {
        wall: time(of(|cost| cost.wall.as_micros()))?,
        cpu: time(of(|cost| cost.cpu.as_micros()))?,
        memory: u64::try_from(of(|cost| cost.memory.into()))?,
    })
}
