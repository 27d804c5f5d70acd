//! A GitHub App as the one who tags.

use local_forge::{
    Access, Dialect, Fault, JobEvent, MergeStyle, NewApp, Permission, Permissions, PullAction,
    TEST_APP_PRIVATE_KEY, TEST_APP_PUBLIC_KEY,
};
use serde_json::{Value, json};

use crate::stage::{REPO, Stage};

const APP: [(&str, &str); 3] = [("app-id", "77"), ("app-private-key", TEST_APP_PRIVATE_KEY), ("token", "")];

fn granted() -> Permissions {
    Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Write)
        .with(Permission::Actions, Access::Write)
}

fn app<'a>(public_key: &'a str, permissions: Permissions, repositories: Option<&'a [&'a str]>) -> NewApp<'a> {
    NewApp { id: 77, slug: "releaser", public_key, owner: "acme", permissions, repositories }
}

/// A release is due, in a repository where the app is installed.
fn installed() -> (Stage, String) {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.install_app(&app(TEST_APP_PUBLIC_KEY, granted(), None));
    let merge = due(&stage);
    (stage, merge)
}

fn due(stage: &Stage) -> String {
    stage.released("1.3.9");
    stage.workflow("publish.yml");
    stage.merged("One", &["release:minor"], MergeStyle::Squash)
}

/// What the tokens that were minted were asked to be allowed.
fn minted(stage: &Stage) -> Vec<Value> {
    let exchanges = stage.forge.exchanges();
    let mints = exchanges.iter().filter(|exchange| exchange.operation == "app.token");
    mints.map(|mint| serde_json::from_slice(&mint.request_body).unwrap()).collect()
}

#[test]
fn an_app_tags_with_a_token_of_just_the_permissions_it_takes() {
    let (stage, merge) = installed();
    let ran = stage.run_push(&merge, &APP).releases("runtime-v1.4.0").does_not_say("starts no workflow");
    assert_eq!(
        minted(&stage),
        [json!({
            "repositories": ["core"],
            "permissions": { "contents": "write", "pull_requests": "read" },
        })]
    );
    assert_eq!(stage.forge.runs(REPO).len(), 1, "an app's tag starts workflows: {}", ran.log);
}

#[test]
fn the_minted_token_is_masked_and_told_nowhere() {
    let (stage, merge) = installed();
    let ran = stage.run_push(&merge, &APP).succeeds();
    let mint = stage.forge.exchanges().into_iter().find(|one| one.operation == "app.token").unwrap();
    let answer: Value = serde_json::from_slice(&mint.response_body).unwrap();
    let token = answer["token"].as_str().unwrap();
    let mask = format!("::add-mask::{token}");
    assert!(ran.log.lines().any(|line| line == mask), "{}", ran.log);
    let unmasked: String = ran.log.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    assert!(!unmasked.contains(token) && !format!("{:?}{}", ran.outputs, ran.summary).contains(token));
    let key = TEST_APP_PRIVATE_KEY.lines().nth(3).unwrap();
    assert!(!unmasked.contains(key));
}

#[test]
fn a_dispatch_asks_for_its_permission_and_a_preview_for_its_own() {
    let (stage, merge) = installed();
    let inputs = [&APP[..], &[("dispatch", "publish.yml")]].concat();
    stage.run_push(&merge, &inputs).releases("runtime-v1.4.0");
    let number = stage.opened("Next", &[]);
    let event = stage.forge.pull_request_event(REPO, number, PullAction::Opened);
    stage.run(&event, &APP).succeeds();
    stage.run(&event, &[&APP[..], &[("preview-comment", "false")]].concat()).succeeds();
    let permissions: Vec<Value> =
        minted(&stage).into_iter().map(|wanted| wanted["permissions"].clone()).collect();
    assert_eq!(
        permissions,
        [
            json!({ "actions": "write", "contents": "write", "pull_requests": "read" }),
            json!({ "contents": "read", "pull_requests": "write" }),
            json!({ "contents": "read", "pull_requests": "read" }),
        ]
    );
    assert_eq!(stage.forge.comments(REPO, number)[0].author, "releaser[bot]");
}

#[test]
fn a_token_that_is_about_to_end_is_minted_anew() {
    let (stage, merge) = installed();
    stage.forge.set_installation_token_life(std::time::Duration::from_secs(200));
    stage.run_push(&merge, &APP).releases("runtime-v1.4.0");
    assert!(minted(&stage).len() > 1);
}

#[test]
fn a_token_that_is_refused_in_the_middle_is_minted_anew_once() {
    for operation in ["git.upload-pack", "graphql", "commits.compare", "tag-objects.create", "refs.create"] {
        let (stage, merge) = installed();
        stage.forge.fail(Fault::status(operation, 401).body(r#"{"message":"Bad credentials"}"#));
        stage.run_push(&merge, &APP).releases("runtime-v1.4.0");
        assert_eq!(minted(&stage).len(), 2, "{operation}");
    }
}

#[test]
fn an_app_whose_every_token_is_refused_is_told_after_the_second() {
    let (stage, merge) = installed();
    stage.forge.fail(Fault::status("graphql", 401).body(r#"{"message":"Bad credentials"}"#).times(1000));
    stage.run_push(&merge, &APP).exits(1).says("401").says("could not read the commits");
    assert_eq!(minted(&stage).len(), 2);
    assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
}

/// The push of a commit that has a workflow file of its own, to a branch beside the default one.
fn push_of_workflow_files(stage: &Stage) -> JobEvent {
    let text = "name: new\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: []\n";
    let head = stage.forge.commit(REPO, "stable", &[(".github/workflows/new.yml", text)], "New workflow");
    stage.forge.push_event(REPO, "stable", "", &head)
}

fn with_floating() -> Vec<(&'static str, &'static str)> {
    [&APP[..], &[("floating-tags", "major")]].concat()
}

#[test]
fn the_right_to_workflow_files_is_taken_along_only_when_github_insists() {
    let stage = Stage::new(Dialect::GitHub);
    let all = granted().with(Permission::Workflows, Access::Write);
    stage.forge.install_app(&app(TEST_APP_PUBLIC_KEY, all, None));
    stage.released("1.3.9");
    let event = push_of_workflow_files(&stage);
    stage.run(&event, &with_floating()).releases("runtime-v1.3.10");
    assert_eq!(
        minted(&stage),
        [
            json!({
                "repositories": ["core"],
                "permissions": { "contents": "write", "pull_requests": "read" },
            }),
            json!({
                "repositories": ["core"],
                "permissions": { "contents": "write", "pull_requests": "read", "workflows": "write" },
            }),
        ]
    );
}

#[test]
fn a_floating_tag_at_workflow_files_takes_the_right_along_too() {
    let stage = Stage::new(Dialect::GitHub);
    let all = granted().with(Permission::Workflows, Access::Write);
    stage.forge.install_app(&app(TEST_APP_PUBLIC_KEY, all, None));
    stage.released("1.3.9");
    let event = push_of_workflow_files(&stage);
    stage.run(&event, &APP).releases("runtime-v1.3.10");
    stage.run(&event, &with_floating()).succeeds();
    assert_eq!(stage.tag_names(), ["runtime-v1", "runtime-v1.3.10", "runtime-v1.3.9"]);
}

#[test]
fn an_app_that_was_not_granted_workflow_files_is_told_what_would_help() {
    let (stage, _) = installed();
    let event = push_of_workflow_files(&stage);
    stage.run(&event, &APP).exits(1).says("workflow files").says("grant the app `workflows: write`");
    assert_eq!(minted(&stage).len(), 1);
}

#[test]
fn another_apps_key_is_refused() {
    let stage = Stage::new(Dialect::GitHub);
    let middle = TEST_APP_PUBLIC_KEY.lines().nth(3).unwrap();
    let other_key = TEST_APP_PUBLIC_KEY.replace(middle, &middle.chars().rev().collect::<String>());
    stage.forge.install_app(&app(&other_key, granted(), None));
    let merge = due(&stage);
    stage
        .run_push(&merge, &APP)
        .exits(1)
        .says("could not get a token of app `77` for `acme/core`")
        .says("401")
        .says("`app-private-key` is not a key of this app");
    assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
}

#[test]
fn an_app_that_is_not_installed_is_told() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.repo("acme/other");
    stage.forge.install_app(&app(TEST_APP_PUBLIC_KEY, granted(), Some(&["acme/other"])));
    let merge = due(&stage);
    stage
        .run_push(&merge, &APP)
        .exits(1)
        .says("could not get a token of app `77` for `acme/core`")
        .says("install the app on the repository");
}

#[test]
fn an_app_without_the_permission_is_told() {
    let stage = Stage::new(Dialect::GitHub);
    let reader = granted().with(Permission::Contents, Access::Read);
    stage.forge.install_app(&app(TEST_APP_PUBLIC_KEY, reader, None));
    let merge = due(&stage);
    stage.run_push(&merge, &APP).exits(1).says("grant the app the permissions that its tokens ask for");
}

#[test]
fn gitea_has_no_apps_and_nothing_is_sent() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    stage.run_push(&merge, &APP).exits(2).says("Gitea has no apps").says("give a `token` instead");
    assert!(stage.forge.exchanges().is_empty());
}
