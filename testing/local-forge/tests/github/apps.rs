//! GitHub Apps: claims, installations, tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use local_forge::{
    Access, NewApp, NewRepo, Permission, Permissions, TEST_APP_PRIVATE_KEY, TEST_APP_PUBLIC_KEY,
};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";

fn with_app() -> (GitHub, u64) {
    let forge = GitHub::start();
    forge.new_repo(REPO, &NewRepo { private: true, ..NewRepo::default() });
    forge.repo("acme/other");
    let permissions = Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Read);
    let installation = forge.install_app(&NewApp {
        id: 77,
        slug: "releaser",
        public_key: TEST_APP_PUBLIC_KEY,
        owner: "acme",
        permissions,
        repositories: Some(&[REPO]),
    });
    (forge, installation)
}

fn claim(payload: &Value) -> String {
    let pem: String = TEST_APP_PRIVATE_KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let key = RsaKeyPair::from_der(&STANDARD.decode(pem).unwrap()).unwrap();
    let head = URL_SAFE_NO_PAD.encode(json!({ "alg": "RS256", "typ": "JWT" }).to_string());
    let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(payload.to_string()));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn fresh_claim() -> String {
    let now = Timestamp::now().as_second();
    claim(&json!({ "iat": now - 60, "exp": now + 540, "iss": "77" }))
}

#[test]
fn a_claim_leads_to_the_installation_and_a_token_that_works_there_only() {
    let (forge, installation) = with_app();
    let app = Api::of(&forge, fresh_claim());
    let found = app.get("/repos/acme/core/installation").body;
    assert_eq!((found["id"].as_u64(), found["app_slug"].as_str()), (Some(installation), Some("releaser")));
    assert_eq!(
        found["permissions"],
        json!({ "metadata": "read", "contents": "write", "pull_requests": "read" })
    );
    assert_eq!(app.get("/orgs/acme/installation").body["id"], installation);
    assert_eq!(app.get("/repos/acme/other/installation").status, 404);

    let path = format!("/app/installations/{installation}/access_tokens");
    let minted =
        app.post(&path, &json!({ "repositories": ["core"], "permissions": { "contents": "write" } }));
    assert_eq!(minted.status, 201, "{}", minted.body);
    let expires: Timestamp = minted.body["expires_at"].as_str().unwrap().parse().unwrap();
    let life = expires.as_second() - Timestamp::now().as_second();
    assert!((3500..=3600).contains(&life), "{life}");
    assert_eq!(minted.body["repositories"][0]["full_name"], REPO);
    let token = minted.body["token"].as_str().unwrap();
    let robot = Api::of(&forge, token);
    let asked = json!({ "ref": "refs/tags/v1", "sha": forge.head(REPO, "main") });
    assert_eq!(robot.post("/repos/acme/core/git/refs", &asked).status, 201);
    let elsewhere = json!({ "ref": "refs/tags/v1", "sha": forge.head("acme/other", "main") });
    let refused = robot.post("/repos/acme/other/git/refs", &elsewhere);
    assert_eq!((refused.status, refused.message()), (403, "Resource not accessible by integration"));
    assert_eq!(robot.get("/repos/acme/core/pulls").status, 403);
    forge.expire_token(token);
    assert_eq!(robot.get("/repos/acme/core").message(), "Bad credentials");
}

#[test]
fn no_token_is_minted_for_more_than_was_granted() {
    let (forge, installation) = with_app();
    forge.set_installation_token_life(Duration::from_mins(1));
    let app = Api::of(&forge, fresh_claim());
    let path = format!("/app/installations/{installation}/access_tokens");
    for permissions in
        [json!({ "pull_requests": "write" }), json!({ "actions": "read" }), json!({ "pages": "read" })]
    {
        let refused = app.post(&path, &json!({ "permissions": permissions }));
        assert_eq!(refused.status, 422);
        assert_eq!(refused.message(), "The permissions requested are not granted to this installation.");
    }
    let refused = app.post(&path, &json!({ "repositories": ["other"] }));
    assert_eq!(refused.status, 422);
    assert!(refused.message().starts_with("There is at least one repository that does not exist"));
    assert_eq!(app.post("/app/installations/1/access_tokens", &json!({})).status, 404);
}

#[test]
fn a_claim_is_verified_in_earnest() {
    let (forge, _) = with_app();
    let now = Timestamp::now().as_second();
    let cases = [
        (
            json!({ "iat": now - 60, "exp": now + 700, "iss": "77" }),
            401,
            "'Expiration time' claim ('exp') is too far in the future",
        ),
        (
            json!({ "iat": now - 700, "exp": now - 100, "iss": "77" }),
            401,
            "'Expiration time' claim ('exp') must be",
        ),
        (json!({ "iat": now + 60, "exp": now + 120, "iss": "77" }), 401, "'Issued at' claim ('iat') must be"),
        (json!({ "iat": now - 60, "exp": now + 540 }), 401, "Missing 'issuer' claim ('iss')"),
        (json!({ "iat": now - 60, "exp": now + 540, "iss": 78 }), 404, "Integration not found"),
    ];
    for (payload, status, message) in cases {
        let refused = Api::of(&forge, claim(&payload)).get("/repos/acme/core/installation");
        assert_eq!(refused.status, status);
        assert!(refused.message().starts_with(message), "{}", refused.message());
    }
    let mut forged = fresh_claim();
    let last = if forged.pop() == Some('A') { 'Q' } else { 'A' };
    forged.push(last);
    for token in [forged, forge.job_token(REPO), String::new()] {
        let refused = Api::of(&forge, token).get("/repos/acme/core/installation");
        assert_eq!((refused.status, refused.message()), (401, "A JSON web token could not be decoded"));
    }
    // A claim opens nothing else.
    assert_eq!(Api::of(&forge, fresh_claim()).get("/repos/acme/core").message(), "Bad credentials");
}
