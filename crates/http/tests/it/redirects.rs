//! Redirects over the wire; where they may lead is tested beside the rule.

use http_client::{Effect, Error, Request};

use crate::log;
use crate::server::{Server, answer, client, ok};

#[tokio::test]
async fn a_write_to_a_renamed_repository_is_sent_again_whole() {
    for status in [301, 302, 307, 308] {
        let server = Server::start([answer(status, "location: /new/tags", ""), answer(201, "", "{}")]);
        let request = Request::post(server.url("/old/tags"), Effect::Write).body("text/plain", "the body");
        let response = client().0.send(request.authorize("token", &"t0ken".into())).await.unwrap();
        assert_eq!(server.lines(), ["POST /old/tags", "POST /new/tags"], "{status}");
        let second = &server.asked()[1];
        assert_eq!(second.body, "the body");
        assert_eq!(second.header("authorization"), Some("token t0ken"));
        assert_eq!(second.header("content-type"), Some("text/plain"));
        assert!(response.moved());
        assert_eq!(response.url(), &server.url("/new/tags"));
    }
}

#[tokio::test]
async fn a_write_that_moves_is_warned_of_by_its_new_place() {
    let server = Server::start([answer(307, "location: /new?token=s3cret", ""), ok()]);
    let (client, _) = client();
    log::warnings();
    client.send(Request::post(server.url("/old"), Effect::Write)).await.unwrap();
    let expected = format!(
        "`POST {}` moved to `{}?token=***`, where it is sent now: was the repository renamed?",
        server.url("/old"),
        server.url("/new")
    );
    assert_eq!(log::warnings(), [expected]);
}

#[tokio::test]
async fn a_write_is_moved_at_most_twice() {
    let server = Server::start([
        answer(307, "location: /b", ""),
        answer(307, "location: /c", ""),
        answer(307, "location: /d", ""),
        ok(),
    ]);
    let error = client().0.send(Request::post(server.url("/a"), Effect::Write)).await.unwrap_err();
    assert_eq!(server.lines(), ["POST /a", "POST /b", "POST /c"]);
    assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_write_is_not_sent_to_another_server_and_the_error_names_it() {
    let other = Server::start([ok()]);
    let server = Server::start([answer(307, &format!("location: {}", other.url("/stolen")), "")]);
    let request = Request::post(server.url("/a"), Effect::Write).follow_cross_origin();
    let error = client().0.send(request).await.unwrap_err();
    assert!(error.to_string().contains(&format!("redirected to `{}`", other.url("/stolen"))), "{error}");
    assert!(error.hint().is_some());
    assert!(other.lines().is_empty());
}

#[tokio::test]
async fn a_write_that_refuses_redirects_is_sent_once_and_the_error_says_where_it_was_sent() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start([answer(status, "location: /new/", ""), ok()]);
        let request = Request::post(server.url("/old"), Effect::Write).body("text/plain", "the body");
        let error = client().0.send(request.refuse_redirects()).await.unwrap_err();
        assert_eq!(server.lines(), ["POST /old"], "{status}");
        assert!(error.to_string().contains(&format!("redirected to `{}`", server.url("/new/"))), "{error}");
        assert!(error.hint().is_some());
    }
}

#[tokio::test]
async fn a_read_goes_to_another_server_only_when_it_may_and_without_credentials() {
    let other = Server::start([ok()]);
    let to = format!("location: {}", other.url("/file"));
    let server = Server::start([answer(302, &to, ""), answer(302, &to, "")]);
    let request = Request::get(server.url("/a")).authorize("Bearer", &"t0ken".into());
    let error = client().0.send(request.clone()).await.unwrap_err();
    assert!(
        matches!(error, Error::Redirected { reason: "it leads to another scheme, host or port", .. }),
        "{error:?}"
    );
    assert!(other.lines().is_empty());

    let response = client().0.send(request.follow_cross_origin()).await.unwrap();
    assert_eq!(response.url(), &other.url("/file"));
    assert_eq!(server.asked()[1].header("authorization"), Some("Bearer t0ken"));
    assert_eq!(other.asked()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_post_that_reads_stays_a_post() {
    let server = Server::start([answer(301, "location: /new/git-upload-pack", ""), ok()]);
    let request = Request::post(server.url("/old/git-upload-pack"), Effect::Read).body("text/plain", "ls");
    client().0.send(request).await.unwrap();
    assert_eq!(server.lines(), ["POST /old/git-upload-pack", "POST /new/git-upload-pack"]);
    assert_eq!(server.asked()[1].body, "ls");
}

#[tokio::test]
async fn a_redirect_in_a_circle_ends() {
    let server = Server::start(vec![answer(302, "location: /a", ""); 10]);
    let (client, _) = client();
    let error = client.send(Request::get(server.url("/a"))).await.unwrap_err();
    assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
    assert_eq!((server.lines().len(), client.statistics().round_trips), (6, 6));
}

#[tokio::test]
async fn an_answer_without_redirect_has_not_moved() {
    let server = Server::start([ok()]);
    let response = client().0.send(Request::get(server.url("/a"))).await.unwrap();
    assert!(!response.moved());
}
