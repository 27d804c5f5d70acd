//! What a forge refuses, and the hint that mends it.

use std::net::TcpListener;

use local_forge::{Access, Dialect, MergeStyle, NewPull, NewRepo, Permission, Permissions, Role};

use crate::stage::{REPO, Stage};

fn due(stage: &Stage) -> String {
    stage.released("1.3.9");
    stage.merged("Feature", &["release:minor"], MergeStyle::Squash)
}

on_both! {
    fn a_token_that_may_only_read_is_told_what_it_lacks(stage: &Stage) {
        let merge = due(stage);
        let reader = Permissions::of_a_job().with(Permission::Contents, Access::Read);
        let token = stage.forge.narrowed_job_token(REPO, reader);
        stage
            .run_push(&merge, &[("token", &token)])
            .exits(1)
            .says("could not create tag `runtime-v1.4.0` in `acme/core`")
            .says("403")
            .says("contents: write");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_reader_cannot_tag(stage: &Stage) {
        let merge = due(stage);
        let token = stage.forge.token(Role::Read);
        stage
            .run_push(&merge, &[("token", &token), ("dry-run", "true")])
            .succeeds()
            .says("the token's user may not push to the repository, so `runtime-v1.4.0` would be refused");
        stage.run_push(&merge, &[("token", &token)]).exits(1).says("could not create tag `runtime-v1.4.0`");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_protected_tag_is_told(stage: &Stage) {
        let merge = due(stage);
        stage.forge.protect_tags(REPO, "runtime-v*");
        stage
            .run_push(&merge, &[])
            .exits(1)
            .says("could not create tag `runtime-v1.4.0`")
            .says(stage.pick("a ruleset or tag protection is in the way", "the name is protected"));
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn an_archived_repository_is_told(stage: &Stage) {
        let merge = due(stage);
        stage.forge.set_archived(REPO, true);
        stage
            .run_push(&merge, &[("dry-run", "true")])
            .succeeds()
            .says("the repository is archived: unarchive it before a release");
        stage
            .run_push(&merge, &[])
            .exits(1)
            .says("could not create tag `runtime-v1.4.0`")
            .says("unarchive the repository")
            .does_not_say("contents: write");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn an_expired_token_is_told(stage: &Stage) {
        let merge = due(stage);
        stage.forge.expire_token(&stage.token);
        stage
            .run_push(&merge, &[])
            .exits(1)
            .says("could not list the refs of `acme/core`")
            .says("the token is missing, expired or revoked");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_token_that_ends_in_the_middle_is_told(stage: &Stage) {
        let merge = due(stage);
        let token = stage.token.clone();
        stage.forge.before(stage.pick("graphql", "pulls.list"), move |forge| forge.expire_token(&token));
        stage.run_push(&merge, &[]).exits(1).says("401");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_renamed_repository_is_found_and_its_new_name_told(stage: &Stage) {
        let merge = due(stage);
        let environment = stage.environment(&stage.push(&merge));
        stage.forge.rename(REPO, "kernel");
        let ran = stage.run_in(&environment, &[]).releases("runtime-v1.4.0");
        assert!(stage.forge.tags("acme/kernel").contains_key("runtime-v1.4.0"));
        ran.says(stage.pick("moved", "acme/kernel"));
    }

    fn a_hidden_repository_is_not_found(stage: &Stage) {
        stage.forge.new_repo("acme/secret", &NewRepo { private: true, writers: vec![Role::Write] });
        let head = stage.forge.head(REPO, "main");
        let token = stage.forge.token(Role::Read);
        let inputs = [("repository", "acme/secret"), ("token", token.as_str())];
        stage.run_push(&head, &inputs).exits(1).says("could not list the refs of `acme/secret`").says("404");
    }

    fn a_forge_that_cannot_be_reached_is_told(stage: &Stage) {
        let merge = due(stage);
        let mut environment = stage.environment(&stage.push(&merge));
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        environment.insert("GITHUB_SERVER_URL".into(), format!("http://{nobody}"));
        stage
            .run_in(&environment, &[])
            .exits(1)
            .says("could not list the refs of `acme/core`")
            .says(&nobody.to_string());
    }

    fn a_branch_that_is_protected_does_not_matter(stage: &Stage) {
        let merge = due(stage);
        stage.forge.protect_branch(REPO, "main", &["ci"]);
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
    }
}

#[test]
fn a_commit_with_workflow_files_of_its_own_is_refused_to_a_job_and_told_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let text = "name: new\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: []\n";
    let head = stage.forge.commit(REPO, "stable", &[(".github/workflows/new.yml", text)], "New workflow");
    let event = stage.forge.push_event(REPO, "stable", "", &head);
    stage
        .run(&event, &[])
        .exits(1)
        .says("could not create tag `runtime-v1.3.10`")
        .says("workflow files")
        .says("`workflows: write`");
    assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
}

#[test]
fn a_job_that_may_not_read_pull_requests_is_told_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    let secret = "acme/secret";
    let first = stage.forge.new_repo(secret, &NewRepo { private: true, writers: vec![Role::Write] });
    stage.forge.tag(secret, "runtime-v1.0.0", &first, None);
    let pull =
        stage.forge.pull_request(secret, &NewPull { labels: &["release:major"], ..NewPull::titled("Break") });
    let merge = stage.forge.merge(secret, pull.number, MergeStyle::Squash);
    let token =
        stage.forge.narrowed_job_token(secret, Permissions::none().with(Permission::Contents, Access::Write));
    let inputs = [("repository", secret), ("sha", &merge), ("branch", "main"), ("token", &token)];
    stage.run_push(&first, &inputs).exits(1).says("of `acme/secret`").says("pull-requests: read");
    assert_eq!(stage.forge.tags(secret).len(), 1);
}

#[test]
fn a_draft_release_that_reserves_the_name_is_told_by_its_page_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = due(&stage);
    stage.forge.draft_release(REPO, "runtime-v1.4.0");
    stage
        .run_push(&merge, &[("dry-run", "true")])
        .succeeds()
        .says("a draft release reserves the name `runtime-v1.4.0`");
    stage
        .run_push(&merge, &[])
        .exits(1)
        .says("could not create tag `runtime-v1.4.0`")
        .says("a draft release reserves the name: publish or delete")
        .says("/acme/core/releases/");
    assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
}

#[test]
fn a_scope_that_a_persons_token_lacks_is_named_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = due(&stage);
    let narrow = Permissions::all().with(Permission::Contents, Access::Read);
    let token = stage.forge.narrowed_token(Role::Write, narrow);
    stage.run_push(&merge, &[("token", &token)]).exits(1).says("write:repository");
}

#[test]
fn a_tag_that_differs_only_in_case_is_told_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = due(&stage);
    let first = stage.forge.head(REPO, "main");
    stage.forge.tag(REPO, "Runtime-V1.4.0", &first, None);
    stage.run_push(&merge, &[]).exits(1).says("a tag whose name differs only in case is in the way");
    assert_eq!(stage.tag_names(), ["Runtime-V1.4.0", "runtime-v1.3.9"]);
}
