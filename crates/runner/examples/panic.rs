//! What a bug in an action looks like to its user: `PANIC_TOKEN=x cargo run -p runner --example panic`.

use std::process::ExitCode;

use runner::{Action, Binding, Completed, Context, Failure};
use secrecy::{ExposeSecret as _, SecretString};

/// The inputs.
#[derive(Debug, clap::Parser)]
struct Inputs {
    /// Token that the bug blurts out
    #[arg(long)]
    token: SecretString,
}

struct Panic;

impl Action for Panic {
    const NAME: &'static str = "panic";
    const DESCRIPTION: &'static str = "Shows what a bug looks like";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "x";
    const COLOR: &'static str = "red";
    const BINDINGS: &'static [Binding] =
        &[Binding { input: "token", expression: None, variable: Some("PANIC_TOKEN") }];
    type Inputs = Inputs;
    type Outputs = ();

    fn run(_: &Context, inputs: Inputs) -> Result<Completed<()>, Failure> {
        panic!("no place for {}", inputs.token.expose_secret())
    }
}

fn main() -> ExitCode {
    runner::main::<Panic>()
}
