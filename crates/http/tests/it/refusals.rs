//! What errors tell, and what they keep to themselves.

use http_client::{Client, Effect, Error, Request, RetryPolicy, Settings};

use crate::server::{Server, answer, client, impatient, ok, settings};

#[tokio::test]
async fn a_refusal_tells_the_request_the_status_the_message_and_the_permission_needed() {
    let headers =
        "x-accepted-github-permissions: contents=write\r\nx-github-request-id: AB:12\r\nx-other: kept not";
    let server =
        Server::start([answer(403, headers, r#"{"message":"Resource not accessible\nby integration"}"#)]);
    let error = client().0.send(Request::post(server.url("/refs"), Effect::Write)).await.unwrap_err();
    let expected = format!(
        "`POST {}` was refused with 403 Forbidden: Resource not accessible by integration \
         (x-accepted-github-permissions: contents=write, x-github-request-id: AB:12)",
        server.url("/refs")
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.hint().unwrap(), "the token needs `contents=write`");
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.header("X-Accepted-GitHub-Permissions"), Some("contents=write"));
    assert_eq!(refusal.header("x-other"), None);
}

#[tokio::test]
async fn a_refusal_without_json_shows_how_its_body_begins() {
    let server = Server::start([answer(404, "", "<html>\n  nothing\there\u{7}</html>")]);
    let error = client().0.send(Request::get(server.url("/a"))).await.unwrap_err();
    assert!(error.to_string().ends_with("404 Not Found: <html> nothing here </html>"), "{error}");
    assert_eq!(error.refusal().unwrap().message, None);
}

#[tokio::test]
async fn no_error_repeats_a_secret_that_the_server_echoes() {
    let echo = r#"{"message":"bad header Bearer t0ken-of-this-request, key known-s3cret, minted-s3cret"}"#;
    let headers = "www-authenticate: Bearer error=t0ken-of-this-request";
    let server = Server::start([answer(401, headers, echo)]);
    let client = Client::new(Settings { secrets: vec!["known-s3cret".into()], ..settings().0 }).unwrap();
    client.add_secret("minted-s3cret".into());
    let mut url = server.url("/known-s3cret/x?access_token=in-the-query&page=2");
    url.set_password(Some("in-the-userinfo")).unwrap();
    let request = Request::get(url).authorize("Bearer", &"t0ken-of-this-request".into());
    let shown = format!("{request:?} {client:?}");
    let error = client.send(request).await.unwrap_err();
    let shown = format!("{shown} {error} {error:?} {:?}", error.refusal());
    for secret in ["t0ken-of", "minted-s3cret", "in-the-query", "in-the-userinfo"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(!error.to_string().contains("known-s3cret"), "{error}");
    assert!(error.to_string().contains("/***/x?access_token=***&page=2"), "{error}");
    assert!(error.to_string().contains("bad header Bearer ***, key ***, ***"), "{error}");
    assert_eq!(error.hint().unwrap(), "the token is missing, expired or revoked");
}

#[tokio::test]
async fn a_redirect_that_is_not_followed_does_not_repeat_a_secret() {
    let server = Server::start([answer(302, "location: https://elsewhere.example/known-s3cret?sig=abc", "")]);
    let client = Client::new(Settings { secrets: vec!["known-s3cret".into()], ..settings().0 }).unwrap();
    let error = client.send(Request::get(server.url("/"))).await.unwrap_err();
    assert!(error.to_string().contains("`https://elsewhere.example/***?sig=***`"), "{error}");
}

#[tokio::test]
async fn debug_forms_show_neither_tokens_in_answers_nor_passwords_of_proxies() {
    let server = Server::start([answer(201, "x-token: minted", r#"{"token":"minted"}"#)]);
    let response = client().0.send(Request::post(server.url("/"), Effect::Write)).await.unwrap();
    assert!(!format!("{response:?}").contains("minted"));
    let mut settings = settings().0;
    settings.proxies.https = Some("http://user:hunter2@proxy:1".into());
    let shown = format!("{settings:?}");
    let client = Client::new(settings).unwrap();
    assert!(!format!("{shown} {client:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_an_error() {
    let body = "x".repeat(1001);
    let server = Server::start([answer(200, "", &body), answer(200, "", &body), answer(200, "", &body[1..])]);
    let settings = Settings { body_limit: 1000, ..settings().0 };
    let client = Client::new(settings).unwrap();
    let error = client.send(Request::get(server.url("/"))).await.unwrap_err();
    assert!(
        error.to_string().ends_with("(1 try): the body is larger than the limit of 1000 bytes"),
        "{error}"
    );
    let error = client.send(Request::post(server.url("/"), Effect::Write)).await.unwrap_err();
    assert!(error.is_ambiguous());
    let response = client.send(Request::get(server.url("/"))).await.unwrap();
    assert_eq!(response.body().len(), 1000);
}

#[tokio::test]
async fn an_answer_that_is_not_the_expected_json_says_what_was_asked_and_where_it_breaks() {
    let server = Server::start([answer(200, "", r#"{"sha":1}"#)]);
    let response = client().0.send(Request::get(server.url("/a"))).await.unwrap();
    let error = response.json::<std::collections::BTreeMap<String, String>>().unwrap_err();
    assert_eq!(error.to_string(), format!("the answer to `GET {}` (200) cannot be read", server.url("/a")));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("line 1 column 8"), "{source}");
}

#[tokio::test]
async fn every_request_says_who_sends_it_and_asks_for_no_compression() {
    let server = Server::start([ok()]);
    impatient().send(Request::get(server.url("/a"))).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.header("user-agent"), Some(concat!("runtime-actions/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(asked.header("accept-encoding"), None);
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_says_why_without_the_token() {
    let client = Client::new(Settings { retry: RetryPolicy::once(), ..settings().0 }).unwrap();
    let url: url::Url = "http://127.0.0.1:1/".parse().unwrap();
    let error =
        client.send(Request::get(url).authorize("Bearer", &"pasted\ntwice".into())).await.unwrap_err();
    assert!(matches!(error, Error::Unsendable { .. }), "{error:?}");
    assert!(error.to_string().contains("line break") && !error.to_string().contains("pasted"), "{error}");
    let error = client.send(Request::get("file:///etc/passwd".parse().unwrap())).await.unwrap_err();
    assert!(matches!(error, Error::Unsendable { .. }), "{error:?}");
}
