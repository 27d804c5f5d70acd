//! An input that may be typed as a bare word: `publish build`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use runner::inputs::declared_inputs;
use runner::{Action, Completed, Context, Exit, Failure};

use support::{GITHUB, Ran};

#[derive(Debug, clap::Parser)]
struct Inputs {
    /// What to do
    #[arg(value_enum)]
    to_do: ToDo,
    /// How often
    #[arg(long, default_value = "1")]
    times: u32,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ToDo {
    Build,
    Check,
}

struct Worker;

impl Action for Worker {
    const NAME: &'static str = "worker";
    const DESCRIPTION: &'static str = "Works";
    const VERSION: &'static str = "1.0.0";
    const ICON: &'static str = "smile";
    const COLOR: &'static str = "green";
    type Inputs = Inputs;
    type Outputs = ();

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<()>, Failure> {
        context.console().result(&format!("{:?} {}", inputs.to_do, inputs.times));
        Ok(Completed::done(()))
    }
}

fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    support::run::<Worker>(&[&GITHUB, variables].concat(), arguments)
}

#[test]
fn a_word_comes_from_its_variable_or_from_the_command_line() {
    assert_eq!(run(&[("INPUT_TO_DO", "check"), ("INPUT_TIMES", "2")], &[]).out, "Check 2\n");
    assert_eq!(run(&[], &["build", "--times", "3"]).out, "Build 3\n");
    assert_eq!(run(&[], &["--times", "3", "build"]).out, "Build 3\n");
}

#[test]
fn a_word_that_is_typed_takes_the_place_of_the_variables() {
    assert_eq!(run(&[("INPUT_TO_DO", "check")], &["--times", "3", "build"]).out, "Build 3\n");
    assert_eq!(run(&[("INPUT_TO_DO", "check")], &["--times", "3"]).out, "Check 3\n");
}

#[test]
fn a_wrong_or_missing_word_is_told_by_its_name() {
    let wrong = run(&[("INPUT_TO_DO", "sing")], &[]);
    assert_eq!(wrong.exit, Exit::BadInput);
    assert!(
        wrong.out.contains("input `to_do` is `sing`, which is not allowed: use `build` or `check`"),
        "{wrong:?}"
    );
    let missing = run(&[], &[]);
    assert!(missing.out.contains("input `to_do` is required and is not set"), "{missing:?}");
    assert_eq!(run(&[], &["build", "check"]).exit, Exit::BadInput);
}

#[test]
fn a_word_is_declared_as_an_input_like_any_other() {
    let declared = declared_inputs::<Worker>();
    assert_eq!(declared[0].name, "to_do");
    assert!(declared[0].required);
    assert_eq!(declared[0].possible_values, ["build", "check"]);
}
