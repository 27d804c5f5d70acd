//! The shape of an action, as small as it can be: `GREETER_TOKEN=x cargo run -p runner --example greet`.

use std::process::ExitCode;

use runner::{Action, Binding, Completed, Context, Failure};
use secrecy::SecretString;

/// The inputs: a doc comment is the description in action.yml.
#[derive(Debug, clap::Parser)]
struct Inputs {
    /// Token that opens the door
    #[arg(long)]
    token: Option<SecretString>,
    /// Whom to greet, separated by commas or lines
    #[arg(long, default_value = "world")]
    names: runner::inputs::List,
    /// How loud to be
    #[arg(long, value_enum, default_value_t)]
    voice: Voice,
    /// Say what would be said, and say nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Voice {
    #[default]
    Soft,
    Loud,
}

runner::outputs! {
    /// The outputs: again, doc comments are descriptions.
    #[derive(Debug)]
    struct Outputs {
        /// The words that were said.
        words: Option<String>,
        /// How many were greeted.
        greeted_count: usize,
    }
}

struct Greet;

impl Action for Greet {
    const NAME: &'static str = "greet";
    const DESCRIPTION: &'static str = "Greets people";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "smile";
    const COLOR: &'static str = "green";
    const BINDINGS: &'static [Binding] = &[Binding {
        input: "token",
        expression: Some("${{ github.token }}"),
        variable: Some("GREETER_TOKEN"),
    }];
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        if inputs.token.is_none() {
            return Err(Failure::bad_input("the door is shut").hint("set the input `token`"));
        }
        let words = format!("hello {}", inputs.names.join(" and "));
        let words = match inputs.voice {
            Voice::Soft => words,
            Voice::Loud => words.to_uppercase(),
        };
        context.console().progress(&words);
        context.summarise(&format!("# {}", runner::markdown::text(&words)));
        let words = (!inputs.dry_run).then_some(words);
        Ok(Completed::done(Outputs { words, greeted_count: inputs.names.len() }))
    }
}

fn main() -> ExitCode {
    runner::main::<Greet>()
}
