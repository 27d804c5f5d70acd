//! GitHub's recorded answers (`@octokit/fixtures`), played again.
//!
//! Scenarios whose routes local-forge has are played whole; the others are listed by name with the reason.
//! Their ids, node ids, times and counters were normalised by the recorders: here any will do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use http::Method;
use local_forge::{Role, openapi};
use serde_json::{Map, Value, json};

use crate::api::{Answer, Api, GitHub};

const PACKAGE: &str = "@octokit/fixtures";

/// Scenarios and the world that each begins with; what is bound stands for a placeholder of the recording.
type SetUp = fn(&GitHub, &mut BTreeMap<String, String>);
const PLAYED: [(&str, SetUp); 6] = [
    ("get-content", |forge, _| {
        forge.repo("octokit-fixture-org/hello-world");
        forge.commit("octokit-fixture-org/hello-world", "main", &[("README.md", "# hello-world")], "hello");
    }),
    ("get-repository", |forge, _| {
        forge.repo("octokit-fixture-org/hello-world");
    }),
    ("git-refs", |forge, bound| {
        // The scenario moves a branch from commit 2 forward to commit 1.
        let before = forge.repo("octokit-fixture-org/git-refs");
        let after = forge.commit("octokit-fixture-org/git-refs", "main", &[("a", "a")], "after");
        bound.insert("0000000000000000000000000000000000000002".to_owned(), before);
        bound.insert("0000000000000000000000000000000000000001".to_owned(), after);
    }),
    ("release-assets", |forge, bound| released(forge, "octokit-fixture-org/release-assets", bound)),
    ("release-assets-conflict", |forge, bound| {
        let repo = "octokit-fixture-org/release-assets-conflict";
        released(forge, repo, bound);
        let api = Api::of(forge, forge.token(Role::Admin));
        let release = api.get(&format!("/repos/{repo}/releases/tags/v1.0.0")).body["id"].clone();
        let path =
            format!("/api/uploads/repos/{repo}/releases/{release}/assets?name=test-upload.txt&label=test");
        api.send_raw(&Method::POST, &path, "Hello, world!\n", &[("content-type", "text/plain")]);
    }),
    ("rename-repository", |forge, _| {
        forge.repo("octokit-fixture-org/rename-repository");
    }),
];

/// A release as two of the scenarios begin with.
fn released(forge: &GitHub, repo: &str, bound: &mut BTreeMap<String, String>) {
    let commit = forge.repo(repo);
    forge.lightweight_tags(repo, &[("v1.0.0".to_owned(), commit.clone())]);
    let new = json!({ "tag_name": "v1.0.0", "target_commitish": commit, "name": "Version 1.0.0", "body": "Initial release" });
    Api::of(forge, forge.token(Role::Admin)).post(&format!("/repos/{repo}/releases"), &new);
    bound.insert("0000000000000000000000000000000000000001".to_owned(), commit);
    bound.insert("octokit-fixture-user-a".to_owned(), "root1".to_owned());
}

/// Scenarios that no route of local-forge touches, since the product never asks for them.
const NOT_PLAYED: [(&str, &str); 16] = [
    ("add-and-remove-repository-collaborator", "the product invites nobody"),
    ("add-labels-to-issue", "the product opens no issues and sets no labels"),
    ("branch-protection", "rules are set up by verbs"),
    ("create-file", "the product commits by git's own protocol or by trees, not file by file"),
    ("create-status", "the product sets no statuses on GitHub"),
    ("errors", "its one request makes a label; the shape of the 422 is validated by GitHub's description"),
    ("get-archive", "the product downloads no archives"),
    ("get-organization", "the product asks for an organisation's repositories only"),
    ("get-root", "the product knows its routes"),
    ("labels", "labels are set up by verbs"),
    ("lock-issue", "the product locks nothing"),
    ("mark-notifications-as-read", "the product has no notifications"),
    ("markdown", "the product renders nothing"),
    (
        "paginate-issues",
        "there are no issues here; its links between pages are compared in a test of their own",
    ),
    ("project-cards", "the product knows no projects"),
    ("search-issues", "the product searches nothing"),
];

/// Keys that GitHub has added since the recording; its description has them.
const LATER: [&str; 8] = [
    "digest",
    "has_discussions",
    "immutable",
    "merge_commit_message",
    "merge_commit_title",
    "squash_merge_commit_message",
    "squash_merge_commit_title",
    "user_view_type",
];

/// Recorded keys whose values differ, with the reason.
const DIFFERENT: [(&str, &str); 9] = [
    ("allow_auto_merge", "here a merge can always wait for its checks"),
    ("assets", "the recording of a conflict leaves out the upload that it began with"),
    ("avatar_url", "pictures lie on another host"),
    ("description", "a change of it is taken and forgotten"),
    ("download_url", "an Enterprise Server serves raw files itself"),
    ("request_id", "each request has its own"),
    ("site_admin", "whoever may do everything here is the site's admin, too"),
    ("temp_clone_token", "some answers have it and some do not"),
    ("topics", "no verb sets them"),
];

fn scenarios() -> PathBuf {
    openapi::package(PACKAGE).join("scenarios/api.github.com")
}

fn requests(scenario: &str) -> Vec<Value> {
    let path = scenarios().join(scenario).join("normalized-fixture.json");
    serde_json::from_str(&fs_err::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_recorded_scenario_is_played_or_named() {
    if !openapi::is_there(PACKAGE) {
        return;
    }
    let there = fs_err::read_dir(scenarios()).unwrap();
    let there: BTreeSet<String> =
        there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let played = PLAYED.iter().map(|(name, _)| (*name).to_owned());
    let named: BTreeSet<String> =
        played.chain(NOT_PLAYED.iter().map(|(name, _)| (*name).to_owned())).collect();
    assert_eq!(there, named);
}

#[test]
fn every_played_request_gets_the_recorded_answer() {
    if !openapi::is_there(PACKAGE) {
        return;
    }
    let (mut played, mut left_out, mut differences) = (0, BTreeSet::new(), Vec::new());
    for (scenario, set_up) in PLAYED {
        let forge = GitHub::start();
        let mut bound = BTreeMap::new();
        set_up(&forge, &mut bound);
        let mut play = Play::new(&forge, bound);
        for recorded in requests(scenario) {
            play.request(&recorded);
            played += 1;
        }
        if scenario == "git-refs" {
            // GitHub answers to `/git/refs/` and describes it no longer.
            forge.forget_exchanges();
        }
        differences.extend(play.differences.into_iter().map(|line| format!("{scenario}: {line}")));
        left_out.extend(play.left_out);
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(left_out, BTreeSet::new());
    let others: usize = NOT_PLAYED.iter().map(|(name, _)| requests(name).len()).sum();
    println!(
        "{played} recorded requests played, {others} of {} scenarios left out by name",
        NOT_PLAYED.len()
    );
    assert_eq!(played, 24);
}

/// One scenario on its way.
struct Play<'f> {
    forge: &'f GitHub,
    bound: BTreeMap<String, String>,
    differences: Vec<String>,
    left_out: BTreeSet<String>,
}

impl<'f> Play<'f> {
    fn new(forge: &'f GitHub, bound: BTreeMap<String, String>) -> Self {
        Self { forge, bound, differences: Vec::new(), left_out: BTreeSet::new() }
    }

    fn request(&mut self, recorded: &Value) {
        let method: Method = recorded["method"].as_str().unwrap().to_uppercase().parse().unwrap();
        let path = self.here(recorded["path"].as_str().unwrap());
        let body = match &recorded["body"] {
            Value::String(text) => text.clone(),
            body => self.here(&body.to_string()),
        };
        let is_upload = recorded["scope"].as_str().unwrap().starts_with("https://uploads.");
        let path = if is_upload { format!("/api/uploads{path}") } else { format!("/api/v3{path}") };
        let headers = ["accept", "content-type"];
        let headers: Vec<_> = headers
            .iter()
            .filter_map(|name| Some((*name, recorded["reqheaders"][*name].as_str()?)))
            .collect();
        let api = Api::of(self.forge, self.forge.token(Role::Admin));
        let answer = api.send_raw(&method, &path, body, &headers);
        let place = format!("{method} {path}");
        self.bind_id(&answer);
        self.bind_releases(&recorded["response"], &answer.body);
        if answer.status != recorded["status"] {
            self.differ(
                &place,
                &recorded["status"].to_string(),
                &format!("{} {}", answer.status, answer.body),
            );
        }
        for name in ["location", "content-type", "link"] {
            let told = answer.header(name).map(|value| self.there(value));
            let recorded = recorded["headers"][name].as_str().map(str::to_owned);
            if told != recorded {
                self.differ(&format!("{place}: {name}"), &format!("{recorded:?}"), &format!("{told:?}"));
            }
        }
        match &recorded["response"] {
            Value::String(text) => {
                let told = String::from_utf8_lossy(answer.response.body());
                if told != text.as_str() {
                    self.differ(&place, text, &told);
                }
            }
            response => self.value(&place, "", response, &answer.body),
        }
    }

    /// Placeholders of the recording as what they stand for here.
    fn here(&self, text: &str) -> String {
        self.bound.iter().fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
    }

    /// What is told here as the recording would tell it.
    fn there(&self, text: &str) -> String {
        let host = self.forge.url().trim_start_matches("http://").to_owned();
        let text = text
            .replace(&self.forge.api_url(), "https://api.github.com")
            .replace(&format!("{}/api/uploads", self.forge.url()), "https://uploads.github.com")
            .replace(&self.forge.url(), "https://github.com")
            .replace(&host, "github.com");
        self.bound.iter().fold(text, |text, (there, here)| text.replace(here, there))
    }

    /// The id of the repository, which the recording calls 1000.
    fn bind_id(&mut self, answer: &Answer) {
        if answer.body["full_name"].is_string() {
            let id = answer.body["id"].as_u64().unwrap();
            self.bound.insert("/repositories/1000".to_owned(), format!("/repositories/{id}"));
        }
    }

    /// The ids of a release or of assets, which are parts of URLs.
    fn bind_releases(&mut self, recorded: &Value, told: &Value) {
        if let (Value::Array(recorded), Value::Array(told)) = (recorded, told) {
            recorded.iter().zip(told).for_each(|(recorded, told)| self.bind_releases(recorded, told));
        }
        let place = if told["upload_url"].is_string() { "/releases/" } else { "/releases/assets/" };
        if told["upload_url"].is_string() || told["browser_download_url"].is_string() {
            self.bound.insert(format!("{place}{}", recorded["id"]), format!("{place}{}", told["id"]));
        }
    }

    fn differ(&mut self, place: &str, recorded: &str, told: &str) {
        self.differences.push(format!("{place}: recorded {recorded}, told {told}"));
    }

    fn value(&mut self, place: &str, key: &str, recorded: &Value, told: &Value) {
        if DIFFERENT.iter().any(|(name, _)| *name == key) {
            return;
        }
        let free = matches!(key, "id" | "node_id") || key.ends_with("_at");
        match (recorded, told) {
            (Value::Object(recorded), Value::Object(told)) => self.object(place, recorded, told),
            (Value::Array(recorded), Value::Array(told)) if recorded.len() == told.len() => {
                for (recorded, told) in recorded.iter().zip(told) {
                    self.value(place, key, recorded, told);
                }
            }
            (Value::String(_), Value::String(_)) | (Value::Number(_), Value::Number(_)) if free => {}
            (Value::Number(count), Value::Number(_)) if count.as_u64() == Some(42) => {}
            (Value::String(recorded), Value::String(told)) => {
                let (recorded, told) = (recorded.replace("master", "main"), self.there(told));
                if recorded != told {
                    self.differ(&format!("{place}.{key}"), &recorded, &told);
                }
            }
            _ if recorded == told => {}
            _ => self.differ(&format!("{place}.{key}"), &recorded.to_string(), &told.to_string()),
        }
    }

    fn object(&mut self, place: &str, recorded: &Map<String, Value>, told: &Map<String, Value>) {
        for (key, told) in told {
            match recorded.get(key) {
                Some(recorded) => self.value(place, key, recorded, told),
                None if LATER.contains(&key.as_str()) => {}
                None if DIFFERENT.iter().any(|(name, _)| name == key) => {}
                None => self.differ(&format!("{place}.{key}"), "no such key", &told.to_string()),
            }
        }
        self.left_out.extend(recorded.keys().filter(|key| !told.contains_key(*key)).cloned());
    }
}
