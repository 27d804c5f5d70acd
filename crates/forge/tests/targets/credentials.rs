//! Who we are: tokens, and an app whose tokens are minted for each owner and again while a run goes on.

use std::time::Duration;

use forge::{Answer, App, Credential, Forge, Quota, Reason, Who};
use jiff::Timestamp;
use local_forge::{
    Access, Dialect, Fault, NewApp, NewRepo, Permission, Permissions, TEST_APP_PRIVATE_KEY,
    TEST_APP_PUBLIC_KEY,
};
use serde_json::json;

use crate::stage::{REPO, Stage, name, wait_for};

const APP: u64 = 77;

fn install(stage: &Stage, owner: &str) {
    stage.forge.install_app(&NewApp {
        id: APP,
        slug: "cascader",
        public_key: TEST_APP_PUBLIC_KEY,
        owner,
        permissions: Permissions::none()
            .with(Permission::Contents, Access::Write)
            .with(Permission::Actions, Access::Read),
        repositories: None,
    });
}

/// A forge with private repositories of two owners, the app installed on both, and the product as the app.
fn with_app(stage: &Stage) -> Forge {
    with_app_behind(stage, Duration::ZERO)
}

/// The same, with a clock that is so far behind the forge's own.
fn with_app_behind(stage: &Stage, behind: Duration) -> Forge {
    for repo in ["acme/secret", "other/secret"] {
        stage.forge.new_repo(repo, &NewRepo { private: true, writers: Vec::new() });
        stage.add_receiver(repo);
    }
    install(stage, "acme");
    install(stage, "other");
    stage.forge.forget_exchanges();
    let ahead = Duration::try_from(Timestamp::now().duration_since(now(stage))).unwrap();
    stage.clock.advance(ahead.checked_sub(behind).unwrap());
    as_app(stage, TEST_APP_PRIVATE_KEY)
}

fn now(stage: &Stage) -> Timestamp {
    http_client::Clock::now(&*stage.clock)
}

fn as_app(stage: &Stage, key: &str) -> Forge {
    let permissions = [("contents", "write"), ("actions", "read")];
    let app = App::new(&APP.to_string(), &key.into(), permissions).unwrap();
    stage.open_as(Credential::App(app))
}

fn send(forge: &Forge, repo: &str) -> Result<Answer<()>, forge::Error> {
    let payload = json!({ "cascade_id": "c1" });
    let (_, writer) = forge.repository(name(repo));
    wait_for(async { writer.repository_dispatch("runtime-published", payload.as_object().unwrap()).await })
}

#[test]
fn an_apps_token_is_minted_once_for_each_owner_and_reaches_all_of_its_repositories() {
    let stage = Stage::new(Dialect::GitHub);
    let forge = with_app(&stage);
    for repo in ["acme/secret", "other/secret", REPO, "Acme/secret"] {
        assert!(matches!(send(&forge, repo), Ok(Answer::Done(()))), "{repo}");
    }
    assert_eq!((stage.asked("app.installation"), stage.asked("app.token")), (2, 2));
    let actors: Vec<_> = stage.forge.runs("acme/secret").into_iter().map(|run| run.actor).collect();
    assert_eq!(actors, ["cascader[bot]", "cascader[bot]"]);
    let asked = ["acme/secret", "other/secret", REPO].map(name);
    let survey = wait_for(async { forge.survey(&asked).await });
    assert!(survey.iter().all(|(_, told)| told.as_ref().unwrap().repository.found().is_some()));
    assert_eq!((stage.asked("app.token"), stage.asked("graphql")), (2, 2), "a query for each owner");
}

#[test]
fn a_token_that_grows_old_in_the_middle_of_a_run_is_minted_anew_before_it_ends() {
    let stage = Stage::new(Dialect::GitHub);
    // the forge checks a claim by its own clock, so ours may be moved on only as far as that is
    let forge = with_app_behind(&stage, Duration::from_mins(5));
    stage.forge.set_installation_token_life(Duration::from_secs(330));
    let mut minted = Vec::new();
    for later in [0, 300, 54] {
        stage.clock.advance(Duration::from_secs(later));
        assert!(matches!(send(&forge, REPO), Ok(Answer::Done(()))));
        minted.push(stage.asked("app.token"));
    }
    // ten minutes and a half are left at first, then five and a half, then less than five
    assert_eq!(minted, [1, 1, 2]);
    assert_eq!(stage.forge.runs(REPO).len(), 3);
}

#[test]
fn a_token_that_is_taken_back_in_the_middle_of_a_run_is_minted_anew_once() {
    let stage = Stage::new(Dialect::GitHub);
    let forge = with_app(&stage);
    assert!(matches!(send(&forge, REPO), Ok(Answer::Done(()))));
    let told = stage.forge.exchanges();
    let token = told.iter().find(|exchange| exchange.operation == "repos.dispatch").unwrap();
    let token = token.request_headers["authorization"].to_str().unwrap().trim_start_matches("Bearer ");
    stage.forge.revoke_token(token);
    assert!(matches!(send(&forge, REPO), Ok(Answer::Done(()))));
    assert_eq!((stage.asked("app.token"), stage.forge.runs(REPO).len()), (2, 2));
}

#[test]
fn an_owner_without_the_app_is_told_by_name_and_the_others_go_on() {
    let stage = Stage::new(Dialect::GitHub);
    let forge = with_app(&stage);
    stage.forge.repo("elsewhere/template");
    let error = send(&forge, "elsewhere/template").unwrap_err();
    assert_eq!(error.to_string(), "could not get a token of app `77` for `elsewhere`");
    assert!(error.hint().unwrap().starts_with("install the app on `elsewhere`"));
    let (reader, _) = forge.repository(name("elsewhere/template"));
    assert!(wait_for(async { reader.repository().await }).is_err(), "it is not missing");
    let survey = wait_for(async { forge.survey(&[name("elsewhere/template"), name(REPO)]).await });
    assert!(survey[0].1.is_err() && survey[1].1.is_ok());
    assert!(matches!(send(&forge, REPO), Ok(Answer::Done(()))));
}

#[test]
fn an_app_on_a_persons_account_is_found_too() {
    let stage = Stage::new(Dialect::GitHub);
    let forge = with_app(&stage);
    stage.forge.fork(REPO, "person");
    install(&stage, "person");
    assert!(matches!(send(&forge, "person/template-one"), Ok(Answer::Done(()))));
    assert_eq!(stage.forge.runs("person/template-one").len(), 1);
}

#[test]
fn an_app_that_was_granted_too_little_is_told_what_to_grant() {
    let stage = Stage::new(Dialect::GitHub);
    with_app(&stage);
    let app = App::new("77", &TEST_APP_PRIVATE_KEY.into(), [("administration", "write")]).unwrap();
    let error = send(&stage.open_as(Credential::App(app)), REPO).unwrap_err();
    assert!(matches!(error, forge::Error::Token { .. }), "{error:?}");
    assert!(error.hint().unwrap().starts_with("grant the app the permissions"));
}

#[test]
fn an_app_tells_its_name_and_a_key_that_is_not_its_own_what_is_wrong() {
    let stage = Stage::new(Dialect::GitHub);
    let forge = with_app(&stage);
    let who = wait_for(async { forge.who().await.unwrap() });
    assert_eq!((who.login.as_deref(), who.quota), (Some("cascader"), None));
    stage
        .forge
        .fail(Fault::status("app.get", 401).body(r#"{"message":"A JSON web token could not be decoded"}"#));
    let error = wait_for(async { forge.who().await.unwrap_err() });
    assert_eq!(error.to_string(), "could not look at app `77`");
    assert!(error.hint().unwrap().contains("is not a key of this app"));
}

#[test]
fn a_token_tells_whose_it_is_what_it_was_given_when_it_ends_and_what_is_left_of_the_hour() {
    let stage = Stage::new(Dialect::GitHub);
    let body = r#"{"resources":{"core":{"limit":5000,"used":1,"remaining":4999,"reset":1767326400}}}"#;
    stage.forge.fail(
        Fault::status("rate-limit.get", 200)
            .header("x-oauth-scopes", "repo, workflow")
            .header("github-authentication-token-expiration", "2026-12-31 00:00:00 UTC")
            .body(body),
    );
    let who = wait_for(async { stage.open().who().await.unwrap() });
    let quota = Quota { limit: 5000, remaining: 4999, resets_at: "2026-01-02T04:00:00Z".parse().unwrap() };
    let expected = Who {
        login: Some("dev".to_owned()),
        ends_at: Some("2026-12-31T00:00:00Z".parse().unwrap()),
        scopes: Some(vec!["repo".to_owned(), "workflow".to_owned()]),
        quota: Some(quota),
    };
    assert_eq!(who, expected);
}

#[test]
fn a_robots_token_is_nobodys_and_works() {
    let stage = Stage::new(Dialect::GitHub);
    let token = stage.forge.job_token(REPO);
    let forge = stage.open_as(Credential::Token(token.into()));
    let who = wait_for(async { forge.who().await.unwrap() });
    assert_eq!((who.login, who.quota.map(|quota| quota.limit)), (None, Some(1000)));
    let narrowed = stage.forge.narrowed_job_token(REPO, Permissions::none());
    let forge = stage.open_as(Credential::Token(narrowed.into()));
    let answer = send(&forge, REPO).unwrap();
    assert!(
        matches!(&answer, Answer::Refused(refused) if refused.reason == Reason::Permission(Some("contents=write".to_owned()))),
        "{answer:?}"
    );
}

#[test]
fn a_server_that_limits_nothing_tells_no_quota() {
    let stage = Stage::new(Dialect::GitHub);
    stage
        .forge
        .fail(Fault::status("rate-limit.get", 404).body(r#"{"message":"Rate limiting is not enabled."}"#));
    let who = wait_for(async { stage.open().who().await.unwrap() });
    assert_eq!((who.login.as_deref(), who.quota), (Some("dev"), None));
}

on_both! {
    fn a_bad_token_is_one_clear_error(stage: &Stage) {
        stage.forge.revoke_token(&stage.token);
        let error = wait_for(async { stage.open().who().await.unwrap_err() });
        assert_eq!(error.to_string(), "could not look at the token");
        assert_eq!(error.status(), Some(401));
        assert_eq!(error.hint().unwrap(), "the token is missing, expired or revoked");
    }

    fn a_good_token_tells_whose_it_is_in_one_round_trip(stage: &Stage) {
        stage.forge.set_latency(Duration::from_millis(250));
        let who = wait_for(async { stage.open().who().await.unwrap() });
        assert_eq!(who.login.as_deref(), Some("dev"));
        assert_eq!(local_forge::round_trips(&stage.forge.exchanges()), 1);
    }
}

#[test]
fn a_gitea_token_that_may_not_read_its_user_works_all_the_same() {
    let stage = Stage::new(Dialect::Gitea);
    let body = r#"{"message":"token does not have at least one of required scope(s), required=[read:user], token scope=write:repository"}"#;
    stage.forge.fail(Fault::status("user.get", 403).body(body));
    assert_eq!(wait_for(async { stage.open().who().await.unwrap().login }), None);
}

#[test]
fn gitea_knows_no_apps() {
    let app = App::new("77", &TEST_APP_PRIVATE_KEY.into(), []).unwrap();
    let stage = Stage::new(Dialect::Gitea);
    let site = forge::Site {
        dialect: forge::Dialect::Gitea,
        api: stage.forge.api_url().parse().unwrap(),
        server: stage.forge.url().parse().unwrap(),
    };
    let client = http_client::Client::new(http_client::Settings::default()).unwrap();
    let refused = Forge::new(site, client, Credential::App(app), std::sync::Arc::new(|_| {}), 1);
    assert!(matches!(refused, Err(forge::Error::Credential { .. })));
}
