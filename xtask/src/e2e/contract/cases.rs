//! What each image must leave on a host.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use fs_err as fs;
use local_forge::{JobEvent, LocalForge, MergeStyle, NewPull, Role};

use super::host::{Host, SERVER, Step};
use super::tls::Terminator;
use crate::folder;
use crate::process;
use crate::templates::{self, RUNTIMES};

/// One step on a host, and what is asserted of it.
pub(super) struct Case {
    pub(super) action: &'static str,
    pub(super) shows: &'static str,
    pub(super) run: fn(&Host<'_>) -> anyhow::Result<()>,
}

pub(super) const ALL: [Case; 12] = [
    Case { action: "auto-tag", shows: HELPS, run: |host| helps(host, "auto-tag") },
    Case { action: "cascade", shows: HELPS, run: |host| helps(host, "cascade") },
    Case { action: "publish", shows: HELPS, run: |host| helps(host, "publish") },
    Case { action: "refresh-images", shows: HELPS, run: |host| helps(host, "refresh-images") },
    Case { action: "validate-template", shows: HELPS, run: |host| helps(host, "validate-template") },
    Case { action: "auto-tag", shows: "the container tags a merge, found by name", run: tags_a_merge },
    Case {
        action: "auto-tag",
        shows: "the container trusts an authority that the job names, and nobody else's",
        run: trusts_an_authority,
    },
    Case {
        action: "cascade",
        shows: "the container tells templates and leaves a ledger",
        run: tells_templates,
    },
    Case {
        action: "validate-template",
        shows: "the container leaves its report to the job",
        run: leaves_a_report,
    },
    Case {
        action: "validate-template",
        shows: "the container refuses what it is not given",
        run: refuses_bad_input,
    },
    Case { action: "publish", shows: "the container leaves wheel and sdist to the job", run: leaves_a_wheel },
    Case { action: "publish", shows: "the container has git and uv", run: has_its_programs },
];

/// Of every image.
const HELPS: &str = "the container tells of itself without a network";

const REPO: &str = "acme/runtime";

/// What a host tells a job of the forge, which the container finds by a name.
fn environment(forge: &LocalForge, event: &JobEvent) -> BTreeMap<String, String> {
    let by_name = |value: String| value.replace("127.0.0.1", SERVER);
    forge.env(REPO, event).into_iter().map(|(name, value)| (name, by_name(value))).collect()
}

fn helps(host: &Host<'_>, action: &str) -> anyhow::Result<()> {
    let said = host.ask(action, None, "--help")?;
    ensure!(said.contains(&format!("Usage: {action}")), "it says `{said}`");
    Ok(())
}

/// A repository whose newest commit is a merge that asks for 1.4.0, and the event that it makes.
fn merge(forge: &LocalForge) -> (String, JobEvent) {
    let initial = forge.repo(REPO);
    forge.tag(REPO, "runtime-v1.3.0", &initial, Some("Release 1.3.0"));
    forge.label(REPO, "release:minor");
    let pull = NewPull { labels: &["release:minor"], ..NewPull::titled("Speak a second language") };
    let pull = forge.pull_request(REPO, &pull);
    let merged = forge.merge(REPO, pull.number, MergeStyle::Squash);
    let event = forge.push_event(REPO, "main", &initial, &merged);
    (merged, event)
}

fn tags_a_merge(host: &Host<'_>) -> anyhow::Result<()> {
    let forge = LocalForge::start(host.dialect);
    let (merged, event) = merge(&forge);
    let checkout = host.folder()?;
    let step = Step {
        action: "auto-tag",
        inputs: &[],
        environment: environment(&forge, &event),
        event: event.payload.to_string(),
        token: &forge.job_token(REPO),
    };
    let left = host.run(&step, checkout.path())?;
    left.check_code(0)?;
    ensure!(left.output("tag") == "runtime-v1.4.0", "the output `tag` is `{}`", left.output("tag"));
    ensure!(forge.tags(REPO)["runtime-v1.4.0"].commit == merged, "the merge is not tagged");
    ensure!(left.summary.contains("runtime-v1.4.0"), "the summary does not name the tag: {}", left.summary);
    Ok(())
}

/// A scratch image has no store of authorities: the job names one in the workspace.
fn trusts_an_authority(host: &Host<'_>) -> anyhow::Result<()> {
    let forge = LocalForge::start(host.dialect);
    let (merged, event) = merge(&forge);
    let checkout = host.folder()?;
    let plain = forge.url();
    let port = plain.rsplit_once(':').context("the forge listens on a port")?.1.parse()?;
    let terminator = Terminator::before(port, checkout.path())?;
    let mut environment = environment(&forge, &event);
    let (plain, secure) =
        (format!("http://{SERVER}:{port}"), format!("https://{SERVER}:{}", terminator.port));
    for value in environment.values_mut() {
        *value = value.replace(&plain, &secure);
    }
    let mut step = Step {
        action: "auto-tag",
        inputs: &[],
        environment,
        event: event.payload.to_string(),
        token: &forge.job_token(REPO),
    };
    let left = host.run(&step, checkout.path())?;
    left.check_code(1)?;
    ensure!(left.log.contains("`SSL_CERT_FILE`"), "it does not say what to name: {}", left.log);
    step.environment.insert("SSL_CERT_FILE".to_owned(), format!("{}/ca.pem", host.workspace_inside()));
    let left = host.run(&step, checkout.path())?;
    left.check_code(0)?;
    ensure!(forge.tags(REPO)["runtime-v1.4.0"].commit == merged, "the merge is not tagged");
    Ok(())
}

fn tells_templates(host: &Host<'_>) -> anyhow::Result<()> {
    let forge = LocalForge::start(host.dialect);
    forge.set_time(jiff::Timestamp::now());
    forge.repo(REPO);
    let repos = RUNTIMES.map(|runtime| format!("acme/template-{runtime}"));
    templates::make(&forge, host.workspace, &repos)?;
    let event = forge.workflow_dispatch_event(REPO, "cascade.yml", "refs/heads/main", &[]);
    let checkout = host.folder()?;
    let step = Step {
        action: "cascade",
        inputs: &[
            ("version", "1.4.0"),
            ("repos", &repos.join(",")),
            ("token", &forge.token(Role::Write)),
            ("ledger", "told/ledger.json"),
        ],
        environment: environment(&forge, &event),
        event: event.payload.to_string(),
        token: &forge.job_token(REPO),
    };
    let left = host.run(&step, checkout.path())?;
    left.check_code(0)?;
    for repo in &repos {
        ensure!(templates::told(&forge, repo).len() == 1, "`{repo}` was not told once");
    }
    let ledger = fs::read_to_string(checkout.path().join("told/ledger.json"))?;
    let [written, output] =
        [ledger.as_str(), left.output("ledger")].map(serde_json::from_str::<serde_json::Value>);
    ensure!(written? == output?, "the ledger and the output of its name differ");
    host.check_owner(checkout.path())
}

/// A step of validate-template, which needs no forge.
fn validation<'a>(inputs: &'a [(&'a str, &'a str)]) -> Step<'a> {
    let told = [("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_REPOSITORY", REPO)];
    Step {
        action: "validate-template",
        inputs,
        environment: told.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        event: "{}".to_owned(),
        token: "none is needed",
    }
}

fn leaves_a_report(host: &Host<'_>) -> anyhow::Result<()> {
    let checkout = host.folder()?;
    folder::copy(&host.workspace.root().join("examples/templates/broken"), checkout.path())?;
    let left = host.run(&validation(&[("sarif-file", "reports/template.sarif")]), checkout.path())?;
    left.check_code(3)?;
    ensure!(left.output("valid") == "false", "the output `valid` is `{}`", left.output("valid"));
    let report = left.output("sarif-file");
    ensure!(report == "reports/template.sarif", "the output `sarif-file` is `{report}`");
    serde_json::from_str::<serde_json::Value>(&fs::read_to_string(checkout.path().join(report))?)?;
    ensure!(!left.summary.is_empty(), "there is no summary");
    host.check_owner(checkout.path())
}

fn refuses_bad_input(host: &Host<'_>) -> anyhow::Result<()> {
    let checkout = host.folder()?;
    let left = host.run(&validation(&[("path", "no/such/folder")]), checkout.path())?;
    left.check_code(2)?;
    ensure!(left.log.contains("no/such/folder"), "it does not say what is missing: {}", left.log);
    Ok(())
}

/// A step of publish that asks no forge and no index.
fn publication<'a>(inputs: &'a [(&'a str, &'a str)]) -> Step<'a> {
    Step { action: "publish", ..validation(inputs) }
}

fn leaves_a_wheel(host: &Host<'_>) -> anyhow::Result<()> {
    let checkout = host.folder()?;
    folder::copy(&host.workspace.root().join("examples/workspace"), checkout.path())?;
    commit(checkout.path())?;
    let step = publication(&[("command", "build"), ("version", "1.4.0")]);
    let left = host.run(&step, checkout.path())?;
    left.check_code(0)?;
    for name in ["wheel", "sdist"] {
        let file = left.output(name);
        ensure!(file.starts_with("runtime-package/dist/"), "the output `{name}` is `{file}`");
        ensure!(fs::metadata(checkout.path().join(file))?.len() > 0, "`{file}` is empty");
    }
    host.check_owner(checkout.path())
}

/// What `actions/checkout` leaves: a repository, which belongs to somebody else than who reads it in the container.
fn commit(folder: &Path) -> anyhow::Result<()> {
    let git = |arguments: &[&str]| {
        let mut git = process::command("git");
        git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(folder);
        process::output(git.args(arguments))
    };
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "--message", "A runtime"]).map(drop)
}

fn has_its_programs(host: &Host<'_>) -> anyhow::Result<()> {
    for program in ["git", "uv", "python3"] {
        let said = host.ask("publish", Some(program), "--version")?;
        ensure!(said.to_lowercase().contains(program.trim_end_matches('3')), "`{program}` says `{said}`");
    }
    Ok(())
}
