//! `cargo xtask fuzz`: what reads templates, held against any bytes for a bounded time.
//!
//! The targets are in `fuzz/`, a workspace of its own. It is built by the toolchain of this checkout and without a
//! sanitizer: those find what unsafe code does wrong, and here is none. A target begins with what is committed in
//! `fuzz/corpus` and with the templates of the tests; what it finds of interest stays in cargo's build folder.

mod seeds;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use fs_err as fs;

use crate::process;
use crate::workspace::Workspace;

/// The program that builds and runs targets.
const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";

/// The longest input. Real files are far shorter; what a mebibyte costs is a matter of tests.
const LONGEST: usize = 64 * 1024;
/// How many seconds one input may take: many times what it should, since the machine may be busy.
const MOST_SECONDS: u32 = 5;
/// How many MiB a target may take, libFuzzer's own tables included.
const MOST_MEMORY: u32 = 512;

/// What to fuzz, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The targets; all of them when none is named
    #[arg(value_enum)]
    targets: Vec<Target>,

    /// How many seconds each
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// A program that reads one kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    Dockerfile,
    Yaml,
    Requirements,
    Shell,
    Python,
    /// All files together, as validate-template reads and judges them
    Template,
}

impl Target {
    /// Its name in `fuzz/Cargo.toml`.
    fn name(self) -> &'static str {
        match self {
            Self::Dockerfile => "dockerfile",
            Self::Yaml => "yaml",
            Self::Requirements => "requirements",
            Self::Shell => "shell",
            Self::Python => "python",
            Self::Template => "template",
        }
    }
}

/// Runs each target for its time.
///
/// # Errors
///
/// When cargo-fuzz cannot be had, a target does not compile, or an input was found that a target does not bear. Every
/// target is run, whatever becomes of the others.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    install()?;
    let fuzzing = Fuzzing { workspace, home: workspace.target().join("fuzz") };
    println!("building the targets …");
    process::run(&mut fuzzing.cargo("build"))?;
    let chosen: &[Target] =
        if arguments.targets.is_empty() { clap::ValueEnum::value_variants() } else { &arguments.targets };
    let mut failed = Vec::new();
    for target in chosen {
        match fuzzing.run(*target, arguments.seconds) {
            Ok(told) => println!("ok: {}: {told}", target.name()),
            Err(error) => {
                println!("FAILED: {}: {error:#}", target.name());
                failed.push(target.name());
            }
        }
    }
    if !failed.is_empty() {
        bail!("these targets do not bear any input: {}", failed.join(", "));
    }
    Ok(())
}

/// Gets cargo-fuzz where it is missing.
fn install() -> anyhow::Result<()> {
    if process::output(process::command("cargo").args(["fuzz", "--version"])).is_ok() {
        return Ok(());
    }
    println!("installing {CARGO_FUZZ}");
    // It starts other programs: half the time to compile is worth more than a faster one.
    process::run(
        process::command("cargo")
            .args(["install", "--quiet", "--locked", CARGO_FUZZ])
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    )
}

struct Fuzzing<'a> {
    workspace: &'a Workspace,
    /// Where everything of a run is.
    home: PathBuf,
}

impl Fuzzing<'_> {
    /// A command of cargo-fuzz. What it asks of rustc is what nightly compilers have by right.
    fn cargo(&self, command: &str) -> Command {
        let mut cargo = process::command("cargo");
        cargo.args(["fuzz", command, "--fuzz-dir", "fuzz", "--sanitizer", "none", "--target-dir"]);
        cargo.arg(self.home.join("build")).env("RUSTC_BOOTSTRAP", "1").current_dir(self.workspace.root());
        cargo
    }

    /// Runs one target; what it told at the end.
    fn run(&self, target: Target, seconds: u32) -> anyhow::Result<String> {
        let name = target.name();
        // libFuzzer writes what it finds into the first folder, and reads the others.
        let found = self.home.join("found").join(name);
        let seeds = self.home.join("seeds").join(name);
        fs::create_dir_all(&found)?;
        seeds::gather(self.workspace.root(), target, &seeds)?;
        let log = self.home.join(format!("{name}.log"));
        let status = self
            .cargo("run")
            .arg(name)
            .args([&found, &self.workspace.root().join("fuzz/corpus").join(name), &seeds])
            .arg("--")
            .args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST}")])
            .args([format!("-timeout={MOST_SECONDS}"), format!("-rss_limit_mb={MOST_MEMORY}")])
            .arg("-print_final_stats=1")
            // cargo-fuzz tells where in itself it noticed; what matters is where in the target.
            .env("RUST_LIB_BACKTRACE", "0")
            .stdout(fs::File::create(&log)?.into_file())
            .stderr(fs::OpenOptions::new().append(true).open(&log)?.into_file())
            .status()
            .context("could not start cargo-fuzz")?;
        let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        if !status.success() {
            bail!("ended with {status}; the log is `{}`:\n{}", log.display(), last_lines(&said));
        }
        told(&said).with_context(|| format!("could not make sense of `{}`", log.display()))
    }
}

/// What libFuzzer's last lines come to.
fn told(log: &str) -> Option<String> {
    let figure = |name: &str| log.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Some(format!(
        "{} inputs, the slowest {} s, {} MiB at most",
        figure("stat::number_of_executed_units:")?,
        figure("stat::slowest_unit_time_sec:")?,
        figure("stat::peak_rss_mb:")?
    ))
}

fn last_lines(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

/// Whether a path is a file of Python's bytecode or of an editor: nothing that a target is given.
fn is_text(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| std::str::from_utf8(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_a_run_are_told_in_one() {
        let log = "#1 INITED\nstat::number_of_executed_units: 5023\nstat::average_exec_per_sec:     83\n\
                   stat::slowest_unit_time_sec:    0\nstat::peak_rss_mb:              71\n";
        assert_eq!(told(log).unwrap(), "5023 inputs, the slowest 0 s, 71 MiB at most");
        assert_eq!(told("#1 INITED\n"), None);
    }

    #[test]
    fn every_target_is_declared() {
        let manifest =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/Cargo.toml")).unwrap();
        for target in <Target as clap::ValueEnum>::value_variants() {
            assert!(manifest.contains(&format!("name = \"{}\"", target.name())), "{target:?}");
        }
    }
}
