//! What whoever reads over the wire gets.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use local_registry::{Door, LocalRegistry, PASSWORD, digest};
use loopback::{Request, Response};
use serde_json::Value;

fn get(registry: &LocalRegistry, path: &str, authorization: &str) -> Response {
    let mut request = Request::default();
    *request.uri_mut() = path.parse().unwrap();
    if !authorization.is_empty() {
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
    }
    loopback::send(registry.address(), request).unwrap()
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

#[test]
fn an_image_is_read_from_its_tag_to_its_labels() {
    let registry = LocalRegistry::start(Door::Open);
    let pushed = registry.push("acme/app", "latest", &[("version", "1.4.0")]);
    let manifest = get(&registry, "/v2/acme/app/manifests/latest", "");
    assert_eq!(digest(manifest.body()), pushed);
    assert_eq!(manifest.headers()["docker-content-digest"], pushed.as_str());
    let config = json(&manifest)["config"]["digest"].as_str().unwrap().to_owned();
    let blob = get(&registry, &format!("/v2/acme/app/blobs/{config}"), "");
    let config = json(&get(&registry, blob.headers()["location"].to_str().unwrap(), ""));
    assert_eq!(config["config"]["Labels"]["version"], "1.4.0");
    assert_eq!(get(&registry, "/v2/acme/other/manifests/latest", "").status(), 404);
}

#[test]
fn who_may_read_says_the_door() {
    for (door, authorization, status) in [
        (Door::Open, "", 200),
        (Door::Tokens, "", 401),
        (Door::Tokens, "Bearer t0ken", 200),
        (Door::PrivateTokens, PASSWORD, 401),
        (Door::Basic, PASSWORD, 200),
        (Door::Basic, "Bearer t0ken", 401),
        (Door::Elsewhere, "Bearer t0ken", 401),
    ] {
        let registry = LocalRegistry::start(door);
        registry.push("acme/app", "latest", &[]);
        let answer = get(&registry, "/v2/acme/app/manifests/latest", authorization);
        assert_eq!(answer.status(), status, "{door:?} {authorization}");
        let token = get(&registry, "/token", "").status();
        assert_eq!(token == 200, door != Door::PrivateTokens, "{door:?}");
        assert_eq!(get(&registry, "/token", PASSWORD).status(), 200, "{door:?}");
    }
}
