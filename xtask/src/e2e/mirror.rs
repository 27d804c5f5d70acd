//! A mirror with two releases, the workflows that guard it from within and from its source, and an edit by hand.

use std::fmt;
use std::path::{Path, PathBuf};

use ::mirror::rebuild::{Recipe, rebuild};
use anyhow::{Context as _, ensure};
use git::objects::Objects;
use local_forge::Dialect;

use super::Machine;
use super::act::{Job, Run};
use crate::folder;
use crate::mirror::{Files, Key, Mirror};
use crate::process;
use crate::workspace::Workspace;

/// The repositories, by the names that the example of the witness has.
const SOURCE: &str = "acme/core";
const MIRROR: &str = "acme/acme-runtime";
const TARGET: &str = "github.com/acme/acme-runtime#refs/heads/main";

/// Where the trust root is.
const VARIABLE: &str = "MIRROR_ALLOWED_SIGNERS";

/// The names that the steps have in `mirror-guard-steps.yml`.
const STEP: &str = "Guard";
const NEXT_STEP: &str = "Report";

/// Where the source's checkout keeps what the runner cannot reach: the mirror's repository on its forge.
const FORGE: &str = ".forge";

/// A commit that nobody has.
const NOWHERE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// A workflow of `examples/callers`, and the mirror that it judges.
#[derive(Debug)]
pub(super) struct Case {
    dialect: Dialect,
    caller: Caller,
    event: &'static str,
    state: State,
}

/// What became of the mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is what was published.
    Published,
    /// Somebody pushed an edit on top of the releases.
    Edited,
    /// Its history was replaced, and nobody has the commit that it was at before.
    Replaced,
}

/// The workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// The mirror's, which calls the reusable workflow.
    Line,
    /// The mirror's, as steps.
    Steps,
    /// The source's.
    Witness,
}

impl Caller {
    fn example(self) -> &'static str {
        match self {
            Self::Line => "mirror-guard.yml",
            Self::Steps => "mirror-guard-steps.yml",
            Self::Witness => "mirror-witness.yml",
        }
    }
}

pub(super) const CASES: [Case; 8] = [
    Case { dialect: Dialect::GitHub, caller: Caller::Line, event: "push", state: State::Published },
    Case { dialect: Dialect::GitHub, caller: Caller::Line, event: "push", state: State::Edited },
    Case { dialect: Dialect::GitHub, caller: Caller::Line, event: "push", state: State::Replaced },
    Case {
        dialect: Dialect::GitHub,
        caller: Caller::Line,
        event: "pull_request_target",
        state: State::Published,
    },
    Case { dialect: Dialect::Gitea, caller: Caller::Steps, event: "push", state: State::Published },
    Case { dialect: Dialect::Gitea, caller: Caller::Steps, event: "push", state: State::Edited },
    Case { dialect: Dialect::GitHub, caller: Caller::Witness, event: "schedule", state: State::Published },
    Case { dialect: Dialect::GitHub, caller: Caller::Witness, event: "schedule", state: State::Edited },
];

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dialect, caller, event, state } = self;
        let mirror = match state {
            State::Published => "as published",
            State::Edited => "edited by hand",
            State::Replaced => "with another history",
        };
        let ends = if self.holds() { "passes" } else { "is refused" };
        write!(formatter, "{dialect}: a mirror {mirror} {ends} by {} on {event}", caller.example())
    }
}

impl Case {
    /// Whether the workflow is to succeed.
    fn holds(&self) -> bool {
        self.state == State::Published && self.event != "pull_request_target"
    }

    /// Makes source and mirror, and lets the runner execute the workflow.
    ///
    /// # Errors
    ///
    /// The first thing that is not as it must be, with the runner's log.
    pub(super) fn run(&self, machine: &Machine, workspace: &Workspace, scratch: &Path) -> anyhow::Result<()> {
        let scratch = tempfile::tempdir_in(scratch)?;
        let key = Key::generate()?;
        let stage = Stage::make(workspace, scratch.path(), &key)?;
        let head = if self.state == State::Edited { stage.edit()? } else { stage.released.clone() };
        let (payload, allowed) = (scratch.path().join("event.json"), key.allowed());
        fs_err::write(&payload, self.payload(&stage, &head))?;
        // What was there before is asked for, and cannot be had.
        let mut environment = vec![("GIT_ALLOW_PROTOCOL", "file".to_owned())];
        if self.dialect == Dialect::Gitea {
            environment.push(("GITEA_ACTIONS", "true".to_owned()));
        }
        let (caller, workflow) = match self.caller {
            Caller::Line => (&stage.checkout, ".github/workflows/mirror-guard.yml"),
            Caller::Steps => (&stage.checkout, ".gitea/workflows/mirror-guard.yml"),
            Caller::Witness => {
                environment.extend(stage.reached());
                (&stage.source, ".github/workflows/mirror-witness.yml")
            }
        };
        let job = Job {
            caller,
            workflow: Path::new(workflow),
            event: self.event,
            payload: &payload,
            token: "none",
            secrets: Vec::new(),
            variables: vec![(VARIABLE, &allowed)],
            environment,
        };
        let run = machine.act.run(workspace, &machine.engine, &scratch.path().join("home"), &job)?;
        self.check(&run, &head, &stage).with_context(|| format!("the log of the run:\n{}\n", run.log()))
    }

    fn payload(&self, stage: &Stage, head: &str) -> String {
        let forced = self.state == State::Replaced;
        let before = if forced { NOWHERE } else { &stage.adopted };
        let side =
            |sha: &str| format!(r#"{{"ref": "main", "sha": "{sha}", "repo": {{"full_name": "{MIRROR}"}}}}"#);
        let what = match self.event {
            "push" => format!(
                r#""ref": "refs/heads/main", "before": "{before}", "after": "{head}", "forced": {forced},"#
            ),
            "pull_request_target" => format!(
                r#""action": "opened", "number": 7, "pull_request": {{"number": 7, "title": "Mend", "merged": false,
                "base": {}, "head": {}, "user": {{"login": "dev"}}, "labels": []}},"#,
                side(head),
                side(&"12".repeat(20)),
            ),
            _ => String::new(),
        };
        let repository = if self.caller == Caller::Witness { SOURCE } else { MIRROR };
        format!(r#"{{{what} "repository": {{"full_name": "{repository}", "default_branch": "main"}}}}"#)
    }

    fn check(&self, run: &Run, head: &str, stage: &Stage) -> anyhow::Result<()> {
        let holds = self.holds();
        ensure!(run.succeeded() == holds, "the workflow {}", if holds { "failed" } else { "succeeded" });
        if self.state == State::Replaced {
            return check_replaced(run);
        }
        let told = match (self.event, self.state) {
            ("pull_request_target", _) => "a mirror takes no pull requests".to_owned(),
            (_, State::Edited) => format!("commit {head}: it is not signed"),
            ("push", _) => "1 commit is publish's; at release 1.5.0, number 2".to_owned(),
            _ => "2 commits are publish's; at release 1.5.0, number 2".to_owned(),
        };
        ensure!(run.log().contains(&told), "the log does not say `{told}`");
        if !holds {
            let place = "from the folder `workspace` of github.com/acme/core";
            ensure!(run.log().contains(place), "the log does not say `{place}`");
        }
        if self.caller == Caller::Steps {
            let outputs = run.outputs_of(STEP).context("the action set no outputs")?;
            let valid = outputs.get("valid").map(String::as_str);
            ensure!(valid == Some(if holds { "true" } else { "false" }), "the output `valid` is {valid:?}");
            let report = format!("release=1.5.0 commit={head} source={}", stage.commit);
            let expected: &[&str] = if holds { &[&report] } else { &[] };
            let said = run.said_by(NEXT_STEP);
            ensure!(said == expected, "the next step saw {said:?}");
        }
        Ok(())
    }
}

/// The commit before cannot be had: the step that asks for it says so, and the guard refuses to judge without it.
fn check_replaced(run: &Run) -> anyhow::Result<()> {
    let warned = format!("the commit that the branch had before, {NOWHERE}, cannot be fetched");
    ensure!(run.log().contains(&warned), "the log does not say `{warned}`");
    ensure!(run.has_failed_in(STEP), "the guard did not judge");
    Ok(())
}

/// The source repository, its mirror on a forge, and a checkout of the mirror.
struct Stage {
    source: PathBuf,
    checkout: PathBuf,
    /// The source's commit.
    commit: String,
    /// The first release.
    adopted: String,
    /// The second one.
    released: String,
}

impl Stage {
    fn make(workspace: &Workspace, scratch: &Path, key: &Key) -> anyhow::Result<Self> {
        let (source, checkout) = (scratch.join("core"), scratch.join("acme-runtime"));
        let commit = make_source(workspace, &source)?;
        let mut mirror = Mirror::create(&source.join(FORGE).join(MIRROR).with_extension("git"), TARGET)?;
        for version in ["1.4.0", "1.5.0"] {
            let files = files(&source, &commit, version)?;
            mirror.release(version, &format!("github.com/{SOURCE}@{commit} workspace"), &files, key)?;
        }
        mirror.pack()?;
        process::output(
            process::command("git").args(["clone", "--quiet"]).arg(mirror.folder()).arg(&checkout),
        )?;
        named(&checkout, MIRROR)?;
        let [adopted, released] = mirror.releases() else { unreachable!("there are two releases") };
        Ok(Self { source, checkout, commit, adopted: adopted.clone(), released: released.clone() })
    }

    /// Mends a typo in the mirror itself, and pushes that: the commit.
    fn edit(&self) -> anyhow::Result<String> {
        fs_err::write(self.checkout.join("README.md"), "# mended\n")?;
        git(&self.checkout, &["commit", "--quiet", "--all", "--message", "Mend a typo"])?;
        let forge = self.source.join(FORGE).join(MIRROR).with_extension("git");
        git(&self.checkout, &["push", "--quiet", &forge.display().to_string(), "HEAD:main"])?;
        Ok(git(&self.checkout, &["rev-parse", "HEAD"])?.trim().to_owned())
    }

    /// What leads the job's git to the mirror, which the checkout step has brought along.
    fn reached(&self) -> Vec<(&'static str, String)> {
        let forge = self.source.join("source").join(FORGE);
        vec![
            ("GIT_CONFIG_COUNT", "2".to_owned()),
            ("GIT_CONFIG_KEY_0", format!("url.{}/.insteadOf", forge.display())),
            ("GIT_CONFIG_VALUE_0", "https://github.com/".to_owned()),
            ("GIT_CONFIG_KEY_1", "safe.directory".to_owned()),
            ("GIT_CONFIG_VALUE_1", "*".to_owned()),
        ]
    }
}

/// The example's source with the workflows that guard its mirror: its commit.
fn make_source(workspace: &Workspace, folder: &Path) -> anyhow::Result<String> {
    let examples = workspace.root().join("examples");
    folder::copy(&examples.join("workspace"), folder)?;
    let manifest = folder.join("runtime-package.toml");
    let text = fs_err::read_to_string(&manifest)?;
    fs_err::write(manifest, format!("{text}\n[mirror]\nrepository = \"{MIRROR}\"\nfiles = \"mirror\"\n"))?;
    for (caller, path) in [
        (Caller::Line, "mirror/.github/workflows/mirror-guard.yml"),
        (Caller::Steps, "mirror/.gitea/workflows/mirror-guard.yml"),
        (Caller::Witness, ".github/workflows/mirror-witness.yml"),
    ] {
        let path = folder.join(path);
        fs_err::create_dir_all(path.parent().expect("a workflow lies in a folder"))?;
        fs_err::copy(examples.join("callers").join(caller.example()), path)?;
    }
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["add", "."])?;
    git(folder, &["commit", "--quiet", "--message", "A runtime"])?;
    named(folder, SOURCE)?;
    Ok(git(folder, &["rev-parse", "HEAD"])?.trim().to_owned())
}

/// The mirror's files of a version, made as publish makes them.
fn files(source: &Path, commit: &str, version: &str) -> anyhow::Result<Files> {
    let objects = Objects::open(&source.join(".git/objects"))?;
    let (commit, folder, version) = (commit.parse()?, "workspace".parse()?, version.parse()?);
    let recipe = Recipe { commit: &commit, folder: &folder, version: &version, format: 1 };
    let made = rebuild(&objects, &recipe)?;
    let files = made
        .tree
        .iter()
        .map(|(path, file)| (path.as_str().to_owned(), (file.mode.into(), file.contents.to_vec())));
    Ok(files.collect())
}

/// The runner takes the repository's name from an origin that looks like one of github.com.
fn named(checkout: &Path, repo: &str) -> anyhow::Result<()> {
    let has_one = git(checkout, &["remote"])?.contains("origin");
    let verb = if has_one { "set-url" } else { "add" };
    git(checkout, &["remote", verb, "origin", &format!("https://github.com/{repo}.git")]).map(drop)
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut git = process::command("git");
    git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(folder);
    process::output(git.args(arguments))
}
