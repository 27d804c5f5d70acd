use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;

use clap::CommandFactory as _;
use tracing::Dispatch;

use crate::inputs::{self, Parsed};
use crate::log::Log;
use crate::{
    Action, Annotation, Completed, Console, Context, Environment, Exit, Failure, Job, Place, Stream, outputs,
};

/// The `main` of every action: from the process's environment and arguments to its exit code.
#[must_use]
pub fn main<A: Action>() -> ExitCode {
    let environment = Environment::of_process();
    let out = stream(io::stdout(), &environment);
    let err = stream(io::stderr(), &environment);
    let console = Console::new(&environment, out, err);
    let reporter = console.clone();
    panic::set_hook(Box::new(move |info| reporter.annotate(&panic_report::<A>(info))));
    execute::<A>(Process { environment, arguments: std::env::args_os().skip(1).collect(), console }).into()
}

/// What an action's process is given.
#[derive(Debug)]
pub struct Process {
    /// Its environment.
    pub environment: Environment,
    /// Its arguments, without the program's own name.
    pub arguments: Vec<OsString>,
    /// Where it prints.
    pub console: Console,
}

/// Runs an action in the given surroundings: what [`main`] does, for tests that bring their own.
///
/// Masks the secrets, parses the inputs, runs the action, hands on its outputs, and prints a failure with its
/// reasons and hints. Libraries' `tracing` events of this thread go to the console meanwhile. A panic of the
/// action ends here as [`Exit::Failed`].
#[must_use]
pub fn execute<A: Action>(process: Process) -> Exit {
    let console = process.console.clone();
    let dispatch = Dispatch::new(Log::new(console.clone()));
    let ended = tracing::dispatcher::with_default(&dispatch, || {
        // Nothing that a panic may have left half-changed is looked at again, save the console's streams.
        panic::catch_unwind(AssertUnwindSafe(|| steps::<A>(process)))
    });
    match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            console.annotate(&Annotation::error(failure.to_string()));
            failure.exit()
        }
        Err(_) => Exit::Failed,
    }
}

fn steps<A: Action>(process: Process) -> Result<Exit, Failure> {
    let Process { environment, arguments, console } = process;
    let secrets = inputs::secrets(&environment, &A::Inputs::command(), A::BINDINGS);
    secrets.values().for_each(|secret| console.mask(secret));
    let inputs = match inputs::parse::<A>(&environment, &secrets, &arguments)? {
        Parsed::Inputs(inputs) => inputs,
        Parsed::Page(page) => {
            console.result(page.trim_end());
            return Ok(Exit::Done);
        }
    };
    let job = Job::of(&environment)?;
    let context = Context::new(environment, job, console);
    let Completed { outputs, exit } = A::run(&context, inputs)?;
    if A::SHOWS_OUTPUTS || context.job().place != Place::Laptop {
        outputs::write(&outputs::Outputs::values(&outputs), context.environment(), context.console())?;
    }
    Ok(exit)
}

/// Says that a panic is a bug of ours. Secrets in its message are removed by the console.
fn panic_report<A: Action>(info: &PanicHookInfo<'_>) -> Annotation {
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or(payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    Annotation::error(format!(
        "this is a bug in {} {}: it panicked{place}: {message}\n  hint: please report it at {}/issues",
        A::NAME,
        A::VERSION,
        env!("CARGO_PKG_REPOSITORY"),
    ))
}

/// Colours for a person who wants them: <https://no-color.org>.
fn stream(stream: impl Write + IsTerminal + Send + 'static, environment: &Environment) -> Stream {
    let is_wanted = environment.get("NO_COLOR").is_none() && environment.get("TERM") != Some("dumb");
    if is_wanted && stream.is_terminal() { Stream::coloured(stream) } else { Stream::plain(stream) }
}

/// Runs a future to its end on this thread, with tokio's timers and, where compiled in, its network.
///
/// One thread: an action waits far more than it computes, and a second thread would only cost memory.
///
/// # Panics
///
/// When the system refuses an event queue, which leaves an action nothing to work with.
#[cfg(feature = "tokio")]
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system grants an event queue")
        .block_on(future)
}

#[cfg(all(test, feature = "tokio"))]
mod tests {
    use std::time::Duration;

    #[test]
    fn a_future_runs_to_its_end_with_timers() {
        let waited = super::block_on(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            "waited"
        });
        assert_eq!(waited, "waited");
    }
}
