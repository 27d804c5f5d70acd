//! octocrab through the client.

use http_client::{Client, Effect, Error, OctocrabService};
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use serde_json::{Value, json};

use crate::server::{Reply, Server, answer, client, impatient};

fn octocrab(client: Client, server: &Server, base: &str) -> Octocrab {
    let service = OctocrabService::new(client, server.url(base)).authorize("Bearer", &"t0ken".into());
    OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build().unwrap()
}

fn json_answer(status: u16, body: &Value) -> Reply {
    answer(status, "content-type: application/json", &body.to_string())
}

const OBJECT: &str = "0123456789012345678901234567890123456789";

fn reference() -> Value {
    let object = json!({"type": "commit", "sha": OBJECT, "url": "https://h/o"});
    json!({"ref": "refs/tags/v1", "node_id": "n", "url": "https://h/r", "object": object})
}

#[tokio::test]
async fn a_typed_get_goes_below_the_base_with_credentials() {
    for (base, path) in
        [("", "/repos"), ("/api/v3", "/api/v3/repos"), ("/api/v3/", "/api/v3/repos"), ("/r", "/r/repos")]
    {
        let server = Server::start([json_answer(200, &reference())]);
        let github = octocrab(impatient(), &server, base);
        let tag = octocrab::params::repos::Reference::Tag("v1".into());
        let found = github.repos("acme", "app").get_ref(&tag).await.unwrap();
        assert_eq!(found.ref_field, "refs/tags/v1");
        assert_eq!(server.lines(), [format!("GET {path}/acme/app/git/ref/tags/v1")]);
        let asked = &server.asked()[0];
        assert_eq!(asked.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(asked.header("accept"), Some("application/vnd.github+json"));
        assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
        assert_eq!(asked.header("content-length"), None);
        assert_eq!(asked.header("host"), Some(format!("127.0.0.1:{}", server.port).as_str()));
    }
}

#[tokio::test]
async fn a_typed_post_writes_its_json() {
    let server = Server::start([json_answer(201, &reference())]);
    let github = octocrab(impatient(), &server, "/api/v3");
    let tag = octocrab::params::repos::Reference::Tag("v1".into());
    github.repos("acme", "app").create_ref(&tag, OBJECT).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.line, "POST /api/v3/repos/acme/app/git/refs HTTP/1.1");
    assert_eq!(
        serde_json::from_str::<Value>(&asked.body).unwrap(),
        json!({"ref": "refs/tags/v1", "sha": OBJECT})
    );
    assert_eq!(asked.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn graphql_is_a_read_beside_the_rest_base() {
    for (base, path) in [("", "/graphql"), ("/api/v3", "/api/graphql"), ("/x/api/v3", "/x/api/graphql")] {
        let server = Server::start([answer(502, "", ""), json_answer(200, &json!({"data": {"a": 1}}))]);
        let github = octocrab(client().0, &server, base);
        let answer: Value = github.graphql(&json!({"query": "{ a }"})).await.unwrap();
        assert_eq!(answer, json!({"a": 1}));
        assert_eq!(server.lines(), [format!("POST {path}"), format!("POST {path}")]);
        assert_eq!(server.asked()[1].body, r#"{"query":"{ a }"}"#);
    }
}

#[tokio::test]
async fn a_post_is_a_write_and_its_ambiguity_is_found_inside_octocrabs_error() {
    let server = Server::start([Reply::Cut, json_answer(201, &reference())]);
    let github = octocrab(client().0, &server, "");
    let error = github.post::<_, Value>("/x", Some(&json!({}))).await.unwrap_err();
    assert!(Error::find(&error).unwrap().is_ambiguous(), "{error:?}");
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn the_effect_of_a_request_can_be_set_by_extension() {
    let server = Server::start([answer(502, "", ""), json_answer(200, &json!({}))]);
    let github = octocrab(client().0, &server, "");
    let mut request = github.build_request(http::Request::post("/markdown"), Some(&json!({}))).unwrap();
    request.extensions_mut().insert(Effect::Read);
    github.execute(request).await.unwrap();
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_found_inside_octocrabs_error_with_its_status() {
    let server = Server::start([json_answer(422, &json!({"message": "Reference already exists"}))]);
    let github = octocrab(impatient(), &server, "");
    let tag = octocrab::params::repos::Reference::Tag("v1".into());
    let error = github.repos("acme", "app").create_ref(&tag, OBJECT).await.unwrap_err();
    assert!(matches!(error, octocrab::Error::Service { .. }), "{error:?}");
    let refused = Error::find(&error).unwrap();
    assert_eq!(refused.status().unwrap(), 422);
    assert_eq!(refused.refusal().unwrap().message.as_deref(), Some("Reference already exists"));
}

#[tokio::test]
async fn the_next_page_is_fetched_from_its_absolute_url_with_credentials() {
    let server = Server::start([json_answer(200, &json!([]))]);
    let github = octocrab(impatient(), &server, "/api/v3");
    github.get::<Value, _, ()>(server.url("/api/v3/tags?page=2").as_str(), None).await.unwrap();
    assert_eq!(server.lines(), ["GET /api/v3/tags?page=2"]);
    assert_eq!(server.asked()[0].header("authorization"), Some("Bearer t0ken"));
}

#[tokio::test]
async fn another_server_gets_no_credentials() {
    let (server, other) = (Server::start([]), Server::start([json_answer(200, &json!({}))]));
    let github = octocrab(impatient(), &server, "");
    github.get::<Value, _, ()>(other.url("/x").as_str(), None).await.unwrap();
    assert_eq!(other.asked()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_an_error_and_not_a_panic() {
    let server = Server::start([]);
    let service = OctocrabService::new(impatient(), server.url("")).authorize("Bearer", &"a\nb".into());
    let github =
        OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build().unwrap();
    let error = github.get::<Value, _, ()>("/x", None).await.unwrap_err();
    assert!(matches!(Error::find(&error), Some(Error::Unsendable { .. })), "{error:?}");
}
