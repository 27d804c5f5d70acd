//! The repository's own tasks, started as `cargo xtask <task>`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of the terminal talks to it")]

mod bench;
mod book;
mod compile;
mod demo;
mod e2e;
mod folder;
mod fuzz;
mod generate;
mod job;
mod lint;
mod mirror;
mod pin;
mod process;
mod python;
mod templates;
mod test;
mod workflow;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use workspace::Workspace;

/// The repository's own tasks
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
enum Task {
    /// Measure what the shipped binaries cost
    Bench(bench::Arguments),
    /// Check the documentation's links, and build it as a book
    Book,
    /// Show the main job on an embedded forge: a merged pull request becomes a release, and its templates are told and judged
    Demo(demo::Arguments),
    /// Build the images, let a real runner execute the example workflows, and refresh a real host
    E2e(e2e::Arguments),
    /// Hold what reads templates against any bytes, for a bounded time
    Fuzz(fuzz::Arguments),
    /// Write what is derived from what programs declare: action.yml, the docs' tables, the rules' manual, hooks
    Gen(generate::Arguments),
    /// Hold every workflow and action to actionlint and zizmor
    Lint,
    #[command(hide = true)]
    Measure(bench::Measure),
    /// Make of the checkout what a release tag names: images by digest, actions and workflows by tag
    Pin(pin::Arguments),
    /// Run every test, fetching first what the tests need
    Test,
}

impl Task {
    fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Bench(arguments) => bench::run(&Workspace::find()?, &arguments),
            Self::Book => book::run(&Workspace::find()?),
            Self::Demo(arguments) => demo::run(&Workspace::find()?, &arguments),
            Self::E2e(arguments) => e2e::run(&Workspace::find()?, &arguments),
            Self::Fuzz(arguments) => fuzz::run(&Workspace::find()?, &arguments),
            Self::Gen(arguments) => generate::run(&Workspace::find()?, &arguments),
            Self::Lint => lint::run(&Workspace::find()?),
            Self::Measure(measure) => measure.run(),
            Self::Pin(arguments) => pin::run(&Workspace::find()?, &arguments),
            Self::Test => test::run(&Workspace::find()?),
        }
    }
}

fn main() -> ExitCode {
    match Task::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
