//! Which image a tag stands for.

use std::time::Duration;

use local_registry::{Door, Fault, LocalRegistry, PASSWORD};
use registry::{Digest, Keychain, Login, RegistryError};

use crate::registry::{asked, client, holding, image, me, wait};

const MANIFEST: &str = r#"{"schemaVersion":2}"#;

#[test]
fn an_open_registry_is_asked_once() {
    let server = holding(Door::Open, &[("latest", MANIFEST)]);
    let digest = wait(client(Keychain::Anonymous).digest(&image(&server))).unwrap();
    assert_eq!(digest, Digest::of(MANIFEST.as_bytes()));
    assert_eq!(asked(&server), ["HEAD manifest"]);
    let accepted = server.exchanges()[0].request_headers["accept"].to_str().unwrap().to_owned();
    for form in
        ["oci.image.index.v1", "manifest.list.v2", "oci.image.manifest.v1", "distribution.manifest.v2"]
    {
        assert!(accepted.contains(form), "{accepted}");
    }
}

#[test]
fn a_token_is_had_for_the_asking_and_used_again() {
    let server = holding(Door::Tokens, &[("latest", MANIFEST)]);
    let client = client(Keychain::Anonymous);
    wait(client.digest(&image(&server))).unwrap();
    assert_eq!(asked(&server), ["HEAD manifest", "GET token", "HEAD manifest"]);
    let target = &server.exchanges()[1].target;
    assert_eq!(target, "/token?service=s&scope=repository%3Aacme%2Fapp%3Apull");
    server.forget_exchanges();
    wait(client.digest(&image(&server))).unwrap();
    assert_eq!(asked(&server), ["HEAD manifest"]);
}

#[test]
fn a_password_goes_to_the_token_server_and_not_to_the_registry() {
    let server = holding(Door::PrivateTokens, &[("latest", MANIFEST)]);
    wait(client(me()).digest(&image(&server))).unwrap();
    let exchanges = server.exchanges();
    assert_eq!(exchanges[1].request_headers["authorization"], PASSWORD);
    assert_eq!(exchanges[2].request_headers["authorization"], "Bearer t0ken");
}

#[test]
fn an_identity_token_is_traded_for_a_token() {
    let server = holding(Door::PrivateTokens, &[("latest", MANIFEST)]);
    let keychain = Keychain::Given(Login::IdentityToken("r3fresh".into()));
    wait(client(keychain).digest(&image(&server))).unwrap();
    assert_eq!(asked(&server), ["HEAD manifest", "POST token", "HEAD manifest"]);
}

#[test]
fn a_registry_that_wants_the_password_itself_gets_it() {
    let server = holding(Door::Basic, &[("latest", MANIFEST)]);
    wait(client(me()).digest(&image(&server))).unwrap();
    let denied = wait(client(Keychain::Anonymous).digest(&image(&server))).unwrap_err();
    assert!(matches!(denied, RegistryError::Denied { is_anonymous: true, .. }), "{denied:?}");
    assert!(denied.hint().unwrap().contains("docker login"));
}

#[test]
fn a_refused_password_is_told_as_such() {
    let server = holding(Door::Basic, &[("latest", MANIFEST)]);
    let login = Login::Password { user: "me".to_owned(), password: "wrong".into() };
    let denied = wait(client(Keychain::Given(login)).digest(&image(&server))).unwrap_err();
    assert!(matches!(denied, RegistryError::Denied { is_anonymous: false, .. }), "{denied:?}");
}

#[test]
fn a_password_is_not_sent_to_another_machine_in_the_clear() {
    let server = holding(Door::Elsewhere, &[("latest", MANIFEST)]);
    let error = wait(client(me()).digest(&image(&server))).unwrap_err();
    assert!(error.to_string().contains("`http://elsewhere.example/token`, which is not safe"), "{error}");
}

#[test]
fn a_registry_that_tells_no_digest_is_asked_for_the_bytes() {
    let server = LocalRegistry::start_without_digests(Door::Open);
    server.hold("latest", MANIFEST);
    let digest = wait(client(Keychain::Anonymous).digest(&image(&server))).unwrap();
    assert_eq!(digest, Digest::of(MANIFEST.as_bytes()));
    assert_eq!(asked(&server), ["HEAD manifest", "GET manifest"]);
}

#[test]
fn an_image_that_is_not_there_is_told_as_such() {
    let server = holding(Door::Open, &[]);
    let error = wait(client(Keychain::Anonymous).digest(&image(&server))).unwrap_err();
    assert!(matches!(error, RegistryError::NoImage { .. }), "{error:?}");
}

#[test]
fn a_token_server_that_is_not_there_says_nothing_about_the_image() {
    let server = holding(Door::Tokens, &[("latest", MANIFEST)]);
    server.fail(Fault::status("GET token", 404));
    let error = wait(client(Keychain::Anonymous).digest(&image(&server))).unwrap_err();
    assert!(matches!(error, RegistryError::Call { .. }), "{error:?}");
}

#[test]
fn a_limit_is_told_at_once_with_its_length() {
    let server = holding(Door::Open, &[("latest", MANIFEST)]);
    server.fail(Fault::status("HEAD manifest", 429).header("retry-after", "120"));
    let error = wait(client(Keychain::Anonymous).digest(&image(&server))).unwrap_err();
    let limit = error.limit().unwrap();
    assert!((Duration::from_mins(2)..Duration::from_secs(123)).contains(&limit), "{limit:?}");
    assert_eq!(asked(&server), ["HEAD manifest"]);
}

#[test]
fn a_token_that_is_no_longer_taken_is_had_anew() {
    let server = holding(Door::Tokens, &[("latest", MANIFEST)]);
    let client = client(Keychain::Anonymous);
    wait(client.digest(&image(&server))).unwrap();
    server.forget_exchanges();
    let challenge = format!("Bearer realm=\"{}/token\"", server.url());
    server.fail(Fault::status("HEAD manifest", 401).header("www-authenticate", &challenge));
    wait(client.digest(&image(&server))).unwrap();
    assert_eq!(asked(&server), ["HEAD manifest", "GET token", "HEAD manifest"]);
}
