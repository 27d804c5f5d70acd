//! A runner's host, as a container action sees it.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context as _, ensure};
use fs_err as fs;
use local_forge::Dialect;
use saphyr::{LoadableYamlNode as _, Yaml};
use tempfile::TempDir;

use crate::e2e::{Machine, SCRATCH, image};
use crate::job::read_outputs;
use crate::process;
use crate::workspace::Workspace;

/// The name that the container knows itself by; it is in no DNS, and the engine writes it to `/etc/hosts`.
pub(super) const SERVER: &str = "forge.localhost";

/// What may be on a host.
pub(super) struct Host<'a> {
    pub(super) workspace: &'a Workspace,
    machine: &'a Machine,
    pub(super) dialect: Dialect,
    scratch: &'a Path,
}

/// Where a host puts things in the container.
struct Layout {
    workspace: &'static str,
    commands: &'static str,
    /// Where `HOME` is, and whether the host brings it.
    home: (&'static str, bool),
    temporary: &'static str,
    /// Who owns the workspace.
    owner: u32,
}

/// The hosted runner of GitHub: everything is mounted, and the workspace is the unprivileged user's who runs it.
/// <https://github.com/actions/runner>, `ContainerActionHandler` and `DockerCommandManager`.
const GITHUB: Layout = Layout {
    workspace: "/github/workspace",
    commands: "/github/file_commands",
    home: ("/github/home", true),
    // A folder of the host's, which the container does not have.
    temporary: "/home/runner/work/_temp",
    owner: 1001,
};

/// Gitea's `act_runner`: the workspace has the repository's name and is root's.
const GITEA: Layout = Layout {
    workspace: "/workspace/acme/runtime",
    commands: "/var/run/act/workflow",
    home: ("/root", false),
    temporary: "/tmp",
    owner: 0,
};

/// A step that uses an action.
pub(super) struct Step<'a> {
    pub(super) action: &'a str,
    /// The inputs under `with:`.
    pub(super) inputs: &'a [(&'a str, &'a str)],
    /// What the host tells of the job.
    pub(super) environment: BTreeMap<String, String>,
    /// The event's payload.
    pub(super) event: String,
    /// What `github.token` is.
    pub(super) token: &'a str,
}

/// What a step left.
pub(super) struct Left {
    /// The exit code.
    pub(super) code: i32,
    /// The outputs, as the runner reads them from the command file.
    pub(super) outputs: BTreeMap<String, String>,
    /// The step's summary, Markdown.
    pub(super) summary: String,
    /// What it printed, both streams.
    pub(super) log: String,
}

impl<'a> Host<'a> {
    pub(super) fn new(
        machine: &'a Machine,
        workspace: &'a Workspace,
        dialect: Dialect,
        scratch: &'a Path,
    ) -> Self {
        Self { workspace, machine, dialect, scratch }
    }

    fn layout(&self) -> &'static Layout {
        match self.dialect {
            Dialect::GitHub => &GITHUB,
            Dialect::Gitea => &GITEA,
        }
    }

    /// Where the workspace is in the container.
    pub(super) fn workspace_inside(&self) -> &'static str {
        self.layout().workspace
    }

    /// A folder for the files of a case.
    pub(super) fn folder(&self) -> anyhow::Result<TempDir> {
        Ok(tempfile::tempdir_in(self.scratch)?)
    }

    /// Runs a step on the files of `checkout`, which are given to whom they belong on such a host.
    pub(super) fn run(&self, step: &Step<'_>, checkout: &Path) -> anyhow::Result<Left> {
        let layout = self.layout();
        give(checkout, layout.owner)?;
        let files = self.folder()?;
        let (home, commands) = (files.path().join("home"), files.path().join("commands"));
        for folder in [&home, &commands] {
            fs::create_dir_all(folder)?;
        }
        let file = |name: &str, text: &str| -> anyhow::Result<String> {
            let path = commands.join(name);
            fs::write(&path, text)?;
            fs::set_permissions(&path, Permissions::from_mode(0o666))?;
            Ok(format!("{}/{name}", layout.commands))
        };
        let mut environment = step.environment.clone();
        environment.extend(inputs(self.workspace, self.dialect, step)?);
        let mut set = |name: &str, value: String| environment.insert(name.to_owned(), value);
        set("GITHUB_OUTPUT", file("set_output_1", "")?);
        set("GITHUB_STEP_SUMMARY", file("step_summary_1", "")?);
        set("GITHUB_ENV", file("set_env_1", "")?);
        set("GITHUB_PATH", file("add_path_1", "")?);
        set("GITHUB_STATE", file("save_state_1", "")?);
        set("GITHUB_EVENT_PATH", file("event.json", &step.event)?);
        set("GITHUB_WORKSPACE", layout.workspace.to_owned());
        set("RUNNER_TEMP", layout.temporary.to_owned());
        set("RUNNER_OS", "Linux".to_owned());

        let mut docker = self.machine.engine.docker();
        docker.args(["run", "--rm", "--network", "host", "--add-host"]).arg(format!("{SERVER}:127.0.0.1"));
        docker.args(["--workdir", layout.workspace]);
        // Beyond the contract: one static program needs no folder but the mounted ones, not even `/tmp`.
        docker.args(SCRATCH.contains(&step.action).then_some("--read-only"));
        // Named alone, a value is read from the client's own environment, in which `HOME` is somebody else's.
        docker.args(["--env", &format!("HOME={}", layout.home.0)]);
        docker.args(environment.keys().flat_map(|name| ["--env", name])).envs(&environment);
        let mut mount = |from: &Path, to: &str| {
            docker.arg("--volume").arg(format!("{}:{to}", from.display()));
        };
        mount(checkout, layout.workspace);
        mount(&commands, layout.commands);
        if layout.home.1 {
            mount(&home, layout.home.0);
        }
        docker.arg(image::image_of(self.workspace, step.action)?);
        let Output { status, stdout, stderr } = docker.output().context("could not start `docker`")?;
        let log = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        Ok(Left {
            code: status.code().with_context(|| format!("`docker run` ended with {status}: {log}"))?,
            outputs: read_outputs(&fs::read_to_string(commands.join("set_output_1"))?),
            summary: fs::read_to_string(commands.join("step_summary_1"))?,
            log,
        })
    }

    /// What a program of an action's image prints, without any network; the image's own where none is named.
    pub(super) fn ask(&self, action: &str, program: Option<&str>, argument: &str) -> anyhow::Result<String> {
        let mut docker = self.machine.engine.docker();
        docker.args(["run", "--rm", "--network", "none"]);
        docker.args(program.into_iter().flat_map(|program| ["--entrypoint", program]));
        process::output(docker.arg(image::image_of(self.workspace, action)?).arg(argument))
    }

    /// Holds that everything in a folder, itself included, belongs to whom the workspace belongs: what a container
    /// writes as root, the job's later steps could neither change nor remove.
    pub(super) fn check_owner(&self, folder: &Path) -> anyhow::Result<()> {
        let owner = self.layout().owner;
        let mut files = vec![folder.to_owned()];
        while let Some(path) = files.pop() {
            let metadata = fs::symlink_metadata(&path)?;
            ensure!(
                (metadata.uid(), metadata.gid()) == (owner, owner),
                "`{}` belongs to {}:{} and not to {owner}",
                path.display(),
                metadata.uid(),
                metadata.gid()
            );
            files.extend(children(&path)?);
        }
        Ok(())
    }
}

impl Left {
    /// An output, empty when it was not set.
    pub(super) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// Holds how it ended, and shows what it printed where that is another way.
    pub(super) fn check_code(&self, code: i32) -> anyhow::Result<()> {
        ensure!(self.code == code, "it exited with {} and not {code}:\n{}", self.code, self.log);
        Ok(())
    }
}

/// The variables of a step's inputs: every one that the action declares, with its default or empty where the step
/// does not set it; at Gitea each under its bare name too.
fn inputs(
    workspace: &Workspace,
    dialect: Dialect,
    step: &Step<'_>,
) -> anyhow::Result<BTreeMap<String, String>> {
    let path = workspace.root().join(step.action).join("action.yml");
    let metadata = Yaml::load_from_str(&fs::read_to_string(&path)?)?;
    let declared = metadata.first().and_then(|document| document.as_mapping_get("inputs"));
    let declared = declared.and_then(Yaml::as_mapping).context("the action declares no inputs")?;
    let mut variables = BTreeMap::new();
    for (name, input) in declared {
        let name = name.as_str().context("an input's name is no string")?;
        let set = step.inputs.iter().find(|(with, _)| *with == name).map(|(_, value)| *value);
        let default = input.as_mapping_get("default").and_then(Yaml::as_str);
        let value = match set.or(default).unwrap_or_default() {
            "${{ github.token }}" => step.token,
            plain => plain,
        };
        variables.insert(format!("INPUT_{}", name.to_uppercase().replace(' ', "_")), value.to_owned());
        if dialect == Dialect::Gitea {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    let unknown = step
        .inputs
        .iter()
        .find(|(name, _)| !variables.contains_key(&format!("INPUT_{}", name.to_uppercase())));
    ensure!(unknown.is_none(), "`{}` declares no input {unknown:?}", step.action);
    Ok(variables)
}

/// Gives a folder and all in it to a user.
fn give(folder: &Path, owner: u32) -> anyhow::Result<()> {
    let mut files = vec![folder.to_owned()];
    while let Some(path) = files.pop() {
        files.extend(children(&path)?);
        chown(&path, Some(owner), Some(owner))?;
    }
    Ok(())
}

/// What lies in a folder; nothing in a file or a link.
fn children(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !fs::symlink_metadata(path)?.is_dir() {
        return Ok(Vec::new());
    }
    fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect()
}
