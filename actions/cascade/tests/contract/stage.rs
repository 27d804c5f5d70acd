//! Templates on a forge, and the binary run as a runner runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fs_err as fs;
use local_forge::{Dialect, Dispatched, LocalForge, Role, openapi};
use tempfile::TempDir;

use crate::ran::Ran;

/// The repository that was released.
pub(crate) const SOURCE: &str = "molecule-ai/molecule-core";

/// The built-in list.
pub(crate) const RUNTIMES: [&str; 8] =
    ["langgraph", "claude-code", "crewai", "autogen", "deepagents", "hermes", "gemini-cli", "openclaw"];

/// Runs each test in both dialects.
macro_rules! on_both {
    ($($(#[$attribute:meta])* fn $name:ident($stage:ident: &Stage) $body:block)*) => {
        $(fn $name($stage: &Stage) $body)*

        mod github {
            $($(#[$attribute])* #[test] fn $name() { super::$name(&super::Stage::new(local_forge::Dialect::GitHub)) })*
        }

        mod gitea {
            $($(#[$attribute])* #[test] fn $name() { super::$name(&super::Stage::new(local_forge::Dialect::Gitea)) })*
        }
    };
}

/// A forge with the released repository, and the token of somebody who may write to its neighbours.
pub(crate) struct Stage {
    pub(crate) forge: LocalForge,
    pub(crate) token: String,
    files: TempDir,
    runs: AtomicUsize,
}

/// After every test: what was sent to GitHub, and what it answered, is as GitHub describes it.
impl Drop for Stage {
    fn drop(&mut self) {
        if !thread::panicking() && self.dialect() == Dialect::GitHub {
            let violations = openapi::check(&self.forge.exchanges());
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}

/// The template of a runtime.
pub(crate) fn template(runtime: &str) -> String {
    format!("molecule-ai/molecule-ai-workspace-template-{runtime}")
}

/// Waits for something that the forge shows.
#[track_caller]
pub(crate) fn wait_until(is_there: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_there() {
        assert!(begun.elapsed() < Duration::from_mins(2), "it never came");
        thread::sleep(Duration::from_millis(5));
    }
}

impl Stage {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let forge = LocalForge::start(dialect);
        forge.set_time(jiff::Timestamp::now());
        forge.repo(SOURCE);
        let token = forge.token(Role::Write);
        Self { forge, token, files: TempDir::new().unwrap(), runs: AtomicUsize::new(0) }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.forge.dialect()
    }

    /// The one for GitHub, or the one for Gitea.
    pub(crate) fn pick<T>(&self, github: T, gitea: T) -> T {
        match self.dialect() {
            Dialect::GitHub => github,
            Dialect::Gitea => gitea,
        }
    }

    /// Makes all eight templates, each with a receiver.
    pub(crate) fn templates(&self) -> Vec<String> {
        RUNTIMES.iter().map(|runtime| self.template(runtime)).collect()
    }

    /// Makes a template with a receiver that answers the event and can be started.
    pub(crate) fn template(&self, runtime: &str) -> String {
        let repo = template(runtime);
        self.receiver(&repo);
        repo
    }

    /// Makes a repository with such a receiver.
    pub(crate) fn receiver(&self, repo: &str) {
        self.forge.repo(repo);
        self.workflow(
            repo,
            "publish-image.yml",
            "run-name: Publish [${{ github.event.client_payload.cascade_id || inputs.cascade_id }}]\non:\n  repository_dispatch:\n    types: [runtime-published]\n  workflow_dispatch:\n    inputs:\n      runtime_version:\n        default: ''\n      cascade_id:\n        default: ''\n      source:\n        default: ''\n",
        );
    }

    /// Commits a workflow to main: its head, and one job.
    pub(crate) fn workflow(&self, repo: &str, file: &str, head: &str) {
        let jobs = "jobs:\n  image:\n    runs-on: ubuntu-latest\n    steps: []\n";
        self.workflow_file(repo, file, &format!("{head}{jobs}"));
    }

    /// Commits a whole workflow to main.
    pub(crate) fn workflow_file(&self, repo: &str, file: &str, text: &str) {
        let path = self.pick(".github/workflows/", ".gitea/workflows/").to_owned() + file;
        self.forge.commit(repo, "main", &[(&path, text)], "ci: publish");
    }

    /// The runs of a repository that a cascade has started.
    pub(crate) fn told(&self, repo: &str) -> Vec<Dispatched> {
        let runs = self.forge.runs(repo).into_iter();
        runs.filter(|run| matches!(run.event.as_str(), "repository_dispatch" | "workflow_dispatch")).collect()
    }

    /// The version that the last run of a repository was told.
    pub(crate) fn last_told(&self, repo: &str) -> String {
        let last = self.told(repo).pop();
        let told = last.unwrap_or_else(|| panic!("`{repo}` was never told"));
        told.inputs["runtime_version"].as_str().unwrap_or_default().to_owned()
    }

    /// Runs the binary, told of version 1.4.0, with these inputs beside the token.
    pub(crate) fn run(&self, inputs: &[(&str, &str)]) -> Ran {
        let mut all = vec![("version", "1.4.0"), ("token", self.token.as_str())];
        all.extend(inputs);
        self.run_with(&all)
    }

    /// Runs the binary with these inputs and no others.
    pub(crate) fn run_with(&self, inputs: &[(&str, &str)]) -> Ran {
        self.started(inputs).ends(self)
    }

    /// The environment of the job: that of a push to main of the released repository.
    fn environment(&self) -> BTreeMap<String, String> {
        let head = self.forge.head(SOURCE, "main");
        let event = self.forge.push_event(SOURCE, "main", "", &head);
        let mut environment = self.forge.env(SOURCE, &event);
        let payload = self.new_file("event.json", &event.payload.to_string());
        environment.insert("GITHUB_EVENT_PATH".into(), payload.to_str().unwrap().into());
        environment.insert("GITHUB_WORKSPACE".into(), self.files.path().to_str().unwrap().into());
        environment
    }

    /// Starts the binary as a container action: with nothing else around it.
    pub(crate) fn started(&self, inputs: &[(&str, &str)]) -> Started {
        let (output, summary) = (self.new_file("output", ""), self.new_file("summary", ""));
        let mut command = Command::new(env!("CARGO_BIN_EXE_cascade"));
        command.env_clear().envs(self.environment());
        command.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        let mut tokens = Vec::new();
        for (name, value) in inputs {
            // a name in capitals is a variable of the environment
            if name.to_uppercase() == *name {
                command.env(name, value);
            } else {
                command.env(format!("INPUT_{}", name.to_uppercase()), value);
            }
            if name.to_lowercase().contains("token") && value.len() > 8 {
                tokens.push((*value).to_owned());
            }
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Started { child: command.spawn().unwrap(), output, summary, tokens }
    }

    /// Writes a file into the workspace.
    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    /// Reads a file of the workspace.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The path of a file of the workspace.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.files.path().join(path)
    }

    fn new_file(&self, name: &str, text: &str) -> PathBuf {
        let folder = self.files.path().join(self.runs.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
        folder.join(name)
    }

    /// How often the forge was asked for an operation.
    pub(crate) fn asked(&self, operation: &str) -> usize {
        local_forge::count(&self.forge.exchanges(), operation)
    }

    /// How many requests have changed something, or tried to.
    pub(crate) fn writes(&self) -> usize {
        let writes = ["repos.dispatch", "workflows.dispatch", "pulls.create", "contents.change"];
        writes.iter().map(|operation| self.asked(operation)).sum()
    }
}

/// A run of the binary that may still go on.
pub(crate) struct Started {
    child: Child,
    output: PathBuf,
    summary: PathBuf,
    tokens: Vec<String>,
}

impl Started {
    /// Sends it a signal, as a runner does when a job is cancelled.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// The signals for which it has a handler, a bit each, as the kernel tells.
    #[cfg(target_os = "linux")]
    pub(crate) fn caught_signals(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        u64::from_str_radix(caught.unwrap().trim(), 16).unwrap()
    }

    /// Ends it at once, as a runner does that is switched off.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn ends(self, stage: &Stage) -> Ran {
        let done = self.child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let ran = Ran::new(
            done.status.code().expect("it ends by itself"),
            text(&done.stdout) + &text(&done.stderr),
            &fs::read_to_string(&self.output).unwrap(),
            fs::read_to_string(&self.summary).unwrap(),
        );
        assert!(!ran.log.contains("this is a bug"), "{}", ran.log);
        for token in &self.tokens {
            let unmasked = ran.log.lines().filter(|line| !line.starts_with("::add-mask::"));
            assert!(!unmasked.collect::<String>().contains(token), "a token is in the log:\n{}", ran.log);
            assert!(!ran.summary.contains(token), "a token is in the summary");
            assert!(!format!("{:?}", ran.outputs).contains(token), "a token is in an output");
            for exchange in stage.forge.exchanges() {
                assert!(!exchange.target.contains(token), "a token is in a URL");
            }
        }
        ran
    }
}
