//! The validator itself: that it sees what GitHub would not take.

use std::time::Instant;

use http::{HeaderMap, HeaderValue, Method, StatusCode};
use local_forge::{Exchange, openapi};
use serde_json::{Value, json};

const REFS: &str = "/api/v3/repos/acme/core/git/refs";

fn exchange(method: Method, target: &str, body: &Value, status: u16, answer: &Value) -> Exchange {
    let bytes = |value: &Value| if value.is_null() { String::new() } else { value.to_string() }.into();
    let response_headers = HeaderMap::from_iter([
        ("x-github-request-id".parse().unwrap(), HeaderValue::from_static("1")),
        ("content-type".parse().unwrap(), HeaderValue::from_static("application/json; charset=utf-8")),
    ]);
    Exchange {
        operation: "x".to_owned(),
        method,
        target: target.to_owned(),
        request_headers: HeaderMap::new(),
        request_body: bytes(body),
        started: Instant::now(),
        ended: Instant::now(),
        status: Some(StatusCode::from_u16(status).unwrap()),
        response_headers,
        response_body: bytes(answer),
    }
}

/// Where the violations of one exchange are.
fn places(exchange: Exchange) -> Vec<String> {
    let mut places: Vec<_> =
        openapi::check(&[exchange]).into_iter().map(|violation| violation.place).collect();
    places.dedup();
    places
}

fn described() -> bool {
    openapi::is_there("@octokit/openapi") && openapi::is_there("@octokit/graphql-schema")
}

#[test]
fn a_request_that_github_would_not_take_is_seen() {
    if !described() {
        return;
    }
    let refused = json!({ "message": "Not Found", "documentation_url": "https://docs.github.com/rest" });
    let ask = |method, target: &str, body: Value| places(exchange(method, target, &body, 404, &refused));
    let good = json!({ "ref": "refs/tags/v1", "sha": "0".repeat(40) });
    assert_eq!(ask(Method::POST, REFS, good.clone()), Vec::<String>::new());
    assert_eq!(ask(Method::POST, REFS, json!({ "ref": "refs/tags/v1" })), ["request body"]);
    assert_eq!(ask(Method::POST, REFS, json!({ "ref": 1, "sha": "0" })), ["request body"]);
    assert_eq!(ask(Method::POST, REFS, json!({ "ref": "r", "sha": "0", "name": "v1" })), ["request body"]);
    assert_eq!(ask(Method::POST, REFS, Value::Null), ["request body"]);
    assert_eq!(ask(Method::PUT, REFS, good), ["method"]);
    let get = |target: &str| ask(Method::GET, target, Value::Null);
    assert_eq!(get("/api/v3/repos/acme/core/tags/by-name/v1"), ["path"]);
    assert_eq!(get("/api/v3/repos/acme/core/pulls?state=merged"), ["query `state`"]);
    assert_eq!(get("/api/v3/repos/acme/core/pulls?limit=50"), ["query `limit`"]);
    assert_eq!(get("/api/v3/repos/acme/core/pulls?per_page=many"), ["query `per_page`"]);
    assert_eq!(get("/api/v3/repos/acme/core/git/matching-refs/tags/a/b/c"), Vec::<String>::new());
}

#[test]
fn an_answer_that_github_would_not_give_is_seen() {
    if !described() {
        return;
    }
    let target = "/api/v3/repos/acme/core/git/ref/tags/v1";
    let answer = |status, body: Value| places(exchange(Method::GET, target, &Value::Null, status, &body));
    let url = "https://api.github.com/x";
    let object = json!({ "type": "commit", "sha": "0".repeat(40), "url": url });
    let good = json!({ "ref": "refs/tags/v1", "node_id": "x", "url": url, "object": object });
    assert_eq!(answer(200, good.clone()), Vec::<String>::new());
    for (key, value) in [("node_id", Value::Null), ("url", json!("no url")), ("object", json!({}))] {
        let mut bad = good.clone();
        bad[key] = value;
        assert!(!answer(200, bad).is_empty(), "{key}");
    }
    assert_eq!(answer(204, Value::Null), ["response 204"]);
    assert_eq!(answer(403, json!({ "error": "no" })), ["response 403"]);
}

#[test]
fn a_query_that_github_would_not_take_is_seen() {
    if !described() {
        return;
    }
    let ask = |query: &str| {
        places(exchange(Method::POST, "/api/graphql", &json!({ "query": query }), 200, &Value::Null))
    };
    let object = "object(oid: \"0000000000000000000000000000000000000000\")";
    let query = |inner: &str| format!("{{ repository(owner: \"a\", name: \"b\") {{ {inner} }} }}");
    assert_eq!(ask(&query(&format!("{object} {{ oid }}"))), Vec::<String>::new());
    assert_eq!(ask(&query(&format!("{object} {{ message }}"))), ["document"]);
    assert_eq!(ask(&query("object(sha: \"0\") { oid }")), ["document"]);
    assert_eq!(ask("{ repository(owner: 1, name: \"b\") { id } }"), ["document"]);
}
