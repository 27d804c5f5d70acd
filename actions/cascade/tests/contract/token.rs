//! Who tells: tokens that are missing, wrong, or may not.

use local_forge::{Access, Dialect, NewRepo, Permission, Permissions, Role};

use crate::stage::{RUNTIMES, Stage, template};

on_both! {
    fn without_a_token_nobody_is_told_and_everybody_is_named(stage: &Stage) {
        stage.templates();
        let ran = stage.run_with(&[("version", "1.4.0")]).succeeds().says("nobody was told");
        for runtime in RUNTIMES {
            assert!(ran.log.contains(&template(runtime)));
        }
        assert_eq!(ran.output("dispatched"), "");
        assert_eq!(ran.output("skipped").split(',').count(), 8);
        assert_eq!(stage.forge.exchanges().len(), 0);
    }

    fn an_app_without_its_secret_is_a_token_that_is_missing(stage: &Stage) {
        let given = [("version", "1.4.0"), ("app-id", "77"), ("only", &template("hermes"))];
        let ran = stage.run_with(&given).succeeds().says("`app-private-key` is empty");
        assert_eq!(ran.output("skipped"), template("hermes"), "the others were not to be told");
        let key = [("version", "1.4.0"), ("app-private-key", "x")];
        stage.run_with(&key).exits(2).says("belong together");
        let strict = [("version", "1.4.0"), ("app-id", "77"), ("on-missing-token", "fail")];
        stage.run_with(&strict).exits(2).says("`app-private-key` is empty");
    }

    fn without_a_token_the_run_fails_where_that_is_asked_for(stage: &Stage) {
        stage.run_with(&[("version", "1.4.0"), ("on-missing-token", "fail")]).exits(2).says("`token` is empty");
    }

    fn a_doctor_without_a_token_is_not_well(stage: &Stage) {
        stage.run_with(&[("command", "doctor")]).exits(2).says("`token` is empty");
    }

    fn the_environment_may_hold_the_token(stage: &Stage) {
        stage.template("hermes");
        let given = [("version", "1.4.0"), ("repos", &template("hermes")), ("TEMPLATE_DISPATCH_TOKEN", &stage.token)];
        stage.run_with(&given).succeeds();
        assert_eq!(stage.told(&template("hermes")).len(), 1);
    }

    fn a_bad_token_is_one_clear_error(stage: &Stage) {
        stage.templates();
        let ran = stage.run_with(&[("version", "1.4.0"), ("token", "not-a-token-at-all")]).exits(1);
        let errors = ran.log.lines().filter(|line| line.starts_with("::error::") || line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{}", ran.log);
        assert_eq!(stage.writes(), 0);
    }

    fn a_reader_is_told_what_is_missing(stage: &Stage) {
        let repo = stage.template("hermes");
        let reader = stage.forge.token(Role::Read);
        let ran = stage.run_with(&[("version", "1.4.0"), ("token", &reader), ("repos", &repo)]).exits(1);
        assert_eq!(ran.state(&repo), "failed: permission");
        assert!(ran.log.contains("contents: write"), "{}", ran.log);
    }
}

#[test]
fn a_missing_permission_is_told_by_its_name() {
    let stage = Stage::new(Dialect::GitHub);
    let repo = stage.template("hermes");
    let reading = Permissions::all().with(Permission::Contents, Access::Read);
    let narrow = stage.forge.narrowed_token(Role::Write, reading);
    let ran = stage.run_with(&[("version", "1.4.0"), ("token", &narrow), ("repos", &repo)]).exits(1);
    assert_eq!(ran.state(&repo), "failed: permission");
    ran.says("give the token `contents=write`");
}

#[test]
fn what_a_token_lacks_that_may_not_see_checks_is_told_by_name() {
    let stage = Stage::new(Dialect::GitHub);
    let repo = template("hermes");
    // what is public may be seen by everybody
    stage.forge.new_repo(&repo, &NewRepo { private: true, writers: vec![Role::Write] });
    stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
    let bump = [("repos", repo.as_str()), ("mode", "bump-pr")];
    stage.run(&bump).succeeds();
    let blind = Permissions::all().with(Permission::Checks, Access::None);
    let narrow = stage.forge.narrowed_token(Role::Write, blind);
    let ran = stage.run(&[&bump[..], &[("token", &narrow), ("auto-merge", "merge")]].concat()).exits(1);
    let mending = ran.target(&repo)["mending"].as_str().unwrap().to_owned();
    assert!(mending.contains("`checks: read`"), "{mending}");
    ran.says("its pull request is open, and was not merged");
}

#[test]
fn a_token_that_ends_in_the_middle_of_a_run_is_not_tried_by_everybody() {
    let stage = Stage::new(Dialect::GitHub);
    stage.templates();
    let token = stage.token.clone();
    stage.forge.before("repos.dispatch", move |forge| forge.expire_token(&token));
    let ran = stage.run(&[("pace", "1/300ms")]).exits(1).says("not tried, since the token was refused");
    assert_eq!(ran.output("failed").split(',').count(), 8);
    assert_eq!(stage.asked("repos.dispatch"), 1);
}
