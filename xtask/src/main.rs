//! The repository's own tasks, started as `cargo xtask <task>`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of the terminal talks to it")]

mod e2e;
mod generate;
mod process;
mod python;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use workspace::Workspace;

/// The repository's own tasks
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
enum Task {
    /// Build the images and let a real runner execute the example workflows
    E2e,
    /// Write what is derived from the declared inputs and outputs: action.yml and the tables of the docs
    Gen(generate::Arguments),
    /// Run every test, fetching first what the tests need
    Test,
}

fn main() -> ExitCode {
    let task = Task::parse();
    let done = Workspace::find().and_then(|workspace| match task {
        Task::E2e => e2e::run(&workspace),
        Task::Gen(arguments) => generate::run(&workspace, &arguments),
        Task::Test => test::run(&workspace),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
