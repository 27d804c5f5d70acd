//! What must become of each template.

use std::path::Path;

use anyhow::{Context as _, ensure};
use fs_err as fs;
use local_forge::{Dialect, LocalForge};

use super::stage::{Asked, IMAGE, PASSWORD, REPO, Registry, Stage, USER};
use crate::e2e::act::Run;
use crate::e2e::image;
use crate::e2e::tried::Tried;
use crate::process;

/// A template that is not published, and the gate that it is held up by.
struct Refused {
    what: &'static str,
    change: fn(&Path) -> anyhow::Result<()>,
    version: &'static str,
    /// The step that fails.
    gate: &'static str,
    says: &'static str,
}

/// In the order of the gates.
const REFUSED: [Refused; 5] = [
    Refused {
        what: "one that breaks the contract",
        change: |folder| Ok(fs::remove_file(folder.join("adapter.py"))?),
        version: "1.4.0",
        gate: "Validate",
        says: "not valid: ",
    },
    Refused {
        what: "one whose image cannot be built, for a version that there is not",
        change: |_| Ok(()),
        version: "9.9.9",
        gate: "Build",
        says: "No matching distribution found for molecule-ai-workspace-runtime==9.9.9",
    },
    Refused {
        what: "one with a module that cannot be imported in its image",
        change: |folder| append(&folder.join("adapter.py"), "\nimport nothing_that_is_installed\n"),
        version: "1.4.0",
        gate: "Judge",
        says: "nothing_that_is_installed",
    },
    Refused {
        what: "one that installs another runtime than it was told",
        change: |folder| {
            let dockerfile = folder.join("Dockerfile");
            let text = fs::read_to_string(&dockerfile)?;
            let other = text.replace("runtime==${RUNTIME_VERSION}", "runtime>=${RUNTIME_VERSION}");
            ensure!(other != text, "the starter pins its runtime otherwise");
            Ok(fs::write(dockerfile, other)?)
        },
        version: "1.3.0",
        gate: "Check the runtime",
        says: "the image holds molecule-ai-workspace-runtime 1.4.0, which is not molecule-ai-workspace-runtime==1.3.0",
    },
    Refused {
        what: "one whose version is a command",
        change: |_| Ok(()),
        version: "1.4.0; touch owned",
        gate: "Name",
        says: "the runtime's version is no version",
    },
];

const GITHUB: &str = ".github/workflows/publish-image.yml";
const GITEA: &str = ".gitea/workflows/publish-image.yml";

pub(super) fn try_all(stage: &Stage<'_>, tried: &mut Tried<'_>) {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        tried.case(&format!("{dialect}: a new runtime became an image that refresh-images pulls"), || {
            is_published(stage, dialect)
        });
    }
    tried.case("GitHub: a push became an image with the runtime that the template asks for", || {
        push_is_published(stage)
    });
    for refused in &REFUSED {
        tried.case(&format!("GitHub: nothing was pushed of {}", refused.what), || refused.run(stage));
    }
    tried.case("Gitea: the job's token was handed to no registry", || job_token_stays(stage));
    tried.case("GitHub: the starter passes its own CI, with the probe in its image", || {
        ci_passes(stage, true)
    });
    tried.case("GitHub: what cannot be imported in its image fails the starter's CI", || {
        ci_passes(stage, false)
    });
    tried.case("GitHub: the starter passes validate-template-probe.yml", || probe_passes(stage));
}

/// Puts the form for Gitea in place of the starter's.
fn with_steps(stage: &Stage<'_>, folder: &Path) -> anyhow::Result<()> {
    fs::remove_dir_all(folder.join(".github"))?;
    let target = folder.join(GITEA);
    fs::create_dir_all(target.parent().context("a workflow lies in a folder")?)?;
    copy_caller(stage, "template-receiver-steps.yml", &target)
}

fn copy_caller(stage: &Stage<'_>, caller: &str, target: &Path) -> anyhow::Result<()> {
    fs::copy(stage.workspace.root().join("examples/callers").join(caller), target)?;
    Ok(())
}

fn append(file: &Path, text: &str) -> anyhow::Result<()> {
    Ok(fs::write(file, fs::read_to_string(file)? + text)?)
}

fn is_published(stage: &Stage<'_>, dialect: Dialect) -> anyhow::Result<()> {
    let forge = LocalForge::start(dialect);
    let registry = Registry::start(stage.scratch)?;
    let checkout = stage.template(&forge, |folder| match dialect {
        Dialect::GitHub => copy_caller(stage, "template-receiver.yml", &folder.join(GITHUB)),
        Dialect::Gitea => with_steps(stage, folder),
    })?;
    let (host, index) = (registry.host(), stage.index.simple_url());
    let asked = Asked {
        dialect,
        workflow: Path::new(if dialect == Dialect::GitHub { GITHUB } else { GITEA }),
        version: Some("1.4.0"),
        variables: vec![("REGISTRY", &host), ("REGISTRY_USER", USER), ("INDEX_URL", &index)],
        secrets: vec![("REGISTRY_TOKEN", PASSWORD)],
    };
    let run = stage.run(&forge, &checkout, &asked)?;
    check_published(&run, &registry, &forge, "1.4.0")
        .and_then(|()| is_pulled(stage, &registry))
        .with_context(|| format!("the log of the run:\n{}\n", run.log()))
}

fn push_is_published(stage: &Stage<'_>) -> anyhow::Result<()> {
    let forge = LocalForge::start(Dialect::GitHub);
    let registry = Registry::start(stage.scratch)?;
    let checkout = stage.template(&forge, |_| Ok(()))?;
    let host = registry.host();
    let asked = Asked {
        dialect: Dialect::GitHub,
        workflow: Path::new(GITHUB),
        version: None,
        variables: vec![("REGISTRY", &host), ("REGISTRY_USER", USER)],
        secrets: vec![("REGISTRY_TOKEN", PASSWORD)],
    };
    // A run that has waited builds what the branch has by then.
    let newer = forge.commit(REPO, "main", &[("system-prompt.md", "You are brief.\n")], "Say less");
    let run = stage.run(&forge, &checkout, &asked)?;
    ensure!(forge.head(REPO, "main") == newer, "the branch is elsewhere");
    check_published(&run, &registry, &forge, "1.3.0")
        .with_context(|| format!("the log of the run:\n{}\n", run.log()))
}

/// Two tags of one image, whose labels tell what is inside.
fn check_published(run: &Run, registry: &Registry, forge: &LocalForge, version: &str) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let head = forge.head(REPO, "main");
    let tags = registry.images.tags(IMAGE)?;
    let names: Vec<_> = tags.keys().map(String::as_str).collect();
    let of_commit = format!("sha-{}", &head[..7]);
    ensure!(names == ["latest", of_commit.as_str()], "the image has the tags {names:?}");
    let latest = &tags["latest"];
    ensure!(*latest == tags[&of_commit], "the tags are of different images");
    for (label, value) in [("version", version), ("revision", &head)] {
        let told = latest.labels.get(&format!("org.opencontainers.image.{label}")).map_or("", String::as_str);
        ensure!(told == value, "the label `{label}` is `{told}` and not `{value}`");
    }
    let outputs = run.outputs_of("Push").context("nothing was pushed")?;
    let image = outputs.get("image").map_or("", String::as_str);
    let expected = format!("{}/{IMAGE}@{}", registry.host(), latest.digest);
    ensure!(image == expected, "the output `image` is `{image}` and not `{expected}`");
    Ok(())
}

/// The tool of hosts, from its image with the engine's socket mounted, pulls what was pushed, by the name that it forms
/// itself but for the host.
fn is_pulled(stage: &Stage<'_>, registry: &Registry) -> anyhow::Result<()> {
    let engine = &stage.machine.engine;
    let socket =
        engine.environment().map_or_else(|| "unix:///var/run/docker.sock".to_owned(), |(_, host)| host);
    let socket = socket.strip_prefix("unix://").context("the engine is elsewhere")?;
    let name = format!("{}/molecule-ai/workspace-template-{{runtime}}:latest", registry.host());
    let said = process::output(
        engine
            .docker()
            .args(["run", "--rm", "--network", "host", "--volume"])
            .arg(format!("{socket}:/var/run/docker.sock"))
            .args(["--env", "GHCR_USER", "--env", "GHCR_TOKEN"])
            .envs([("GHCR_USER", USER), ("GHCR_TOKEN", PASSWORD)])
            .arg(image::image_of(stage.workspace, "refresh-images")?)
            .args(["--runtime", "langgraph", "--no-recreate", "--image", &name]),
    )?;
    ensure!(said.contains(r#""failed":[]"#), "refresh-images says `{said}`");
    Ok(())
}

impl Refused {
    fn run(&self, stage: &Stage<'_>) -> anyhow::Result<()> {
        let forge = LocalForge::start(Dialect::GitHub);
        let registry = Registry::start(stage.scratch)?;
        let checkout = stage.template(&forge, self.change)?;
        let (host, index) = (registry.host(), stage.index.simple_url());
        let asked = Asked {
            dialect: Dialect::GitHub,
            workflow: Path::new(GITHUB),
            version: Some(self.version),
            variables: vec![("REGISTRY", &host), ("REGISTRY_USER", USER), ("INDEX_URL", &index)],
            secrets: vec![("REGISTRY_TOKEN", PASSWORD)],
        };
        let run = stage.run(&forge, &checkout, &asked)?;
        self.check(&run, &registry).with_context(|| format!("the log of the run:\n{}\n", run.log()))
    }

    fn check(&self, run: &Run, registry: &Registry) -> anyhow::Result<()> {
        ensure!(!run.succeeded(), "the workflow succeeded");
        ensure!(run.has_failed_in(self.gate), "the step `{}` did not fail", self.gate);
        ensure!(run.log().contains(self.says), "the log does not say `{}`", self.says);
        let tags = registry.images.tags(IMAGE)?;
        ensure!(tags.is_empty(), "the registry holds {tags:?}");
        Ok(())
    }
}

fn job_token_stays(stage: &Stage<'_>) -> anyhow::Result<()> {
    let forge = LocalForge::start(Dialect::Gitea);
    let checkout = stage.template(&forge, |folder| with_steps(stage, folder))?;
    let asked = Asked {
        dialect: Dialect::Gitea,
        workflow: Path::new(GITEA),
        version: Some("1.4.0"),
        variables: Vec::new(),
        secrets: Vec::new(),
    };
    let run = stage.run(&forge, &checkout, &asked)?;
    ensure!(
        run.has_failed_in("Log in")
            && run.log().contains("nobody may push to ghcr.io without the secret REGISTRY_TOKEN"),
        "the log of the run:\n{}\n",
        run.log()
    );
    Ok(())
}

/// Runs a workflow that builds and tries, and pushes nothing.
fn judged(
    stage: &Stage<'_>,
    workflow: &Path,
    change: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<Run> {
    let forge = LocalForge::start(Dialect::GitHub);
    let checkout = stage.template(&forge, change)?;
    let asked = Asked {
        dialect: Dialect::GitHub,
        workflow,
        version: None,
        variables: Vec::new(),
        secrets: Vec::new(),
    };
    stage.run(&forge, &checkout, &asked)
}

const UNIMPORTABLE: &str = "\nimport nothing_that_is_installed\n";

fn ci_passes(stage: &Stage<'_>, passes: bool) -> anyhow::Result<()> {
    let run = judged(stage, Path::new(".github/workflows/ci.yml"), |folder| {
        if passes { Ok(()) } else { append(&folder.join("adapter.py"), UNIMPORTABLE) }
    })?;
    let said = run.said_by("Conclude").first().map_or("", String::as_str);
    let expected =
        format!("static: success (valid: true), probe: {}", if passes { "success" } else { "failure" });
    ensure!(
        run.succeeded() == passes && said == expected,
        "the last job saw `{said}` and not `{expected}`: the log of the run:\n{}\n",
        run.log()
    );
    Ok(())
}

fn probe_passes(stage: &Stage<'_>) -> anyhow::Result<()> {
    let run = judged(stage, Path::new(".github/workflows/probe.yml"), |folder| {
        copy_caller(stage, "validate-template-probe.yml", &folder.join(".github/workflows/probe.yml"))
    })?;
    let said = run.said_by("Judge").join("\n");
    ensure!(
        run.succeeded() && said.contains("valid: no findings"),
        "the probe was judged otherwise: the log of the run:\n{}\n",
        run.log()
    );
    Ok(())
}
