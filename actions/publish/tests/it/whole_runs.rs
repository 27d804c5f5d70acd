//! The program from the source to a release that an index serves, and stage by stage.

use std::process::Command;

use local_index::{Dialect, Job, LocalIndex, Publisher, Role};

use crate::checkout::{Checkout, Ran};
use crate::publishing::PROJECT;
use crate::uv_tool::{UvTool, uv};

const TAGGED: [&str; 2] = ["--tag", "runtime-v1.4.0"];

/// The example, an index to publish to, and one with what the example depends on.
struct Whole {
    checkout: Checkout,
    index: LocalIndex,
    dependencies: LocalIndex,
    uv: &'static UvTool,
}

impl Whole {
    fn new(example: &str, dialect: Dialect) -> Option<Self> {
        let uv = uv()?;
        let dependencies = uv.dependency_index();
        Some(Self { checkout: Checkout::of(example), index: LocalIndex::start(dialect), dependencies, uv })
    }

    /// The program, with uv on its path and everything told but the token.
    fn program(&self, command: &str) -> Command {
        let environment = self.uv.environment();
        let mut program = self.checkout.program();
        for name in ["PATH", "UV_CACHE_DIR", "UV_PYTHON_DOWNLOADS"] {
            program.env(name, environment.get(name).unwrap());
        }
        program
            .args([command, "--index-url", &self.index.simple_url()])
            .args(["--upload-url", &self.index.upload_url()])
            .args(["--dependency-index-url", &self.dependencies.simple_url()]);
        program
    }

    /// The program with a token that may publish.
    fn with_token(&self, command: &str) -> Command {
        let mut program = self.program(command);
        program.env("PUBLISH_TOKEN", self.index.token(Role::Publisher));
        if self.index.dialect() == Dialect::Gitea {
            program.args(["--user", self.index.user()]);
        }
        program
    }

    fn names(&self) -> Vec<String> {
        self.index.files(PROJECT).into_iter().map(|file| file.name).collect()
    }
}

fn run(program: &mut Command, arguments: &[&str]) -> Ran {
    Ran::of(&program.args(arguments).output().unwrap())
}

#[test]
fn a_tag_becomes_a_release_that_the_index_serves_and_a_second_run_adds_nothing() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let Some(whole) = Whole::new("workspace", dialect) else { return };
        let first = run(&mut whole.with_token("run"), &TAGGED).ok();
        assert!(first.out.contains("uploaded: all"), "{}", first.out);
        assert!(first.out.contains(&format!("index-url: {}", whole.index.simple_url())), "{}", first.out);
        let wheel = "acme_workspace_runtime-1.4.0-py3-none-any.whl";
        assert_eq!(whole.names(), [wheel, "acme_workspace_runtime-1.4.0.tar.gz"], "{dialect}");
        let token = whole.index.token(Role::Publisher);
        assert!(!first.out.contains(&token) && !first.err.contains(&token), "the token was told");
        let second = run(&mut whole.with_token("run"), &TAGGED).ok();
        assert!(second.out.contains("uploaded: none"), "{}", second.out);
        assert_eq!(whole.names().len(), 2, "{dialect}");
    }
}

#[test]
fn a_job_publishes_without_any_token_of_its_own() {
    let Some(whole) = Whole::new("workspace", Dialect::PyPI) else { return };
    whole.index.trust(Publisher {
        project: PROJECT.to_owned(),
        repository: "acme/core".to_owned(),
        workflow: "publish.yml".to_owned(),
        environment: None,
    });
    let source = whole.index.run_job(Job::new("acme/core", "publish.yml"));
    let mut program = whole.program("run");
    program
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", &source.url)
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", &source.token);
    run(&mut program, &TAGGED).ok();
    assert_eq!(whole.names().len(), 2);
}

#[test]
fn the_stages_may_be_steps_of_their_own() {
    let Some(whole) = Whole::new("workspace", Dialect::PyPI) else { return };
    run(&mut whole.program("build"), &TAGGED).ok();
    let smoke = run(&mut whole.program("smoke"), &[]).ok();
    assert!(smoke.err.contains("0 failed"), "{}", smoke.err);
    let early = run(&mut whole.with_token("confirm"), &["--confirm-seconds", "0"]);
    assert_eq!(early.code, Some(1), "{}", early.err);
    assert!(whole.names().is_empty());
    run(&mut whole.with_token("upload"), &[]).ok();
    assert_eq!(whole.names().len(), 2);
    let confirm = run(&mut whole.with_token("confirm"), &[]).ok();
    assert!(confirm.out.contains("serves both files"), "{}", confirm.out);
}

#[test]
fn a_stage_without_its_build_or_of_another_version_is_told_and_changes_nothing() {
    let Some(whole) = Whole::new("workspace", Dialect::PyPI) else { return };
    let nothing = run(&mut whole.with_token("upload"), &[]);
    assert_eq!(nothing.code, Some(2), "{}", nothing.err);
    assert!(nothing.err.contains("runtime-package/dist"), "{}", nothing.err);
    run(&mut whole.program("build"), &TAGGED).ok();
    let other = run(&mut whole.with_token("upload"), &["--version", "1.5.0"]);
    assert_eq!(other.code, Some(2));
    assert!(other.err.contains("holds version 1.4.0, and the version asked for is 1.5.0"), "{}", other.err);
    assert!(whole.index.projects().is_empty() && whole.names().is_empty());
}

#[test]
fn a_package_that_does_not_work_is_never_uploaded() {
    let Some(whole) = Whole::new("workspace", Dialect::PyPI) else { return };
    whole.checkout.edit(
        "workspace/plugins.py",
        "\"\"\"",
        "\"\"\"Broken. \"\"\"\nraise RuntimeError('at import')\n\"\"\"",
    );
    let ran = run(&mut whole.with_token("run"), &TAGGED);
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("RuntimeError: at import"), "{}", ran.err);
    assert!(ran.err.contains("Traceback"), "{}", ran.err);
    assert!(whole.names().is_empty());
}

#[test]
fn a_local_version_is_refused_before_the_package_is_tried() {
    let Some(whole) = Whole::new("workspace", Dialect::PyPI) else { return };
    let ran = run(&mut whole.with_token("run"), &["--version", "0.1.0-local"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("0.1.0+local"), "{}", ran.err);
    assert!(!ran.err.contains("installing"), "{}", ran.err);
    assert!(whole.names().is_empty());
}

#[test]
fn a_push_without_a_tag_publishes_the_version_that_follows() {
    let Some(whole) = Whole::new("workspace", Dialect::PyPI) else { return };
    for version in ["0.1.0", "0.1.1"] {
        run(&mut whole.with_token("run"), &["--version", "auto"]).ok();
        assert!(whole.names().iter().any(|name| name.contains(&format!("-{version}-"))), "{version}");
    }
    assert_eq!(whole.names().len(), 4);
}

#[test]
fn a_standalone_project_goes_the_same_way() {
    let Some(whole) = Whole::new("standalone", Dialect::PyPI) else { return };
    let manifest = fs_err::read_to_string(whole.checkout.path("runtime-package.toml")).unwrap();
    let pyproject = fs_err::read_to_string(whole.checkout.path("pyproject.toml")).unwrap();
    let version =
        pyproject.lines().find_map(|line| line.strip_prefix("version = ")).unwrap().trim_matches('"');
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap().trim_matches('"');
    let tag = format!("runtime-v{version}");
    run(&mut whole.with_token("run"), &["--tag", &tag]).ok();
    assert_eq!(whole.index.files(name).len(), 2);
    let other = run(&mut whole.with_token("run"), &["--tag", "runtime-v99.0.0"]);
    assert_eq!(other.code, Some(2), "{}", other.err);
    assert!(other.err.contains(version) && other.err.contains("99.0.0"), "{}", other.err);
    run(&mut whole.program("check"), &[]).ok();
}
