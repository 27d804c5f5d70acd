//! Playing a scenario: its set-up by the forge's verbs, its requests over HTTP.

use local_forge::{Dialect, LocalForge, MergeStyle, NewPull, NewRepo, Role};
use loopback::Response;
use replay::Replay;
use serde_json::Value;

/// A scenario on its way.
pub(crate) struct Story {
    forge: LocalForge,
    pub(crate) replay: Replay,
    job: Option<String>,
}

impl Story {
    pub(crate) fn begin() -> Self {
        let forge = LocalForge::start(Dialect::Gitea);
        let replay = Replay::against(&forge.url());
        Self { forge, replay, job: None }
    }

    pub(crate) fn set_up(&mut self, step: &Value) {
        let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = || step["number"].as_u64().unwrap();
        let repo = text("repo");
        let bind = match text("do").as_str() {
            "repo" => {
                let writers = step["collaborators"].as_array().map_or(0, Vec::len);
                let private = step["private"].as_bool().unwrap_or(false);
                let new = NewRepo { private, writers: vec![Role::Write; writers] };
                self.forge.new_repo(&text("name"), &new)
            }
            "job_token" => {
                self.job = Some(self.forge.hold_job(&repo, &text("workflow")));
                String::new()
            }
            "commit" => {
                let files = step["files"].as_object().unwrap();
                let files: Vec<_> =
                    files.iter().map(|(path, text)| (path.as_str(), text.as_str().unwrap())).collect();
                let base = step.get("base").and_then(Value::as_str).unwrap_or("main");
                self.forge.commit_from(&repo, &text("branch"), base, &files, &text("message"))
            }
            "tag" => {
                let at = self.replay.bound(&text("at"));
                let message = step.get("message").and_then(Value::as_str);
                self.forge.tag(&repo, &text("name"), at, message)
            }
            "pull_request" | "open_pull_request" => {
                let labels: Vec<_> =
                    step["labels"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let commits = usize::try_from(step["commits"].as_u64().unwrap_or(0)).unwrap();
                let (head, base, title) = (text("head"), text("base"), text("title"));
                let new =
                    NewPull { head: &head, base: &base, labels: &labels, commits, ..NewPull::titled(&title) };
                self.forge.pull_request(&repo, &new).head
            }
            "merge" => {
                let style = MergeStyle::from_name(&text("style")).unwrap();
                let merged = self.forge.merged_as(&repo, number());
                merged.unwrap_or_else(|| self.forge.merge(&repo, number(), style))
            }
            "find_commit" => {
                let subject = text("subject");
                let history = self.forge.history(&repo, &text("branch"));
                history.into_iter().find(|(_, message)| message.trim_end() == subject).unwrap().0
            }
            other => {
                self.rule(other, step, &repo);
                String::new()
            }
        };
        if let Some(name) = step.get("bind").and_then(Value::as_str) {
            self.replay.bind(name, bind);
        }
    }

    fn rule(&self, verb: &str, step: &Value, repo: &str) {
        let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
        match verb {
            "label" => self.forge.label(repo, text("name")),
            "draft_release" => self.forge.draft_release(repo, text("tag")),
            "protect_tags" => self.forge.protect_tags(repo, text("pattern")),
            "protect_branch" => self.forge.protect_branch(repo, text("branch"), &[text("required_check")]),
            "unprotect_branch" => self.forge.unprotect_branch(repo, text("branch")),
            "archive" => self.forge.set_archived(repo, step["archived"].as_bool().unwrap_or(true)),
            "rename" => self.forge.rename(repo, text("to")),
            // Here everything has come to rest as soon as its verb returns.
            "settle" | "wait" | "wait_runs" => {}
            unknown => panic!("the scenario has an unknown verb `{unknown}`"),
        }
    }

    /// Sends a recorded request and binds what its answer names.
    pub(crate) fn ask(&mut self, step: &Value) -> Response {
        let token = self.token(step["as"].as_str().unwrap());
        self.replay.ask(step, token.as_deref())
    }

    fn token(&self, who: &str) -> Option<String> {
        match who {
            "admin" => Some(self.forge.token(Role::Admin)),
            "write" => Some(self.forge.token(Role::Write)),
            "read" => Some(self.forge.token(Role::Read)),
            "job" => Some(self.job.clone().unwrap()),
            "bad" => Some("0123456789".repeat(4)),
            _ => None,
        }
    }
}
