//! The CI of a runtime that is a project of its own: what its jobs say of a commit, and which step holds a broken one up.

use std::path::Path;

use anyhow::{Context as _, ensure};
use fs_err as fs;
use local_forge::{Access, Dialect, Permission, Permissions};

use super::dependencies::Dependencies;
use super::stage::{REPO, Stage};
use crate::e2e::act::{Job, Place, Run};
use crate::e2e::checkout::environment;
use crate::e2e::{Machine, Tried};
use crate::workspace::Workspace;

const CHECKING: &str = "standalone-ci.yml";
/// How many jobs it has.
const JOBS: usize = 4;

/// The steps of its jobs that can hold a commit up.
const GATES: [&str; 4] = ["Test", "Lint", "Build", "Install"];

/// What they say of the example.
const ACCEPTED: [(&str, &str); 4] = [
    ("Test", "2 passed"),
    ("Lint", "All checks passed!"),
    ("Build", "dist/acme_standalone_runtime-1.4.0-py3-none-any.whl ("),
    ("Install", ": 0 failed"),
];

/// Something in the example that is to be otherwise, and what holds that up.
struct Fault {
    file: &'static str,
    /// What it has, and what it is to have instead.
    change: [&'static str; 2],
    gate: &'static str,
    says: &'static str,
}

/// The faults of a commit each: every gate is closed once, and open beside one that is closed.
const REFUSED: [[Fault; 2]; 2] = [
    [
        Fault {
            file: "src/acme_standalone/adapters/echo.py",
            change: ["return words", "return words.upper()"],
            gate: "Test",
            says: "2 failed",
        },
        Fault {
            file: "runtime-package.toml",
            change: ["name = \"acme-standalone-runtime\"", "name = \"acme-other\""],
            gate: "Build",
            says: "pyproject.toml names the project `acme-standalone-runtime`, and the manifest names it `acme-other`",
        },
    ],
    [
        Fault {
            file: "src/acme_standalone/adapters/echo.py",
            change: ["class Echo", "import os\n\n\nclass Echo"],
            gate: "Lint",
            says: "`os` imported but unused",
        },
        Fault {
            file: "runtime-package.toml",
            change: ["[[\"acme-standalone\"", "[[\"acme-other\""],
            gate: "Install",
            says: "no `acme-other` was installed",
        },
    ],
];

/// Tries the workflow with the example as it is, on both forges, and with what it is to hold up.
pub(super) fn try_all(
    machine: &Machine,
    workspace: &Workspace,
    dependencies: &Dependencies,
    scratch: &Path,
    tried: &mut Tried<'_>,
) {
    let mut case = |dialect: Dialect, what: &str, faults: &[Fault]| {
        tried.case(&format!("{dialect}: a project's commit was {what}"), || {
            let run = run(machine, workspace, dependencies, dialect, faults, scratch)?;
            check(&run, faults).with_context(|| format!("the log of the run:\n{}\n", run.log()))
        });
    };
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        case(dialect, "tested, linted, built and installed", &[]);
    }
    for faults in &REFUSED {
        let [one, other] = faults;
        case(Dialect::Gitea, &format!("held up by `{}` and `{}` alone", one.gate, other.gate), faults);
    }
}

/// Lets the runner execute the workflow for a push of the example with these faults.
fn run(
    machine: &Machine,
    workspace: &Workspace,
    dependencies: &Dependencies,
    dialect: Dialect,
    faults: &[Fault],
    scratch: &Path,
) -> anyhow::Result<Run> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let index = match dialect {
        Dialect::GitHub => local_index::Dialect::PyPI,
        Dialect::Gitea => local_index::Dialect::Gitea,
    };
    let Stage { forge, index, repository } = Stage::set(
        workspace,
        dialect,
        index,
        dependencies,
        "standalone",
        &[(CHECKING, "ci.yml")],
        scratch.path(),
    )?;
    for fault in faults {
        fault.write(&repository.folder)?;
    }
    let first = forge.head(REPO, "main");
    repository.push(&forge, REPO, &["main"])?;
    let pushed = forge.head(REPO, "main");
    repository.pull(&forge, REPO)?;

    let event = forge.push_event(REPO, "main", &first, &pushed);
    let payload = scratch.path().join("push.json");
    fs::write(&payload, event.payload.to_string())?;
    let granted = Permissions::none().with(Permission::Contents, Access::Read);
    let token = forge.narrowed_job_token(REPO, granted);
    let mut environment = environment(&forge);
    let simple_url = index.simple_url();
    environment.extend([("UV_DEFAULT_INDEX", simple_url.clone()), ("PIP_INDEX_URL", simple_url)]);
    let job = Job {
        caller: &repository.folder,
        workflow: &repository.workflow("ci.yml"),
        event: event.name,
        payload: &payload,
        token: &token,
        secrets: Vec::new(),
        variables: Vec::new(),
        environment,
    };
    let home = scratch.path().join("home");
    machine.act.run_with(workspace, &machine.engine, &home, &job, Place::Python, &[])
}

/// The gates with a fault are closed and say why, and all others are open.
fn check(run: &Run, faults: &[Fault]) -> anyhow::Result<()> {
    for gate in GATES {
        let is_closed = faults.iter().any(|fault| fault.gate == gate);
        ensure!(run.has_failed_in(gate) == is_closed, "`{gate}` did not end as it should");
    }
    for Fault { gate, says, .. } in faults {
        ensure!(run.log().contains(says), "`{gate}` did not say `{says}`");
    }
    ensure!(run.succeeded() == faults.is_empty(), "the workflow did not end as it should");
    if faults.is_empty() { check_accepted(run) } else { Ok(()) }
}

fn check_accepted(run: &Run) -> anyhow::Result<()> {
    for (step, says) in ACCEPTED {
        let said = run.said_by(step);
        ensure!(said.iter().any(|line| line.contains(says)), "`{step}` did not say `{says}`, but {said:?}");
    }
    let succeeded = run.log().matches("Job succeeded").count();
    ensure!(succeeded == JOBS, "{succeeded} jobs succeeded, and not {JOBS}");
    Ok(())
}

impl Fault {
    fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let Self { file, change: [from, to], .. } = self;
        let path = folder.join(file);
        let text = fs::read_to_string(&path)?;
        ensure!(text.contains(from), "the example's `{file}` has no `{from}`");
        Ok(fs::write(path, text.replace(from, to))?)
    }
}
