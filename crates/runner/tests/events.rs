//! Payloads that real forges sent, and those that nobody should.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]
#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes its snapshots so")]

mod support;

use std::path::Path;

use runner::event::{Event, EventError, PullRequestAction, Trigger};
use runner::{Diagnostic as _, Environment, Exit, GitRef};
use serde_json::{Value, json};
use snapbox::{IntoData as _, assert_data_eq, str};

fn fixture(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events").join(path);
    serde_json::from_str(&fs_err::read_to_string(path).unwrap()).unwrap()
}

fn parse(name: &str, payload: &str) -> Result<Event, EventError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(file.path(), payload).unwrap();
    let path = file.path().to_str().unwrap();
    Event::of(&Environment::from_pairs([("GITHUB_EVENT_NAME", name), ("GITHUB_EVENT_PATH", path)]))
}

/// An event as a job on Gitea got it, with the environment of that job.
fn gitea(name: &str) -> (Event, GitRef) {
    let recorded = fixture(&format!("gitea/{name}.json"));
    let event = parse(recorded["env"]["GITHUB_EVENT_NAME"].as_str().unwrap(), &recorded["event"].to_string());
    let Ok(git_ref) = recorded["env"]["GITHUB_REF"].as_str().unwrap().parse();
    (event.unwrap(), git_ref)
}

fn github(name: &str) -> Event {
    parse(name.split('-').next().unwrap(), &fixture(&format!("github/{name}.json")).to_string()).unwrap()
}

/// The message of a malformed event, without the temporary file's name.
fn complaint(name: &str, payload: &str) -> String {
    let error = parse(name, payload).unwrap_err();
    assert_eq!(error.exit(), Exit::BadInput);
    let message = error.to_string();
    let (start, rest) = message.split_once("payload `").unwrap();
    format!("{start}payload {}", rest.split_once("` ").unwrap().1)
}

#[test]
fn gitea_push_of_a_merge() {
    let (event, git_ref) = gitea("push-merge-of-pr");
    assert_data_eq!(
        format!("{event:#?}\n{git_ref:?}"),
        str![[r#"
Push(
    Push {
        git_ref: Branch(
            BranchName(
                "main",
            ),
        ),
        before: Some(
            CommitSha(b1ec98326449b2675ac698d2fb949e38f61fbf09),
        ),
        after: Some(
            CommitSha(5fbdd049cde7990e340ca0cee5f69ee400d98b81),
        ),
        head_message: Some(
            "Ev (#6)\n",
        ),
        default_branch: Some(
            BranchName(
                "main",
            ),
        ),
    },
)
Branch(BranchName("main"))
"#]]
        .raw()
    );
}

#[test]
fn gitea_push_of_a_tag() {
    let (event, git_ref) = gitea("push-tag");
    assert_data_eq!(
        format!("{event:#?}\n{git_ref:?}"),
        str![[r#"
Push(
    Push {
        git_ref: Tag(
            TagName(
                "runtime-v0.5.0",
            ),
        ),
        before: None,
        after: Some(
            CommitSha(5fbdd049cde7990e340ca0cee5f69ee400d98b81),
        ),
        head_message: Some(
            "Ev (#6)\n",
        ),
        default_branch: Some(
            BranchName(
                "main",
            ),
        ),
    },
)
Tag(TagName("runtime-v0.5.0"))
"#]]
        .raw()
    );
}

#[test]
fn gitea_push_of_a_branch_names_where_it_was() {
    let (Event::Push(push), _) = gitea("push-branch") else { panic!() };
    assert_eq!(push.before.unwrap().as_str(), "a45e6465b6c3504677218e4fd17e7034e9772022");
    assert_eq!(push.head_message.as_deref(), Some("ci: events\n"));
}

#[test]
fn gitea_merged_pull_request() {
    let (event, git_ref) = gitea("pull_request-merged");
    assert_data_eq!(
        format!("{event:#?}\n{git_ref:?}"),
        str![[r#"
PullRequest(
    PullRequestEvent {
        trigger: PullRequest,
        action: Closed,
        number: 6,
        title: "Ev",
        merged: true,
        merge_commit_sha: Some(
            CommitSha(5fbdd049cde7990e340ca0cee5f69ee400d98b81),
        ),
        base: Side {
            branch: "main",
            sha: CommitSha(5fbdd049cde7990e340ca0cee5f69ee400d98b81),
            repository: Some(
                RepoName(acme/core),
            ),
        },
        head: Side {
            branch: "feat/ev",
            sha: CommitSha(c6c0d1c6506caf6b31e8434b0c75233e22d486db),
            repository: Some(
                RepoName(acme/core),
            ),
        },
        labels: [
            Label(release:minor),
        ],
        user: User {
            login: "dev",
            kind: None,
        },
        draft: false,
        default_branch: Some(
            BranchName(
                "main",
            ),
        ),
    },
)
Commit(CommitSha(5fbdd049cde7990e340ca0cee5f69ee400d98b81))
"#]]
        .raw()
    );
}

#[test]
fn gitea_label_event_has_its_own_word() {
    let (Event::PullRequest(event), git_ref) = gitea("pull_request-labeled") else { panic!() };
    assert_eq!(event.action, PullRequestAction::LabelsChanged);
    assert_eq!(event.labels, ["release:minor".parse().unwrap()]);
    assert_eq!(git_ref, GitRef::PullRequest(6));
    let (Event::PullRequest(event), _) = gitea("pull_request-opened") else { panic!() };
    assert_eq!((event.action, event.merged), (PullRequestAction::Opened, false));
}

#[test]
fn gitea_workflow_dispatch() {
    let (event, git_ref) = gitea("workflow_dispatch");
    assert_data_eq!(
        format!("{event:#?}\n{git_ref:?}"),
        str![[r#"
WorkflowDispatch(
    WorkflowDispatch {
        git_ref: Branch(
            BranchName(
                "main",
            ),
        ),
        inputs: {
            "a": "v",
            "b": "true",
        },
        default_branch: Some(
            BranchName(
                "main",
            ),
        ),
    },
)
Branch(BranchName("main"))
"#]]
        .raw()
    );
}

#[test]
fn github_push_that_creates_a_branch_has_no_before() {
    assert_data_eq!(
        format!("{:#?}", github("push-new-branch")),
        str![[r#"
Push(
    Push {
        git_ref: Branch(
            BranchName(
                "master",
            ),
        ),
        before: None,
        after: Some(
            CommitSha(6113728f27ae82c7b1a177c8d03f9e96e0adf246),
        ),
        head_message: Some(
            "Initial commit",
        ),
        default_branch: Some(
            BranchName(
                "master",
            ),
        ),
    },
)
"#]]
        .raw()
    );
}

#[test]
fn github_push_of_a_tag_and_its_deletion() {
    let Event::Push(push) = github("push-tag") else { panic!() };
    assert_eq!((push.before, push.after.is_some()), (None, true));
    let Event::Push(push) = github("push-tag-deleted") else { panic!() };
    assert_eq!((push.after, push.head_message), (None, None));
}

#[test]
fn github_labeled_pull_request() {
    assert_data_eq!(
        format!("{:#?}", github("pull_request-labeled")),
        str![[r#"
PullRequest(
    PullRequestEvent {
        trigger: PullRequest,
        action: LabelsChanged,
        number: 2,
        title: "Update the README with new information.",
        merged: false,
        merge_commit_sha: Some(
            CommitSha(c4295bd74fb0f4fda03689c3df3f2803b658fd85),
        ),
        base: Side {
            branch: "master",
            sha: CommitSha(f95f852bd8fca8fcc58a9a2d6c842781e32a215e),
            repository: Some(
                RepoName(Codertocat/Hello-World),
            ),
        },
        head: Side {
            branch: "changes",
            sha: CommitSha(ec26c3e57ca3a959ca5aad62de7213c562f8c821),
            repository: Some(
                RepoName(Codertocat/Hello-World),
            ),
        },
        labels: [
            Label(bug),
        ],
        user: User {
            login: "Codertocat",
            kind: Some(
                "User",
            ),
        },
        draft: false,
        default_branch: Some(
            BranchName(
                "master",
            ),
        ),
    },
)
"#]]
        .raw()
    );
}

#[test]
fn github_words_for_actions_are_understood() {
    let Event::PullRequest(event) = github("pull_request-synchronize") else { panic!() };
    assert_eq!(event.action, PullRequestAction::Synchronized);
    let Event::PullRequest(event) = github("pull_request-opened") else { panic!() };
    assert_eq!((event.action, event.merge_commit_sha), (PullRequestAction::Opened, None));
}

#[test]
fn a_fork_that_was_deleted_and_an_author_who_left_are_no_obstacle() {
    let mut payload = fixture("github/pull_request-opened.json");
    payload["pull_request"]["head"]["repo"] = Value::Null;
    payload["pull_request"]["user"] = Value::Null;
    let Event::PullRequest(event) = parse("pull_request_target", &payload.to_string()).unwrap() else {
        panic!()
    };
    assert_eq!((event.trigger, event.head.repository.as_ref()), (Trigger::PullRequestTarget, None));
    assert!(event.is_from_fork());
    assert_eq!(event.user.login, "ghost");
}

#[test]
fn only_the_same_repository_is_no_fork_and_bots_are_known_by_kind_or_name() {
    let mut payload = fixture("github/pull_request-opened.json");
    let read = |payload: &Value| match parse("pull_request", &payload.to_string()) {
        Ok(Event::PullRequest(event)) => (event.is_from_fork(), event.user.is_bot()),
        other => panic!("{other:?}"),
    };
    assert_eq!(read(&payload), (false, false));
    payload["pull_request"]["head"]["repo"]["full_name"] = json!("someone/Hello-World");
    payload["pull_request"]["user"]["type"] = json!("Bot");
    assert_eq!(read(&payload), (true, true));
    payload["pull_request"]["user"] = json!({"login": "renovate[bot]"});
    assert_eq!(read(&payload), (true, true));
}

#[test]
fn github_workflow_dispatch_may_have_no_inputs_or_typed_ones() {
    let Event::WorkflowDispatch(event) = github("workflow_dispatch") else { panic!() };
    assert!(event.inputs.is_empty());
    for (inputs, expected) in
        [(json!(null), None), (json!({"dry": true}), Some("true")), (json!({"dry": null}), Some(""))]
    {
        let payload = json!({"ref": "refs/heads/main", "inputs": inputs}).to_string();
        let Event::WorkflowDispatch(event) = parse("workflow_dispatch", &payload).unwrap() else { panic!() };
        assert_eq!(event.inputs.get("dry").map(String::as_str), expected);
    }
}

#[test]
fn a_schedule_and_an_event_of_another_kind() {
    let Event::Schedule(event) = parse("schedule", r#"{"schedule": "0 4 * * 1"}"#).unwrap() else { panic!() };
    assert_eq!(event.cron.as_deref(), Some("0 4 * * 1"));
    let event = parse("repository_dispatch", r#"{"action": "go"}"#).unwrap();
    assert_eq!(
        event,
        Event::Other { name: "repository_dispatch".to_owned(), payload: json!({"action": "go"}) }
    );
}

#[test]
fn a_malformed_payload_names_the_field_and_the_reason() {
    let mut payload = fixture("github/pull_request-opened.json");
    payload["pull_request"]["base"]["sha"] = json!("f95f852");
    let mut complaints = vec![complaint("pull_request", &payload.to_string())];
    payload["pull_request"].as_object_mut().unwrap().remove("base");
    complaints.push(complaint("pull_request", &payload.to_string()));
    complaints.push(complaint("push", r#"{"ref": 5}"#));
    complaints.push(complaint("push", r#"{"ref": "refs/heads/x", "before"#));
    complaints.push(complaint("schedule", "{} {}"));
    complaints.push(complaint("workflow_dispatch", "[]"));
    complaints.push(complaint("workflow_dispatch", ""));
    assert_data_eq!(complaints.join("\n"), str![[r#"
the event's payload is malformed at `pull_request.base.sha`: `f95f852` is not a commit id: give all 40 (or 64) hexadecimal digits at line 1 column 212
the event's payload is malformed at `pull_request`: missing field `base` at line 1 column 521
the event's payload is malformed at `ref`: invalid type: integer `5`, expected a string at line 1 column 9
the event's payload is malformed at `?`: EOF while parsing a string at line 1 column 31
the event's payload is malformed at `.`: trailing characters at line 1 column 4
the event's payload is malformed at `.`: invalid length 0, expected struct WorkflowDispatch with 3 elements at line 1 column 2
the event's payload is malformed at `.`: EOF while parsing a value at line 1 column 0
"#]].raw());
}

#[test]
fn a_missing_payload_is_named() {
    let error = Event::of(&Environment::from_pairs([("GITHUB_EVENT_NAME", "push")])).unwrap_err();
    assert!(error.to_string().contains("`GITHUB_EVENT_PATH`"), "{error}");
    let pairs = [("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", "/no/such/event.json")];
    let error = runner::Failure::from(Event::of(&Environment::from_pairs(pairs)).unwrap_err());
    assert!(error.to_string().contains("/no/such/event.json"), "{error}");
    assert_eq!(error.exit(), Exit::BadInput);
}
