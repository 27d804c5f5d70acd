//! What a doctor finds before a release does; it changes nothing.

use local_forge::{Access, Dialect, Fault, Permission, Permissions, Role};

use crate::ran::Ran;
use crate::stage::{Stage, template};

fn doctor(stage: &Stage, token: &str, repo: &str, mode: &str) -> Ran {
    stage.run_with(&[("command", "doctor"), ("token", token), ("repos", repo), ("mode", mode)])
}

on_both! {
    fn a_target_without_pins_or_with_one_that_cannot_follow_is_found(stage: &Stage) {
        let repo = template("hermes");
        stage.forge.repo(&repo);
        let ran = doctor(stage, &stage.token, &repo, "bump-pr").exits(1);
        assert_eq!(ran.state(&repo), "failed: no-pins");
        stage.forge.commit(&repo, "main", &[(".runtime-version", "latest\n")], "feat: pin");
        let ran = doctor(stage, &stage.token, &repo, "bump-pr").exits(1).says("`.runtime-version:1:1`");
        assert_eq!(ran.state(&repo), "failed: pin");
        stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
        let well = doctor(stage, &stage.token, &repo, "bump-pr").succeeds();
        assert_eq!(well.state(&repo), "ready");
        assert_eq!(stage.forge.pulls(&repo).len(), 0);
        assert_eq!(stage.forge.history(&repo, "main").len(), 3, "nothing is changed");
    }

    fn a_doctor_leaves_a_repository_without_any_branch_as_it_is(stage: &Stage) {
        let repo = template("hermes");
        stage.forge.empty_repo(&repo);
        let ran = doctor(stage, &stage.token, &repo, "bump-pr").exits(1);
        assert_eq!(ran.state(&repo), stage.pick("failed: empty", "failed: no-branch"));
        assert!(stage.forge.heads(&repo).is_empty(), "{:?}", stage.forge.heads(&repo));
    }

    fn a_branch_of_the_manifest_that_is_not_there_is_found(stage: &Stage) {
        let repo = template("hermes");
        stage.forge.repo(&repo);
        let text = format!("[[targets]]\nrepo = \"{repo}\"\nmode = \"bump-pr\"\nref = \"develop\"\n");
        stage.write("cascade.toml", &text);
        let inputs = [("command", "doctor"), ("token", &*stage.token), ("manifest", "cascade.toml")];
        let ran = stage.run_with(&inputs).exits(1).says("there is no branch `develop`");
        assert_eq!(ran.state(&repo), "failed: no-branch");
    }

    fn a_doctor_starts_nothing(stage: &Stage) {
        let repo = stage.template("hermes");
        for mode in ["auto", "workflow-dispatch"] {
            assert_eq!(doctor(stage, &stage.token, &repo, mode).succeeds().state(&repo), "ready");
        }
        assert_eq!(stage.told(&repo).len(), 0);
    }
}

#[test]
fn a_permission_that_a_narrowed_token_lacks_is_found() {
    let stage = Stage::new(Dialect::GitHub);
    let repo = stage.template("hermes");
    stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
    for (mode, permission, named) in [
        ("repository-dispatch", Permission::Contents, "contents=write"),
        ("workflow-dispatch", Permission::Actions, "actions=write"),
        ("bump-pr", Permission::Contents, "contents=write"),
        ("bump-pr", Permission::PullRequests, "pull_requests=write"),
    ] {
        let narrow =
            stage.forge.narrowed_token(Role::Write, Permissions::all().with(permission, Access::Read));
        let ran = doctor(&stage, &narrow, &repo, mode).exits(1).says(named);
        assert_eq!(ran.state(&repo), "failed: permission", "{mode}");
    }
    assert_eq!((stage.told(&repo).len(), stage.forge.pulls(&repo).len()), (0, 0));
}

#[test]
fn a_token_without_the_scope_to_write_is_one_clear_error() {
    let stage = Stage::new(Dialect::GitHub);
    stage.templates();
    let quota = r#"{"resources":{"core":{"limit":5000,"used":0,"remaining":5000,"reset":1800000000}}}"#;
    let scoped = Fault::status("rate-limit.get", 200).header("x-oauth-scopes", "read:org, gist").body(quota);
    stage.forge.fail(scoped);
    stage.run(&[]).exits(1).says("it has the scopes `read:org`, `gist` alone");
    assert_eq!(stage.writes(), 0);
}
