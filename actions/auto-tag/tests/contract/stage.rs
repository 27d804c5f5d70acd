//! A repository on a forge, and the binary run as a runner runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fs_err as fs;
use local_forge::{Dialect, JobEvent, LocalForge, MergeStyle, NewPull, openapi};
use tempfile::TempDir;

use crate::ran::Ran;

/// The repository of every test.
pub(crate) const REPO: &str = "acme/core";

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

/// A forge with one repository, and a job's token for it.
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

impl Stage {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let forge = LocalForge::start(dialect);
        forge.repo(REPO);
        for label in ["release:major", "release:minor", "release:patch", "release:skip"] {
            forge.label(REPO, label);
        }
        let token = forge.job_token(REPO);
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

    /// Releases the newest commit of main beforehand, by another hand; the commit.
    pub(crate) fn released(&self, version: &str) -> String {
        let head = self.forge.head(REPO, "main");
        self.forge.tag(REPO, &format!("runtime-v{version}"), &head, Some(&format!("Release {version}")));
        head
    }

    /// Lets what happens from now on happen just now, as the forge's look-up lags only behind the fresh.
    pub(crate) fn now(&self) {
        self.forge.set_time(jiff::Timestamp::now());
    }

    /// Opens a pull request with these labels; its number.
    pub(crate) fn opened(&self, title: &str, labels: &[&str]) -> u64 {
        self.forge.pull_request(REPO, &NewPull { labels, ..NewPull::titled(title) }).number
    }

    /// Merges a new pull request with these labels; the merge's commit.
    pub(crate) fn merged(&self, title: &str, labels: &[&str], style: MergeStyle) -> String {
        self.forge.merge(REPO, self.opened(title, labels), style)
    }

    /// Merges a new pull request that changes these files; the merge's commit.
    pub(crate) fn changed(&self, title: &str, files: &[(&str, &str)]) -> String {
        let pull = self.forge.pull_request(REPO, &NewPull { files, ..NewPull::titled(title) });
        self.forge.merge(REPO, pull.number, MergeStyle::Squash)
    }

    /// Commits a workflow to main that can be dispatched and that waits for release tags.
    pub(crate) fn workflow(&self, file: &str) -> String {
        let text = "name: publish\non:\n  push:\n    tags: ['runtime-v*']\n  workflow_dispatch:\n    inputs:\n      version:\n        default: none\n      note:\n        default: none\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps: []\n";
        let path = self.pick(".github/workflows/", ".gitea/workflows/").to_owned() + file;
        self.forge.commit(REPO, "main", &[(&path, text)], "ci: publish")
    }

    /// The event of the push that made `after` the head of main.
    pub(crate) fn push(&self, after: &str) -> JobEvent {
        self.forge.push_event(REPO, "main", "", after)
    }

    /// Runs the binary for an event, with inputs beside the token.
    pub(crate) fn run(&self, event: &JobEvent, inputs: &[(&str, &str)]) -> Ran {
        self.run_in(&self.environment(event), inputs)
    }

    /// Runs the binary for the push that made `after` the head of main.
    pub(crate) fn run_push(&self, after: &str, inputs: &[(&str, &str)]) -> Ran {
        self.run(&self.push(after), inputs)
    }

    /// The environment of the event's job, the token's inputs among it.
    pub(crate) fn environment(&self, event: &JobEvent) -> BTreeMap<String, String> {
        let mut environment = self.forge.env(REPO, event);
        let payload = self.new_file("event.json", &event.payload.to_string());
        environment.insert("GITHUB_EVENT_PATH".into(), payload.to_str().unwrap().into());
        environment.insert("INPUT_TOKEN".into(), self.token.clone());
        environment.insert("INPUT_JOB-TOKEN".into(), self.token.clone());
        environment
    }

    /// Runs the binary in an environment, as a container action: with nothing else around it.
    pub(crate) fn run_in(&self, environment: &BTreeMap<String, String>, inputs: &[(&str, &str)]) -> Ran {
        let (output, summary) = (self.new_file("output", ""), self.new_file("summary", ""));
        let mut command = Command::new(env!("CARGO_BIN_EXE_auto-tag"));
        command.env_clear().envs(environment);
        command.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        let done = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let ran = Ran::new(
            done.status.code().expect("it ends by itself"),
            text(&done.stdout) + &text(&done.stderr),
            &fs::read_to_string(output).unwrap(),
            fs::read_to_string(summary).unwrap(),
        );
        self.assert_nothing_leaked(&ran, inputs);
        ran
    }

    fn new_file(&self, name: &str, text: &str) -> PathBuf {
        let folder = self.files.path().join(self.runs.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
        folder.join(name)
    }

    /// In every test: no token is in a log, a summary, an output or a URL, and no run ends in a panic.
    fn assert_nothing_leaked(&self, ran: &Ran, inputs: &[(&str, &str)]) {
        assert!(!ran.log.contains("this is a bug"), "{}", ran.log);
        let given = inputs.iter().filter(|(name, value)| *name == "token" && !value.trim().is_empty());
        for token in given.map(|(_, value)| *value).chain([self.token.as_str()]) {
            let unmasked = ran.log.lines().filter(|line| !line.starts_with("::add-mask::"));
            assert!(!unmasked.collect::<String>().contains(token), "a token is in the log:\n{}", ran.log);
            assert!(!ran.summary.contains(token), "a token is in the summary");
            assert!(!format!("{:?}", ran.outputs).contains(token), "a token is in an output");
            for exchange in self.forge.exchanges() {
                assert!(!exchange.target.contains(token), "a token is in a URL");
            }
        }
    }

    /// The repository's tags: name and commit.
    pub(crate) fn tags(&self) -> BTreeMap<String, String> {
        self.forge.tags(REPO).into_iter().map(|(name, tag)| (name, tag.commit)).collect()
    }

    /// The names of the repository's tags.
    pub(crate) fn tag_names(&self) -> Vec<String> {
        self.tags().into_keys().collect()
    }

    /// How often the forge was asked for an operation.
    pub(crate) fn asked(&self, operation: &str) -> usize {
        local_forge::count(&self.forge.exchanges(), operation)
    }
}
