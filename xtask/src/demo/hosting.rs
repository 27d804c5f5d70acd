//! The last links, on a real Docker engine with a real registry: the image that came of a template's run, cascade's
//! receipt of it, and a host whose workspace is brought to it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, ensure};
use local_forge::{LocalForge, Role};
use local_index::LocalIndex;
use serde_json::Value;

use super::cascading::{SLOW as TEMPLATE, TEMPLATES};
use super::publishing::PROJECT;
use super::{Programs, REPO, TAG, indent, step_ending};
use crate::compile::{self, Profile};
use crate::e2e::daemon::Daemon;
use crate::e2e::hosts::{self, Door, LocalRegistry};
use crate::job::Job;
use crate::process;
use crate::workspace::Workspace;

/// The client: any speaks enough for this.
const CLIENT: &str = "docker";
/// The runtime of the template.
const RUNTIME: &str = "hermes";
/// A workspace, by the prefix of the platform's containers.
const WORKSPACE: &str = "ws-hermes-7";
/// What the workspace runs until it is asked to end.
const PROGRAM: &str = r#"["/bin/sh","-c","trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"]"#;
/// The label that publish-template-image.yml writes.
const LABEL: &str = "org.opencontainers.image.version";

/// The released version, and the one before.
const NEW: &str = "1.4.0";
const OLD: &str = "1.3.9";

/// An engine, a registry, and the program that brings the one to what the other has.
pub(super) struct Host {
    daemon: Daemon,
    registry: LocalRegistry,
    refresh_images: PathBuf,
}

impl Host {
    /// Starts engine and registry, which keep what they have below `folder`.
    ///
    /// # Errors
    ///
    /// When they cannot be had on this machine: names what would mend it.
    pub(super) fn start(workspace: &Workspace, folder: &Path) -> anyhow::Result<Self> {
        hosts::check().map_err(|absent| {
            anyhow!(
                "`--with-docker` needs a Docker engine and a registry of its own, and {absent}: run it as root on Debian or \
                 Ubuntu with the packages `docker.io`, `docker-registry` and `busybox-static`, or leave `--with-docker` out"
            )
        })?;
        println!("building refresh-images, and starting an engine and a registry …");
        let refresh_images = compile::build(workspace, "refresh-images", Profile::Dev)?;
        let daemon = Daemon::start(CLIENT, &folder.join("engine"))?;
        let registry = LocalRegistry::start(&folder.join("registry"), &folder.join("images"), Door::Open)?;
        let host = Self { daemon, registry, refresh_images };
        host.docker(&["network", "create", "platform"])?;
        Ok(host)
    }

    /// Follows the release into a workspace that ran the one before it.
    pub(super) fn show(
        &self,
        forge: &LocalForge,
        index: &LocalIndex,
        programs: &Programs,
        folder: &Path,
    ) -> anyhow::Result<()> {
        self.set_up(&folder.join("old"))?;
        let before = self.workspace()?;
        println!("\na workspace of `{RUNTIME}` runs on a host, by the image of the release before:");
        self.ps()?;

        let event = forge.tag_push_event(REPO, TAG);
        let job = Job::new(forge, REPO, &event, folder)?
            .with("INPUT_TOKEN", &forge.token(Role::Write))
            .with("INPUT_VERSION", NEW)
            .with("INPUT_PACKAGE", PROJECT)
            .with("INPUT_TEMPLATE-REPO", TEMPLATES)
            .with("INPUT_REPOS", TEMPLATE)
            .with("INPUT_WAIT", "concluded")
            .with("INPUT_RECEIPT", "true")
            .with("INPUT_RECEIPT-IMAGE", &self.image("{owner}", "{runtime}"))
            .with("INPUT_RECEIPT-TIMEOUT", "1");
        println!(
            "\n`{TEMPLATE}` was told, and its run ended well; cascade's receipt says what that is worth:"
        );
        let refused = receipt(&job, programs, 1)?;
        ensure!(refused["state"] == "failed" && refused["runtime"] == OLD, "the old image passed: {refused}");

        println!("\nthe template's run builds the image with the released wheel inside, and pushes it:");
        let is_wheel = |name: &str| Path::new(name).extension().is_some_and(|end| end == "whl");
        let wheel = index.files(PROJECT).into_iter().find(|file| is_wheel(&file.name));
        let wheel = wheel.context("the index has no wheel of the release")?;
        self.push(NEW, &folder.join("new"), &[(&format!("runtime/{}", wheel.name), &wheel.bytes)])?;
        println!("\nthe same job once more: nobody is told twice, and the chain is whole:");
        let proven = receipt(&job, programs, 0)?;
        ensure!(proven["state"] == "proven" && proven["runtime"] == NEW, "there is no receipt: {proven}");

        println!("\nthe host refreshes its images:");
        let told = self.refresh(folder)?;
        ensure!(
            told["recreated"] == serde_json::json!([WORKSPACE]),
            "the workspace was not replaced: {told}"
        );
        let after = self.workspace()?;
        self.ps()?;
        ensure!(after["Id"] != before["Id"], "the container is the same");
        ensure!(after["Config"]["Labels"][LABEL] == NEW, "the workspace does not run the release");
        let held = self.docker(&["exec", WORKSPACE, "/bin/ls", "/runtime", "/data"])?;
        print!("\n$ docker exec {WORKSPACE} ls /runtime /data\n{}\n", indent(&held));
        ensure!(held.contains(&wheel.name), "the released wheel is not in the workspace");
        ensure!(held.contains("precious"), "the workspace's data is lost");

        println!("\nonce more:");
        let told = self.refresh(folder)?;
        ensure!(told["pulled"] == serde_json::json!([]), "it pulled what it has: {told}");
        ensure!(self.workspace()?["Id"] == after["Id"], "it touched what was up to date");
        Ok(())
    }

    /// A host whose one workspace runs the former release, with data of its own.
    fn set_up(&self, folder: &Path) -> anyhow::Result<()> {
        let there = self.docker(&["ps", "--all", "--quiet"])?;
        for id in there.split_whitespace() {
            self.docker(&["rm", "--force", "--volumes", id])?;
        }
        self.push(OLD, folder, &[])?;
        let image = self.image("acme", RUNTIME);
        self.docker(&["pull", "--quiet", &image])?;
        self.docker(&[
            "run",
            "--detach",
            "--name",
            WORKSPACE,
            "--network",
            "platform",
            "--restart",
            "always",
            &image,
        ])?;
        self.docker(&["exec", WORKSPACE, "/bin/touch", "/data/precious"])?;
        Ok(())
    }

    /// Makes an image with this runtime inside, as the template's workflow would, and pushes it; the engine keeps none.
    fn push(&self, version: &str, folder: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<()> {
        let root = hosts::pack(folder, files)?.display().to_string();
        let image = self.image("acme", RUNTIME);
        let changes =
            [format!("LABEL {LABEL}={version}"), "VOLUME /data".to_owned(), format!("CMD {PROGRAM}")];
        let mut import = vec!["import"];
        import.extend(changes.iter().flat_map(|change| ["--change", change]));
        import.extend([root.as_str(), &image]);
        self.docker(&import)?;
        self.docker(&["push", "--quiet", &image])?;
        self.docker(&["rmi", "--force", &image])?;
        println!("  {image} holds {version}");
        Ok(())
    }

    /// What refresh-images tells.
    fn refresh(&self, folder: &Path) -> anyhow::Result<Value> {
        let image = self.image("acme", "{runtime}");
        println!("\n$ refresh-images --runtime {RUNTIME} --image {image}");
        let told = process::output(
            process::command(&self.refresh_images)
                .env_clear()
                .env("DOCKER_HOST", self.daemon.host())
                .args(["--runtime", RUNTIME, "--image", &image, "--settle", "300ms", "--state-dir"])
                .arg(folder.join("refresh-images")),
        )?;
        println!("{}", indent(&told));
        serde_json::from_str(told.trim()).with_context(|| format!("`{told}` is no result"))
    }

    fn image(&self, owner: &str, runtime: &str) -> String {
        format!("{}/{owner}/workspace-template-{runtime}:latest", self.registry.address())
    }

    /// All that the engine tells of the workspace's container.
    fn workspace(&self) -> anyhow::Result<Value> {
        let told = self.docker(&["container", "inspect", WORKSPACE])?;
        let told: Vec<Value> = serde_json::from_str(&told)?;
        told.into_iter().next().context("the workspace is lost")
    }

    /// Shows which containers run, and what is inside.
    fn ps(&self) -> anyhow::Result<()> {
        let format =
            format!("{{{{.ID}}}}  {{{{.Names}}}}  {{{{.Status}}}}  runtime {{{{.Label \"{LABEL}\"}}}}");
        println!("\n$ docker ps\n{}", indent(&self.docker(&["ps", "--format", &format])?));
        Ok(())
    }

    fn docker(&self, arguments: &[&str]) -> anyhow::Result<String> {
        process::output(process::command(CLIENT).env("DOCKER_HOST", self.daemon.host()).args(arguments))
    }
}

/// The receipt of the one target, of a cascade that must end so.
fn receipt(job: &Job, programs: &Programs, exit: i32) -> anyhow::Result<Value> {
    let told = step_ending(job, &programs.cascade, exit)?;
    let section = told.summary.split_once("### Receipts").map_or("", |(_, section)| section);
    println!("\nits receipt:\n{}", indent(section.trim()));
    let receipts = told.outputs.get("receipts").context("there is no output `receipts`")?;
    let receipts: Vec<Value> = serde_json::from_str(receipts)?;
    receipts.into_iter().next().context("there is no receipt")
}
