//! Events have the shape of those that a real Gitea's jobs got.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use local_forge::{Dialect, JobEvent, LocalForge, MergeStyle, NewPull, PullAction};
use serde_json::Value;

/// Recorded keys that are left out because the product never reads them.
const LEFT_OUT: [&str; 1] = [
    "ssh_url", // there is no SSH server
];

fn forge() -> LocalForge {
    let forge = LocalForge::start(Dialect::Gitea);
    forge.repo("acme/core");
    forge
}

/// Compares keys and kinds of values; lists may be shorter or longer, but not of other things.
fn compare(place: &str, recorded: &Value, sent: &Value, differences: &mut Vec<String>) {
    match (recorded, sent) {
        (Value::Object(recorded), Value::Object(sent)) => {
            for (key, value) in recorded {
                match sent.get(key) {
                    Some(sent) => compare(&format!("{place}.{key}"), value, sent, differences),
                    None if LEFT_OUT.contains(&key.as_str()) => {}
                    None => differences.push(format!("{place}.{key} is missing")),
                }
            }
            differences.extend(
                sent.keys()
                    .filter(|key| !recorded.contains_key(*key))
                    .map(|key| format!("{place}.{key} is not recorded")),
            );
        }
        (Value::Array(recorded), Value::Array(sent)) => {
            if let Some(recorded) = recorded.first() {
                for (index, sent) in sent.iter().enumerate() {
                    compare(&format!("{place}[{index}]"), recorded, sent, differences);
                }
            }
        }
        _ if std::mem::discriminant(recorded) == std::mem::discriminant(sent) => {}
        _ => differences.push(format!("{place}: recorded {recorded}, sent {sent}")),
    }
}

fn assert_like(recorded: &str, forge: &LocalForge, event: &JobEvent) {
    let recorded: Value = serde_json::from_str(recorded).unwrap();
    let mut differences = Vec::new();
    compare("event", &recorded["event"], &event.payload, &mut differences);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(recorded["event"].get("action"), event.payload.get("action"));
    let env = forge.env("acme/core", event);
    for (name, value) in recorded["env"].as_object().unwrap() {
        let (recorded, sent) = (value.as_str().unwrap(), env[name].as_str());
        assert_eq!(recorded.is_empty(), sent.is_empty(), "{name}: recorded {recorded}, sent {sent}");
        if ["GITHUB_REF_TYPE", "GITHUB_EVENT_NAME", "GITHUB_BASE_REF"].contains(&name.as_str()) {
            assert_eq!(recorded, sent, "{name}");
        }
    }
}

#[test]
fn a_push_tells_what_moved_and_which_files_changed() {
    let forge = forge();
    let before = forge.commit("acme/core", "main", &[("hold/a", "1")], "a");
    let after = forge.commit("acme/core", "main", &[("hold/a", "2"), ("b", "1")], "b");
    let event = forge.push_event("acme/core", "main", &before, &after);
    assert_like(include_str!("../recorded/events/push-branch.json"), &forge, &event);
    assert_eq!(event.payload["head_commit"]["added"], serde_json::json!(["b"]));
    assert_eq!(event.payload["head_commit"]["modified"], serde_json::json!(["hold/a"]));
    assert_eq!(event.payload["commits"].as_array().unwrap().len(), 1);
}

#[test]
fn a_push_of_many_commits_names_five() {
    let forge = forge();
    let before = forge.head("acme/core", "main");
    for index in 0..7 {
        forge.commit("acme/core", "main", &[("a", &index.to_string())], "more");
    }
    let event = forge.push_event("acme/core", "main", &before, &forge.head("acme/core", "main"));
    assert_eq!(event.payload["commits"].as_array().unwrap().len(), 5);
}

#[test]
fn a_merge_is_a_push_of_its_last_commit() {
    let forge = forge();
    let before = forge.head("acme/core", "main");
    let pull = forge.pull_request("acme/core", &NewPull::titled("Ev"));
    let after = forge.merge("acme/core", pull.number, MergeStyle::Squash);
    let event = forge.push_event("acme/core", "main", &before, &after);
    assert_like(include_str!("../recorded/events/push-merge-of-pr.json"), &forge, &event);
    assert_eq!(event.payload["head_commit"]["message"], "Ev (#1)\n");
}

#[test]
fn a_tag_is_a_push_from_nowhere() {
    let forge = forge();
    let commit = forge.head("acme/core", "main");
    forge.tag("acme/core", "runtime-v0.5.0", &commit, None);
    let event = forge.tag_push_event("acme/core", "runtime-v0.5.0");
    assert_like(include_str!("../recorded/events/push-tag.json"), &forge, &event);
    assert_eq!(event.sha, commit);
}

#[test]
fn a_pull_request_tells_its_action_and_its_head() {
    let forge = forge();
    let pull = forge.pull_request("acme/core", &NewPull { head: "feat/ev", ..NewPull::titled("Ev") });
    let opened = forge.pull_request_event("acme/core", pull.number, PullAction::Opened);
    assert_like(include_str!("../recorded/events/pull_request-opened.json"), &forge, &opened);
    assert_eq!((opened.git_ref.as_str(), &opened.sha), ("refs/pull/1/head", &pull.head));
    forge.set_labels("acme/core", pull.number, &["release:minor"]);
    let labeled = forge.pull_request_event("acme/core", pull.number, PullAction::Labeled("release:minor"));
    assert_like(include_str!("../recorded/events/pull_request-labeled.json"), &forge, &labeled);
    let merged = forge.merge("acme/core", pull.number, MergeStyle::Squash);
    let closed = forge.pull_request_event("acme/core", pull.number, PullAction::Closed);
    assert_like(include_str!("../recorded/events/pull_request-merged.json"), &forge, &closed);
    assert_eq!((closed.git_ref.as_str(), &closed.sha), (merged.as_str(), &merged));
}

#[test]
fn a_dispatch_tells_its_inputs_and_its_ref() {
    let forge = forge();
    let inputs = [("a", "v"), ("b", "true")];
    let event = forge.workflow_dispatch_event("acme/core", "ev.yml", "refs/heads/main", &inputs);
    assert_like(include_str!("../recorded/events/workflow_dispatch.json"), &forge, &event);
    assert_eq!(event.payload["workflow"], "ev.yml");
}

#[test]
fn the_time_of_a_commit_can_be_set() {
    let forge = forge();
    let before = forge.head("acme/core", "main");
    forge.set_time("2030-05-06T07:08:09Z".parse().unwrap());
    let after = forge.commit("acme/core", "main", &[("a", "1")], "later");
    let event = forge.push_event("acme/core", "main", &before, &after);
    assert_eq!(event.payload["head_commit"]["timestamp"], "2030-05-06T07:08:10Z");
}

#[test]
fn every_job_is_a_run_with_a_number_of_its_own() {
    let forge = forge();
    let head = forge.head("acme/core", "main");
    let event = forge.push_event("acme/core", "main", "", &head);
    let numbers: Vec<String> =
        (0..3).map(|_| forge.env("acme/core", &event).remove("GITHUB_RUN_NUMBER").unwrap()).collect();
    assert_eq!(numbers, ["1", "2", "3"]);
}
