//! Real processes: the examples, started as a runner or a person would start them.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use std::path::PathBuf;
use std::process::{Command, Output};

/// Starts an example with nothing but these variables.
fn start(example: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let tests = std::env::current_exe().unwrap();
    let binary: PathBuf = tests.parent().unwrap().parent().unwrap().join("examples").join(example);
    assert!(binary.exists(), "{} is missing: `cargo test -p runner` builds it", binary.display());
    Command::new(binary).env_clear().envs(variables.iter().copied()).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_laptop_gets_results_on_stdout_and_progress_on_stderr() {
    let ran = start("greet", &[("GREETER_TOKEN", "t0ken")], &["--names", "ann, bob", "--voice", "loud"]);
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(text(&ran.stdout), "words: HELLO ANN AND BOB\ngreeted-count: 2\n");
    assert_eq!(text(&ran.stderr), "HELLO ANN AND BOB\n");
}

#[test]
fn a_runner_gets_masks_outputs_and_a_summary() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        fs_err::write(&path, "").unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (output, summary) = (file("output"), file("summary"));
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_OUTPUT", output.as_str()),
        ("GITHUB_STEP_SUMMARY", &summary),
        ("INPUT_TOKEN", "t0ken"),
        ("INPUT_NAMES", "<b>\nt0ken"),
        ("INPUT_DRY-RUN", ""),
        ("INPUT_VOICE", ""),
    ];
    let ran = start("greet", &variables, &[]);
    assert_eq!(text(&ran.stderr), "");
    assert_eq!(
        text(&ran.stdout),
        "::add-mask::t0ken\nhello <b> and ***\n::error::output `words` holds a secret and was not written\n"
    );
    assert_eq!(ran.status.code(), Some(1));
    assert_eq!(fs_err::read_to_string(&summary).unwrap(), "# hello &lt;b&gt; and ***\n");
    let variables = variables.map(|(name, value)| (name, if name == "INPUT_NAMES" { "ann" } else { value }));
    assert_eq!(start("greet", &variables, &[]).status.code(), Some(0));
    assert!(fs_err::read_to_string(&output).unwrap().contains("\nhello ann\n"));
}

#[test]
fn bad_input_ends_with_2_and_help_needs_nothing() {
    let ran = start("greet", &[("GITHUB_ACTIONS", "true"), ("INPUT_VOICE", "silly")], &[]);
    assert_eq!(ran.status.code(), Some(2));
    assert_eq!(
        text(&ran.stdout),
        "::error::input `voice` is `silly`, which is not allowed: use `soft` or `loud`\n"
    );
    let ran = start("greet", &[], &["--help"]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(text(&ran.stdout).starts_with("Greets people\n"));
}

#[test]
fn a_panic_says_that_it_is_a_bug_and_keeps_secrets() {
    let ran = start("panic", &[("PANIC_TOKEN", "t0ken")], &[]);
    assert_eq!(ran.status.code(), Some(1));
    let told = text(&ran.stderr);
    assert!(told.starts_with("error: this is a bug in panic 0."), "{told}");
    assert!(told.contains("panic.rs:"), "{told}");
    assert!(told.contains("no place for ***\n  hint: please report it at https://github.com/"), "{told}");
    assert!(!told.contains("t0ken"), "{told}");
    assert_eq!(text(&ran.stdout), "");
}
