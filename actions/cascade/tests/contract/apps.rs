//! A GitHub App as the one who tells: a token for each organisation, and a new one in time.

use std::time::Duration;

use local_forge::{
    Access, Dialect, Fault, NewApp, Permission, Permissions, TEST_APP_PRIVATE_KEY, TEST_APP_PUBLIC_KEY,
};

use crate::stage::Stage;

const APP: [(&str, &str); 3] = [("app-id", "77"), ("app-private-key", TEST_APP_PRIVATE_KEY), ("token", "")];

fn installed(owners: &[&str]) -> Stage {
    let stage = Stage::new(Dialect::GitHub);
    let permissions = Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Write)
        .with(Permission::Actions, Access::Write);
    for owner in owners {
        stage.receiver(&format!("{owner}/one"));
        stage.receiver(&format!("{owner}/two"));
        install(&stage, owner, &permissions);
    }
    stage
}

/// Installs the app on all repositories of an owner, with what it may do there.
fn install(stage: &Stage, owner: &str, permissions: &Permissions) {
    stage.forge.install_app(&NewApp {
        id: 77,
        slug: "cascade",
        public_key: TEST_APP_PUBLIC_KEY,
        owner,
        permissions: permissions.clone(),
        repositories: None,
    });
}

#[test]
fn an_app_has_one_token_for_each_organisation() {
    let stage = installed(&["acme", "other"]);
    stage.run(&[&APP[..], &[("repos", "acme/one,acme/two,other/one,other/two")]].concat()).succeeds();
    for repo in ["acme/one", "acme/two", "other/one", "other/two"] {
        assert_eq!(stage.told(repo).len(), 1);
    }
    assert_eq!(stage.asked("app.token"), 2);
}

#[test]
fn a_token_that_grows_old_in_the_middle_of_a_run_is_replaced() {
    let stage = installed(&["acme"]);
    stage.forge.set_installation_token_life(Duration::from_secs(301));
    let paced = [("repos", "acme/one,acme/two"), ("pace", "1/3s")];
    stage.run(&[&APP[..], &paced].concat()).succeeds();
    assert!(stage.asked("app.token") >= 2);
    assert_eq!((stage.told("acme/one").len(), stage.told("acme/two").len()), (1, 1));
}

#[test]
fn a_token_that_is_refused_in_the_middle_of_a_run_is_replaced() {
    let stage = installed(&["acme"]);
    stage.forge.fail(Fault::status("repos.dispatch", 401).body(r#"{"message":"Bad credentials"}"#));
    stage.run(&[&APP[..], &[("repos", "acme/one")]].concat()).succeeds();
    assert_eq!((stage.asked("app.token"), stage.told("acme/one").len()), (2, 1));
}

#[test]
fn half_an_app_and_an_app_on_gitea_are_bad_input() {
    let stage = Stage::new(Dialect::Gitea);
    stage.template("hermes");
    stage.run(&APP).exits(2).says("Gitea has no apps");
}

#[test]
fn an_organisation_without_the_app_does_not_hold_up_the_others() {
    let stage = installed(&["acme"]);
    stage.receiver("other/one");
    let ran = stage.run(&[&APP[..], &[("repos", "acme/one,other/one")]].concat()).exits(4);
    assert_eq!(ran.state("acme/one"), "started");
    assert_eq!(ran.state("other/one"), "failed: unseen");
    assert_eq!(ran.output("failed-targets"), "other/one");
}

#[test]
fn an_app_is_asked_for_no_more_than_the_mode_needs() {
    let stage = Stage::new(Dialect::GitHub);
    stage.receiver("acme/one");
    let permissions =
        Permissions::none().with(Permission::Contents, Access::Write).with(Permission::Actions, Access::Read);
    install(&stage, "acme", &permissions);
    let one = [("repos", "acme/one")];
    stage.run(&[&APP[..], &one].concat()).exits(1).says("`pull_requests: write`");
    stage.run(&[&APP[..], &one, &[("mode", "repository-dispatch")]].concat()).succeeds();
    assert_eq!(stage.told("acme/one").len(), 1);
}

#[test]
fn an_app_merges_what_its_checks_let_through() {
    let permissions = [Permission::Checks, Permission::Statuses, Permission::Actions];
    let writing = Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Write);
    let permissions = permissions.into_iter().fold(writing, |all, one| all.with(one, Access::Read));
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.repo("acme/one");
    stage.forge.commit("acme/one", "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
    install(&stage, "acme", &permissions);
    let bump = [("repos", "acme/one"), ("mode", "bump-pr")];
    stage.run(&[&APP[..], &bump].concat()).succeeds();
    let head = stage.forge.head("acme/one", "bump/runtime-1.4.0");
    stage.forge.set_status("acme/one", &head, "ci", "success");
    let merge = [("auto-merge", "squash"), ("observation", "1")];
    let ran = stage.run(&[&APP[..], &bump, &merge].concat()).succeeds();
    assert_eq!(ran.state("acme/one"), "merged");
}

#[test]
fn a_token_that_is_refused_for_one_organisation_is_not_held_against_another() {
    let stage = installed(&["acme", "other"]);
    // `other` is told first, and its token is refused, also the new one
    let refused = Fault::status("repos.dispatch", 401).body(r#"{"message":"Bad credentials"}"#);
    stage.forge.fail(refused.times(2));
    let paced = [("repos", "other/one,acme/one,acme/two,other/two"), ("pace", "1/300ms")];
    let ran = stage.run(&[&APP[..], &paced].concat()).exits(4).says("not tried, since the token was refused");
    assert_eq!((ran.state("acme/one").as_str(), ran.state("acme/two").as_str()), ("started", "started"));
    assert_eq!(ran.output("failed-targets"), "other/one,other/two");
}
