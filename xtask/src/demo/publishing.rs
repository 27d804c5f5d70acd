//! A tag becomes a release on an index, and the release installs.

use std::path::Path;

use anyhow::ensure;
use fs_err as fs;
use local_forge::LocalForge;
use local_index::{LocalIndex, Publisher, Role};

use super::mirroring::MIRROR;
use super::{Programs, REPO, TAG, indent, show_outputs, step};
use crate::job::Job;
use crate::mirror::Key;
use crate::process;

/// The project of the example.
pub(super) const PROJECT: &str = "acme-workspace-runtime";
const SHOWN: [&str; 6] = ["version", "wheel", "wheel-sha256", "uploaded", "index-url", "mirror-commit"];

/// Publishes the tag, twice, and installs it: the index that holds it, and the mirror's commit of it.
pub(super) fn show(
    forge: &LocalForge,
    programs: &Programs,
    key: &Key,
    folder: &Path,
) -> anyhow::Result<(LocalIndex, String)> {
    let dialect = match forge.dialect() {
        local_forge::Dialect::GitHub => local_index::Dialect::PyPI,
        local_forge::Dialect::Gitea => local_index::Dialect::Gitea,
    };
    let index = LocalIndex::start(dialect);
    let checkout = folder.join("checkout");
    let clone = ["clone", "--quiet", "--branch", TAG, "--config", "advice.detachedHead=false"];
    process::output(process::command("git").args(clone).arg(forge.clone_url(REPO)).arg(&checkout))?;
    println!("\nthe tag starts publish, with the {dialect} dialect of an index on loopback:");
    let event = forge.tag_push_event(REPO, TAG);
    let job = Job::new(forge, REPO, &event, folder)?
        .with("GITHUB_WORKSPACE", &checkout.display().to_string())
        .with("PATH", &path(programs)?)
        .with("INPUT_COMMAND", "run")
        .with("INPUT_INDEX-URL", &index.simple_url())
        .with("INPUT_UPLOAD-URL", &index.upload_url())
        .with("INPUT_MIRROR-SIGNING-KEY", &key.pem)
        .with("INPUT_MIRROR-TOKEN", &forge.token(local_forge::Role::Write))
        .inheriting(&["HOME", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"])
        .inheriting(&["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"]);
    let job = admitted(job, &index);
    let told = step(&job, &programs.publish)?;
    show_outputs(&told, &SHOWN);
    println!("\nits summary:\n{}", indent(&told.summary));
    let output = |name: &str| told.outputs.get(name).map_or("", String::as_str);
    ensure!(output("uploaded") == "all", "it does not say that it uploaded everything");
    ensure!(index.files(PROJECT).len() == 2, "the index does not hold wheel and sdist");
    let mirrored = output("mirror-commit").to_owned();
    ensure!(forge.head(MIRROR, "main") == mirrored, "the mirror is not at `mirror-commit`");
    install(output("requirement"), &index, programs, folder)?;

    println!("\nits upload once more:");
    let job = job.with("INPUT_COMMAND", "upload");
    let told = step(&job, &programs.publish)?;
    ensure!(told.outputs.get("uploaded").map(String::as_str) == Some("none"), "it uploaded something");
    ensure!(index.files(PROJECT).len() == 2, "the second run changed the index");
    println!("the index holds what it held");
    Ok((index, mirrored))
}

/// The job with what the index lets it in by: nothing of its own where the index knows jobs, a token elsewhere.
fn admitted(job: Job, index: &LocalIndex) -> Job {
    match index.dialect() {
        local_index::Dialect::PyPI => {
            index.trust(Publisher {
                project: PROJECT.to_owned(),
                repository: REPO.to_owned(),
                workflow: "publish.yml".to_owned(),
                environment: None,
            });
            let source = index.run_job(local_index::Job::new(REPO, "publish.yml"));
            job.with("ACTIONS_ID_TOKEN_REQUEST_URL", &source.url)
                .with("ACTIONS_ID_TOKEN_REQUEST_TOKEN", &source.token)
        }
        local_index::Dialect::Gitea => {
            job.with("INPUT_USER", index.user()).with("INPUT_TOKEN", &index.token(Role::Publisher))
        }
    }
}

/// `PATH` with uv on it.
fn path(programs: &Programs) -> anyhow::Result<String> {
    let git = process::output(process::command("sh").args(["-c", "printf %s \"$PATH\""]))?;
    Ok(format!("{}:{git}", programs.uv.display()))
}

/// Installs the release as a user does, by pip and by its hash, and runs what it installed.
fn install(requirement: &str, index: &LocalIndex, programs: &Programs, folder: &Path) -> anyhow::Result<()> {
    let environment = folder.join("environment");
    process::output(programs.python.command().args(["-m", "venv"]).arg(&environment))?;
    let pip = || {
        let mut pip = process::command(environment.join("bin/python"));
        pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]);
        pip
    };
    process::output(pip().arg("packaging"))?;
    let lock = folder.join("requirements.txt");
    fs::write(&lock, requirement)?;
    println!("\n$ pip install --require-hashes --index-url {} -r requirements.txt", index.simple_url());
    process::output(
        pip().args(["--no-deps", "--require-hashes", "--index-url", &index.simple_url(), "-r"]).arg(&lock),
    )?;
    let said = process::output(process::command(environment.join("bin/acme-runtime")).arg("--version"))?;
    print!("$ acme-runtime --version\n{said}");
    Ok(())
}
