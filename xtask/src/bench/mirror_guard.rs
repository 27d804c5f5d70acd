//! A mirror of ten thousand releases, beside what git itself takes for their signatures.
//!
//! git looks at signatures alone, and starts `ssh-keygen` twice for each; so it is given some of the commits, and what
//! it would take for all of them is told by their number. Ours reads every file, too.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ::mirror::FileMode;
use anyhow::{Context as _, ensure};
use fs_err as fs;

use super::measure::{Cost, Surroundings, cost_of, median};
use super::mib;
use crate::compile::{self, Profile};
use crate::mirror::{Files, Key, Mirror};
use crate::process;
use crate::workspace::Workspace;

const TARGET: &str = "github.com/acme/acme-runtime#refs/heads/main";
const RELEASES: usize = 10_000;
/// How many of them git is given.
const SAMPLE: usize = 100;
const ROUNDS: usize = 5;

/// What is promised.
const MOST_WALL: Duration = Duration::from_secs(2);

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("\nbuilding validate-template, which is mirror-guard, as it is shipped …");
    let binary = compile::build_statically(workspace, "validate-template", Profile::Release)?;
    // A disk's own work would fall on whoever comes next.
    let in_memory = Path::new("/dev/shm");
    let scratch = tempfile::tempdir_in(if in_memory.is_dir() { in_memory } else { Path::new("/tmp") })?;
    println!("making and signing {RELEASES} releases …");
    let key = Key::generate()?;
    let mirror = released(workspace, &scratch.path().join("mirror.git"), &key)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "\nmirror-guard: {:.1} MiB, statically linked; a packed mirror of {RELEASES} releases on {cores} cores, median of \
         {ROUNDS} rounds, whole processes",
        mib(fs::metadata(&binary)?.len())
    );

    let guard = guard(&binary, &mirror, &key);
    let git = verify_commit(&mirror, &key, scratch.path())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let measured = (run_once(&guard, scratch.path())?, run_once(&git, scratch.path())?);
        // the first round fills everybody's caches
        if round > 0 {
            ours.push(measured.0);
            theirs.push(measured.1);
        }
    }
    let (ours, theirs) = (median(&ours)?, median(&theirs)?);
    println!("{:<44} {:>10} {:>10} {:>11}", "", "wall", "CPU", "memory");
    println!("{:<44} {}", format!("mirror-guard, {RELEASES} commits and their files"), row(ours));
    println!("{:<44} {}", format!("git verify-commit, {SAMPLE} of the commits"), row(theirs));
    let scale = f64::from(u32::try_from(RELEASES / SAMPLE)?);
    let whole = theirs.wall.as_secs_f64() * scale;
    println!(
        "git verify-commit for all of them, {scale} times that: {whole:.0} s, {:.0} times as long",
        whole / ours.wall.as_secs_f64()
    );
    println!("promised: {RELEASES} commits within {} s", MOST_WALL.as_secs());
    ensure!(ours.wall <= MOST_WALL, "not kept: it took {} ms", ours.wall.as_millis());
    Ok(())
}

/// A mirror of the example's files, of which each release changes three.
fn released(workspace: &Workspace, folder: &Path, key: &Key) -> anyhow::Result<Mirror> {
    let mut mirror = Mirror::create(folder, TARGET)?;
    let mut files = files(&workspace.root().join("examples/workspace"))?;
    let source = format!("github.com/acme/core@{} workspace", "ab".repeat(20));
    for number in 1..=RELEASES {
        let version = format!("1.{number}.0");
        for path in ["pyproject.toml", "README.md", "workspace/main.py"] {
            let text = format!("# release {version}\n").into_bytes();
            files.insert(path.to_owned(), (FileMode::Regular, text));
        }
        mirror.release(&version, &source, &files, key)?;
    }
    mirror.pack()?;
    Ok(mirror)
}

/// The files of a folder of this repository.
fn files(folder: &Path) -> anyhow::Result<Files> {
    let listed = process::output(process::command("git").args(["ls-files", "-z"]).current_dir(folder))?;
    let read = |path: &str| Ok((path.to_owned(), (FileMode::Regular, fs::read(folder.join(path))?)));
    listed.split_terminator('\0').map(read).collect()
}

fn guard(binary: &Path, mirror: &Mirror, key: &Key) -> Command {
    let mut guard = process::command(binary);
    guard.args([
        "mirror-guard",
        "--mode",
        "witness",
        "--target",
        TARGET,
        "--allowed-signers",
        &key.allowed(),
    ]);
    guard.arg("--path").arg(mirror.folder());
    guard
}

/// git's own look at the newest commits.
fn verify_commit(mirror: &Mirror, key: &Key, scratch: &Path) -> anyhow::Result<Command> {
    let allowed = scratch.join("allowed");
    fs::write(&allowed, format!("{}\n", key.allowed()))?;
    let mut git = process::command("git");
    git.arg("-C").arg(mirror.folder()).args(["-c", "gpg.format=ssh", "-c"]);
    git.arg(format!("gpg.ssh.allowedSignersFile={}", allowed.display())).arg("verify-commit");
    git.args(mirror.releases().iter().rev().take(SAMPLE));
    Ok(git)
}

fn run_once(command: &Command, scratch: &Path) -> anyhow::Result<Cost> {
    cost_of(command, Surroundings::Ours, scratch)
        .with_context(|| format!("could not measure `{}`", command.get_program().display()))
}

fn row(Cost { wall, cpu, memory }: Cost) -> String {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    format!("{:>7.0} ms {:>7.0} ms {:>7.1} MiB", millis(wall), millis(cpu), mib(memory))
}
