//! An action from its inputs to its outputs, in all the places where it may run.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]
#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes its snapshots so")]

mod support;

use clap::ValueEnum;
use runner::inputs::{DeclaredInput, InputError, Lines, List, declared_inputs, switch};
use runner::{Action, Binding, Completed, Context, Diagnostic, Environment, Exit, Failure, Outputs as _};
use secrecy::{ExposeSecret as _, SecretString};
use snapbox::{IntoData as _, assert_data_eq, str};
use support::{GITEA, GITHUB, Ran};

#[derive(Debug, clap::Parser)]
#[command(term_width = 100)]
struct Inputs {
    /// Token that opens the door
    ///
    /// Any token will do.
    #[arg(long, alias = "key")]
    token: Option<SecretString>,
    /// Labels to look for
    #[arg(long, default_value = "release:major")]
    labels: List<domain::Label>,
    /// Pairs to hand on
    #[arg(long, default_value = "")]
    pairs: Lines,
    /// What to do without a pull request
    #[arg(long, value_enum, default_value_t = OnNoPr::Patch)]
    on_no_pr: OnNoPr,
    /// The commit to work on
    #[arg(long)]
    sha: Option<domain::CommitSha>,
    /// Whether to comment
    #[arg(long, default_value = "true", value_parser = switch(), action = clap::ArgAction::Set)]
    comment: bool,
    /// Print the plan and stop
    #[arg(long)]
    dry_run: bool,
    /// How to end
    #[arg(long)]
    ending: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnNoPr {
    Patch,
    Skip,
    Fail,
}

runner::outputs! {
    struct Outputs {
        /// What the inputs were.
        inputs: String,
        /// A text of several lines.
        lines: Option<String>,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("could not open the door")]
struct Locked(#[source] std::io::Error);

impl Diagnostic for Locked {
    fn hints(&self) -> Vec<String> {
        vec!["ring the bell".to_owned()]
    }
}

struct Example;

impl Action for Example {
    const NAME: &'static str = "example";
    const DESCRIPTION: &'static str = "Does what a test asks";
    const VERSION: &'static str = "1.2.3";
    const ICON: &'static str = "tag";
    const COLOR: &'static str = "blue";
    const BINDINGS: &'static [Binding] = &[Binding {
        input: "token",
        expression: Some("${{ github.token }}"),
        variable: Some("EXAMPLE_TOKEN"),
    }];
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let token = inputs.token.as_ref().map_or("", |token| token.expose_secret());
        tracing::debug!(target: "library", answer = 42, "looked");
        tracing::trace!("authorization: {token}");
        context.summarise("# Done");
        let shown = format!("{inputs:?}");
        match inputs.ending.as_str() {
            "done" => Ok(Completed::done(Outputs { inputs: shown, lines: Some("a\nb".to_owned()) })),
            "findings" => Ok(Completed::with_findings(Outputs { inputs: shown, lines: None })),
            "partly" => Ok(Completed::partly(Outputs { inputs: shown, lines: None })),
            "leak" => Ok(Completed::done(Outputs { inputs: token.to_owned(), lines: None })),
            "warn" => {
                tracing::warn!(tag = "v1", "tag exists, token {token}\n::error::x");
                Ok(Completed::done(Outputs { inputs: String::new(), lines: None }))
            }
            "failure" => Err(Locked(std::io::Error::other(format!("key {token} does not fit"))).into()),
            other => panic!("no ending `{other}` with {token}"),
        }
    }
}

fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    support::run::<Example>(variables, arguments)
}

fn with<'a>(runner: &[(&'a str, &'a str)], inputs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [runner, inputs].concat()
}

#[test]
fn a_workflow_and_a_command_line_say_the_same() {
    let expected = "inputs: Inputs { token: Some(SecretBox<str>([REDACTED])), \
        labels: List([Label(a), Label(b c)]), pairs: Lines([\"x=1,2\", \"y=3\"]), on_no_pr: Skip, \
        sha: Some(CommitSha(5fbdd049cde7990e340ca0cee5f69ee400d98b81)), comment: false, dry_run: true, \
        ending: \"done\" }\nlines: a\nb\n";
    let sha = "5fbdd049cde7990e340ca0cee5f69ee400d98b81";
    let as_inputs = run(
        &[
            ("INPUT_TOKEN", "t0ken"),
            ("INPUT_LABELS", "a\n b c\n"),
            ("INPUT_PAIRS", "x=1,2\ny=3"),
            ("INPUT_ON-NO-PR", "skip"),
            ("INPUT_SHA", sha),
            ("INPUT_COMMENT", "FALSE"),
            ("INPUT_DRY-RUN", "True"),
            ("INPUT_ENDING", "done"),
        ],
        &[],
    );
    assert_eq!((as_inputs.out.as_str(), as_inputs.exit), (expected, Exit::Done));
    let as_arguments = run(
        &[("EXAMPLE_TOKEN", "t0ken")],
        &[
            "--labels",
            "a,b c",
            "--pairs=x=1,2\ny=3",
            "--on-no-pr",
            "skip",
            "--sha",
            sha,
            "--comment=false",
            "--dry-run",
            "--ending",
            "done",
        ],
    );
    assert_eq!(as_arguments.out, expected);
}

#[test]
fn empty_inputs_are_unset_and_bare_names_are_never_read() {
    let inputs = [
        ("INPUT_TOKEN", ""),
        ("INPUT_LABELS", ""),
        ("INPUT_DRY-RUN", "false"),
        ("INPUT_ENDING", "done"),
        ("dry-run", "true"),
        ("DRY-RUN", "true"),
        ("SHA", "x"),
        ("INPUT_UNHEARD-OF", "x"),
    ];
    let ran = run(&inputs, &[]);
    assert!(
        ran.out.contains("token: None, labels: List([Label(release:major)]), pairs: Lines([])"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("sha: None, comment: true, dry_run: false"), "{}", ran.out);
}

#[test]
fn an_argument_counts_over_an_input() {
    let ran = run(
        &[("INPUT_ENDING", "failure"), ("INPUT_ON-NO-PR", "fail")],
        &["--ending=done", "--on-no-pr=skip"],
    );
    assert!(ran.out.contains("on_no_pr: Skip"), "{}", ran.out);
}

#[test]
fn a_bad_input_is_one_sentence_that_names_it() {
    let complaints = [
        [("INPUT_ON-NO-PR", "major")],
        [("INPUT_DRY-RUN", "yes")],
        [("INPUT_COMMENT", "1")],
        [("INPUT_SHA", "f00")],
        [("INPUT_LABELS", "a,b\u{7}c")],
        [("INPUT_ON-NO-PR", "patch")],
    ]
    .map(|inputs| {
        let ran = run(&with(&GITEA, &inputs), &[]);
        assert_eq!(ran.exit, Exit::BadInput);
        ran.out
    });
    assert_data_eq!(
        complaints.concat(),
        str![[r#"
error: input `on-no-pr` is `major`, which is not allowed: use `patch`, `skip` or `fail`
error: input `dry-run` is `yes`, which is not allowed: use `true` or `false`
error: input `comment` is `1`, which is not allowed: use `true` or `false`
error: input `sha` cannot be used: `f00` is not a commit id: give all 40 (or 64) hexadecimal digits
error: input `labels` cannot be used: `b�c` is not a label: it holds a control character
error: input `ending` is required and is not set (empty counts as unset)

"#]]
        .raw()
    );
}

#[test]
fn bad_arguments_are_told_in_a_sentence_too() {
    let complaints = [&["--wrong"][..], &["--dry-run=perhaps"], &["--sha"], &["stray"]].map(|arguments| {
        let ran = run(&[], arguments);
        assert_eq!(ran.exit, Exit::BadInput);
        ran.err
    });
    assert_data_eq!(
        complaints.concat(),
        str![[r#"
error: unexpected argument '--wrong' found
  hint: see `--help`
error: unexpected value 'perhaps' for '--dry-run' found; no more were expected
  hint: see `--help`
error: input `sha` cannot be used: it needs a value
error: unexpected argument 'stray' found
  hint: see `--help`

"#]]
        .raw()
    );
}

#[test]
fn a_secret_is_refused_as_an_argument_and_never_repeated() {
    for arguments in [
        &["--ending=done", "--token=hunter2"][..],
        &["--token", "hunter2"],
        &["--key=hunter2", "--ending=done"],
        &["--key", "hunter2", "--ending=done"],
    ] {
        let ran = run(&[], arguments);
        assert_eq!(ran.exit, Exit::BadInput);
        assert_eq!(
            ran.err,
            "error: input `token` is a secret and cannot be an argument, which every process can read: \
             set the environment variable `EXAMPLE_TOKEN`\n"
        );
        assert_eq!(ran.out, "");
    }
}

#[test]
fn a_laptops_variable_does_not_count_in_a_job() {
    let variables =
        with(&GITHUB, &[("EXAMPLE_TOKEN", "t0ken"), ("INPUT_ENDING", "done"), ("INPUT_TOKEN", "")]);
    assert!(run(&variables, &[]).out.contains("token: None"));
}

#[test]
fn a_secret_is_masked_before_anything_else_is_printed() {
    let inputs = [("INPUT_TOKEN", "t0ken\n"), ("INPUT_ON-NO-PR", "t0ken")];
    let ran = run(&with(&GITHUB, &inputs), &[]);
    assert_eq!(
        ran.out,
        "::add-mask::t0ken\n::error::input `on-no-pr` is `***`, which is not allowed: use `patch`, `skip` or `fail`\n"
    );
}

#[test]
fn a_failure_is_told_with_reasons_and_hints_in_each_place() {
    let inputs = [("INPUT_ENDING", "failure"), ("INPUT_TOKEN", "t0ken")];
    let laptop = run(&inputs, &[]);
    assert_eq!(laptop.exit, Exit::Failed);
    assert_eq!(
        laptop.err,
        "error: could not open the door\n  why: key *** does not fit\n  hint: ring the bell\n"
    );
    let gitea = run(&with(&GITEA, &inputs), &[]);
    assert_eq!(gitea.out, format!("::add-mask::t0ken\n{}", laptop.err));
    let github = run(&with(&GITHUB, &inputs), &[]);
    assert_eq!(
        github.out,
        "::add-mask::t0ken\n::error::could not open the door%0A  why: key *** does not fit%0A  hint: ring the bell\n"
    );
}

#[test]
fn what_libraries_log_is_printed_without_secrets_commands_or_traces() {
    let inputs = [("INPUT_ENDING", "warn"), ("INPUT_TOKEN", "t0ken"), ("RUNNER_DEBUG", "1")];
    let github = run(&with(&GITHUB, &inputs), &[]).out;
    assert_eq!(
        github,
        "::add-mask::t0ken\n::debug::library: looked answer=42\n\
         ::warning::tag exists, token ***%0A:\\:error::x tag=v1\n\
         ::set-output name=inputs::\n::set-output name=lines::\n"
    );
    let laptop = run(&inputs[..2], &[]);
    assert_eq!(laptop.err, "warning: tag exists, token ***\n:\\:error::x tag=v1\n");
}

#[test]
fn findings_and_half_successes_have_their_own_exits_and_keep_their_outputs() {
    for (ending, exit) in [("findings", Exit::Findings), ("partly", Exit::Partial)] {
        let ran = run(&[("INPUT_ENDING", ending)], &[]);
        assert_eq!(ran.exit, exit);
        assert!(ran.out.starts_with("inputs: Inputs"), "{}", ran.out);
    }
}

#[test]
fn outputs_go_to_the_runners_file_each_behind_a_delimiter_of_its_own() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(file.path(), "earlier=1\n").unwrap();
    let variables =
        with(&GITHUB, &[("INPUT_ENDING", "done"), ("GITHUB_OUTPUT", file.path().to_str().unwrap())]);
    let ran = run(&variables, &[]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""));
    let written = fs_err::read_to_string(file.path()).unwrap();
    let mut lines = written.lines();
    assert_eq!(lines.next(), Some("earlier=1"));
    let mut delimiters = Vec::new();
    let mut outputs = Vec::new();
    while let Some((name, delimiter)) = lines.next().map(|line| line.split_once("<<").unwrap()) {
        let value = lines.by_ref().take_while(|line| *line != delimiter).collect::<Vec<_>>();
        outputs.push((name, value));
        delimiters.push(delimiter);
    }
    assert_eq!(outputs[0].0, "inputs");
    assert_eq!(outputs[1], ("lines", vec!["a", "b"]));
    assert_ne!(delimiters[0], delimiters[1]);
    assert!(delimiters.iter().all(|delimiter| delimiter.len() >= 32));
}

#[test]
fn without_a_file_the_runner_gets_outputs_in_its_log() {
    let variables = with(&GITEA, &[("INPUT_ENDING", "done"), ("GITHUB_OUTPUT", "/no/such/file")]);
    assert!(run(&variables, &[]).out.ends_with("\n::set-output name=lines::a%0Ab\n"));
}

#[test]
fn an_output_that_holds_a_secret_is_not_written() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let ran = run(&[("INPUT_ENDING", "leak"), ("EXAMPLE_TOKEN", "t0ken"), ("GITHUB_OUTPUT", path)], &[]);
    assert_eq!(ran.exit, Exit::Failed);
    assert_eq!(ran.err, "error: output `inputs` holds a secret and was not written\n");
    assert_eq!(fs_err::read_to_string(path).unwrap(), "");
}

#[test]
fn a_panic_ends_as_a_failure() {
    assert_eq!(run(&[("INPUT_ENDING", "bang")], &[]).exit, Exit::Failed);
}

#[test]
fn a_malformed_environment_is_bad_input() {
    let ran = run(&[("INPUT_ENDING", "done"), ("GITHUB_SHA", "HEAD")], &[]);
    assert_eq!(ran.exit, Exit::BadInput);
    assert!(ran.err.contains("`GITHUB_SHA`"), "{}", ran.err);
}

#[test]
fn help_needs_no_environment_and_says_where_secrets_go() {
    let help = run(&[], &["--help"]);
    assert_eq!(help.exit, Exit::Done);
    assert_data_eq!(
        help.out,
        str![[r#"
Does what a test asks

Usage: example [OPTIONS] --ending <ENDING>

Options:
      --labels <LABELS>      Labels to look for [default: release:major]
      --pairs <PAIRS>        Pairs to hand on [default: ""]
      --on-no-pr <ON_NO_PR>  What to do without a pull request [default: patch] [possible values:
                             patch, skip, fail]
      --sha <SHA>            The commit to work on
      --comment <COMMENT>    Whether to comment [default: true] [possible values: true, false]
      --dry-run              Print the plan and stop
      --ending <ENDING>      How to end
  -h, --help                 Print help
  -V, --version              Print version

Secrets are read from the environment, never from arguments:
  token: EXAMPLE_TOKEN

"#]]
        .raw()
    );
    assert_eq!(run(&[], &["--version"]).out, "example 1.2.3\n");
}

#[test]
fn the_declaration_holds_all_that_an_action_yml_needs() {
    let declared = declared_inputs::<Example>();
    let token = DeclaredInput {
        name: "token".to_owned(),
        description: "Token that opens the door\n\nAny token will do.".to_owned(),
        default: Some("${{ github.token }}".to_owned()),
        required: false,
        secret: true,
        possible_values: Vec::new(),
        variable: Some("EXAMPLE_TOKEN".to_owned()),
    };
    assert_eq!(declared[0], token);
    let table = declared.iter().map(|input| {
        let DeclaredInput { name, default, required, possible_values, .. } = input;
        format!("{name} {default:?} {required} {}", possible_values.join("|"))
    });
    let table = table.collect::<Vec<_>>().join(
        "
",
    );
    assert_data_eq!(
        table,
        str![[r#"
token Some("${{ github.token }}") false 
labels Some("release:major") false 
pairs Some("") false 
on-no-pr Some("patch") false patch|skip|fail
sha None false 
comment Some("true") false true|false
dry-run Some("false") false true|false
ending None true 
"#]]
        .raw()
    );
    assert_eq!(Outputs::declared()[1].description, "A text of several lines.");
}

#[test]
fn inputs_become_arguments_without_secrets() {
    let command = <Inputs as clap::CommandFactory>::command();
    let pairs =
        [("INPUT_TOKEN", "t0ken"), ("INPUT_DRY-RUN", "true"), ("INPUT_LABELS", "-a"), ("INPUT_SHA", " ")];
    let arguments = runner::inputs::arguments(&Environment::from_pairs(pairs), &command).unwrap();
    assert_eq!(arguments, ["--labels=-a", "--dry-run"]);
    let error =
        runner::inputs::arguments(&Environment::from_pairs([("INPUT_DRY-RUN", "on")]), &command).unwrap_err();
    assert!(matches!(error, InputError::NotAllowed { .. }));
}

#[derive(Debug, clap::Parser)]
struct StrictInputs {
    /// Key that must be given
    #[arg(long)]
    key: SecretString,
}

struct Strict;

impl Action for Strict {
    const NAME: &'static str = "strict";
    const DESCRIPTION: &'static str = "";
    const VERSION: &'static str = "0";
    const ICON: &'static str = "x";
    const COLOR: &'static str = "red";
    const BINDINGS: &'static [Binding] =
        &[Binding { input: "key", expression: None, variable: Some("STRICT_KEY") }];
    type Inputs = StrictInputs;
    type Outputs = ();

    fn run(_: &Context, inputs: StrictInputs) -> Result<Completed<()>, Failure> {
        match inputs.key.expose_secret() {
            "a\nb" => Ok(Completed::done(())),
            other => Err(Failure::new(other.to_owned())),
        }
    }
}

#[test]
fn a_required_secret_is_asked_for_and_trimmed() {
    let ran = support::run::<Strict>(&[("STRICT_KEY", " \n")], &[]);
    assert_eq!(ran.err, "error: input `key` is required and is not set (empty counts as unset)\n");
    assert_eq!(support::run::<Strict>(&[("STRICT_KEY", "a\nb\n")], &[]).exit, Exit::Done);
    assert!(declared_inputs::<Strict>()[0].required);
}

struct Misspelt;

impl Action for Misspelt {
    const NAME: &'static str = "misspelt";
    const DESCRIPTION: &'static str = "";
    const VERSION: &'static str = "0";
    const ICON: &'static str = "x";
    const COLOR: &'static str = "red";
    const BINDINGS: &'static [Binding] = &[Binding { input: "tokken", expression: None, variable: None }];
    type Inputs = Inputs;
    type Outputs = ();

    fn run(_: &Context, _: Inputs) -> Result<Completed<()>, Failure> {
        Ok(Completed::done(()))
    }
}

#[test]
#[should_panic(expected = "`misspelt` binds `tokken`, which is no input of it")]
fn a_binding_of_no_input_is_found() {
    let _ = declared_inputs::<Misspelt>();
}
