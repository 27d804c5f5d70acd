//! Repositories: whose they are, where they went, who may see them.

use local_forge::{Limit, NewRepo, Role, primary_limit, secondary_limit};
use serde_json::{Value, json};

use crate::api::{Api, GitHub};

#[test]
fn a_former_name_leads_to_the_id_for_every_method() {
    let forge = GitHub::start();
    let commit = forge.repo("acme/old");
    forge.rename("acme/old", "new");
    let api = Api::of(&forge, forge.token(Role::Write));
    let moved = api.get("/repos/acme/old/git/ref/heads/main");
    assert_eq!(moved.status, 301);
    let place = moved.header("location").unwrap();
    let path = place.strip_prefix(&forge.api_url()).unwrap().to_owned();
    assert_eq!(api.get(&path).body["object"]["sha"], commit.as_str());
    let asked = json!({ "ref": "refs/tags/v1", "sha": commit });
    let moved = api.post("/repos/acme/old/git/refs", &asked);
    assert_eq!((moved.status, moved.message()), (307, "Moved Permanently"));
    let path = moved.header("location").unwrap().strip_prefix(&forge.api_url()).unwrap().to_owned();
    assert_eq!(api.post(&path, &asked).status, 201);
    assert!(forge.tags("acme/new").contains_key("v1"));
    assert_eq!(api.get("/repos/acme/new").body["name"], "new");
}

#[test]
fn a_hidden_repository_is_not_there_for_strangers() {
    let forge = GitHub::start();
    forge.new_repo("acme/secret", &NewRepo { private: true, ..NewRepo::default() });
    forge.repo("acme/core");
    for token in [forge.token(Role::Read), forge.job_token("acme/core"), String::new()] {
        let hidden = Api::of(&forge, token).get("/repos/acme/secret");
        assert_eq!((hidden.status, hidden.message()), (404, "Not Found"));
    }
    let seen = Api::of(&forge, forge.token(Role::Write)).get("/repos/acme/secret").body;
    assert_eq!(seen["permissions"]["push"], true);
    assert_eq!(seen["visibility"], "private");
    let listed = Api::of(&forge, forge.token(Role::Read)).get("/orgs/acme/repos").body;
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn an_organisations_repositories_come_in_pages_that_link_to_each_other() {
    let forge = GitHub::start();
    for index in 0..5 {
        forge.repo(&format!("acme/r{index}"));
    }
    let api = Api::of(&forge, forge.token(Role::Write));
    let mut path = "/orgs/acme/repos?per_page=2".to_owned();
    let mut names = Vec::new();
    loop {
        let page = api.get(&path);
        let told = page.body.as_array().unwrap().iter();
        names.extend(told.map(|repo| repo["name"].as_str().unwrap().to_owned()));
        let mut links = page.header("link").unwrap().split(", ");
        let next = links.find_map(|link| link.strip_suffix(">; rel=\"next\""));
        let Some(next) = next else { break };
        path = next.trim_start_matches('<').strip_prefix(&forge.api_url()).unwrap().to_owned();
    }
    names.sort();
    assert_eq!(names, ["r0", "r1", "r2", "r3", "r4"]);
    assert_eq!(api.get("/orgs/nobody/repos").status, 404);
}

#[test]
fn nothing_is_changed_in_an_archived_repository() {
    let forge = GitHub::start();
    let commit = forge.repo("acme/core");
    forge.set_archived("acme/core", true);
    let api = Api::of(&forge, forge.job_token("acme/core"));
    assert_eq!(api.get("/repos/acme/core").body["archived"], true);
    let refused = api.post("/repos/acme/core/git/refs", &json!({ "ref": "refs/tags/v1", "sha": commit }));
    assert_eq!((refused.status, refused.message()), (403, "Repository was archived so is read-only."));
    let refused = api.post("/repos/acme/core/dispatches", &json!({ "event_type": "x" }));
    assert_eq!(refused.status, 403);
    assert!(forge.tags("acme/core").is_empty());
}

#[test]
fn every_answer_tells_the_quota_and_its_own_id() {
    let forge = GitHub::start();
    forge.repo("acme/core");
    let api = Api::of(&forge, forge.job_token("acme/core"));
    let (first, second) = (api.get("/repos/acme/core"), api.get("/repos/acme/none"));
    assert_eq!(first.header("x-ratelimit-limit"), Some("1000"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("999"));
    assert_eq!((second.status, second.header("x-ratelimit-remaining")), (404, Some("998")));
    assert_ne!(first.header("x-github-request-id"), second.header("x-github-request-id"));
    assert_eq!(Api::of(&forge, "").get("/repos/acme/core").header("x-ratelimit-limit"), Some("60"));
    let answer = api.graphql("{ rateLimit { cost } }", &json!({}));
    assert_eq!(answer.header("x-ratelimit-resource"), Some("graphql"));
}

#[test]
fn limits_are_faults_with_githubs_words() {
    let forge = GitHub::start();
    forge.repo("acme/core");
    let api = Api::of(&forge, forge.job_token("acme/core"));
    forge.fail(primary_limit("repos.get", 1_900_000_000));
    let refused = api.get("/repos/acme/core");
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, Some("0")));
    assert_eq!(refused.header("x-ratelimit-reset"), Some("1900000000"));
    forge.fail(secondary_limit("repos.get", 429, Some(7)));
    let refused = api.get("/repos/acme/core");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("7")));
    assert_eq!(api.get("/repos/acme/core").status, 200);
}

#[test]
fn enforced_limits_refuse_what_is_too_much_and_say_for_how_long() {
    let forge = GitHub::start();
    forge.repo("acme/core");
    let api = Api::of(&forge, forge.job_token("acme/core"));
    let event = json!({ "event_type": "x" });
    forge.enforce_limits(1);
    for _ in 0..80 {
        assert_eq!(api.post("/repos/acme/core/dispatches", &event).status, 204);
    }
    let refused = api.post("/repos/acme/core/dispatches", &event);
    assert_eq!(refused.status, 403);
    assert!(refused.message().contains("secondary rate limit"));
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&seconds), "{seconds}");
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("920"));
    assert_eq!(api.get("/repos/acme/core").status, 200);
    assert_eq!(forge.limits_met(), [Limit::ContentAMinute]);
    assert_eq!((forge.usage().content_a_minute, forge.usage().points), (80, 401));

    forge.enforce_limits(100_000);
    for _ in 0..81 {
        assert_eq!(api.post("/repos/acme/core/dispatches", &event).status, 204);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert_eq!(forge.limits_met(), []);
}

#[test]
fn the_viewer_is_a_person_and_never_a_robot() {
    let forge = GitHub::start();
    forge.repo("acme/core");
    let person = Api::of(&forge, forge.token(Role::Write)).get("/user").body;
    assert_eq!(person["login"], "dev");
    let robot = Api::of(&forge, forge.job_token("acme/core")).get("/user");
    assert_eq!((robot.status, robot.message()), (403, "Resource not accessible by integration"));
    assert_eq!(Api::of(&forge, "").get("/user").status, 401);
    assert_eq!(Api::of(&forge, "ghp_wrong").get("/user").body["message"], Value::from("Bad credentials"));
}
