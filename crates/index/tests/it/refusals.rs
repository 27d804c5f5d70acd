//! What an index says instead of an answer.

use local_index::{Dialect, Fault, LocalIndex, count, garbage, html_for_json, too_many_requests};

use crate::{alpha, index, told};

#[test]
fn a_fault_that_passes_is_waited_for() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let server = LocalIndex::start(dialect);
        server.publish("alpha", "1.0", "alpha-1.0.tar.gz", "bytes");
        for fault in [Fault::cut("read"), Fault::status("read", 503), too_many_requests("read", 2)] {
            server.fail(fault);
            assert_eq!(alpha(&index(&server.simple_url())).unwrap().unwrap().files.len(), 1);
            assert_eq!(server.waiting_faults(), 0);
        }
    }
}

#[test]
fn an_index_that_stays_away_is_an_error_and_never_an_empty_answer() {
    let server = LocalIndex::start(Dialect::PyPI);
    server.fail(Fault::status("read", 500).times(100));
    let error = alpha(&index(&server.simple_url())).unwrap_err();
    let told = told(&error);
    assert!(told.starts_with("could not read project `Alpha` from the index `http://127.0.0.1:"), "{told}");
    assert!(told.contains("500 Internal Server Error"), "{told}");
    assert!(count(&server.exchanges(), "read") > 1);
}

#[test]
fn garbage_and_pages_for_people_are_told_as_what_came() {
    let server = LocalIndex::start(Dialect::PyPI);
    let json = "application/vnd.pypi.simple.v1+json";
    for (fault, what) in [
        (garbage("read"), "of type `application/octet-stream`"),
        (html_for_json("read"), "no link to an archive among its 1 links"),
        (Fault::status("read", 200).body("{}"), "no content type"),
        (
            Fault::status("read", 200).header("content-type", json).body("<html>"),
            "no JSON page of the simple API",
        ),
        (
            Fault::status("read", 200).header("content-type", json).body(r#"{"files":[]}"#),
            "missing field `meta`",
        ),
        (
            Fault::status("read", 200).header("content-type", "application/json").body("[]"),
            "`application/json`",
        ),
    ] {
        server.fail(fault);
        let error = alpha(&index(&server.simple_url())).unwrap_err();
        assert!(told(&error).contains(what), "{}", told(&error));
        assert!(error.hint().unwrap().contains("simple index"));
    }
}

#[test]
fn a_digest_or_an_address_that_cannot_be_is_told_with_its_file() {
    let server = LocalIndex::start(Dialect::PyPI);
    for (file, what) in [
        ("<a href='alpha-1.tar.gz#sha256=abc'>", "the digest of `alpha-1.tar.gz` cannot be read"),
        ("<a href='https://[/alpha-1.tar.gz'>", "the address of `alpha-1.tar.gz` is no URL"),
    ] {
        server.fail(Fault::status("read", 200).header("content-type", "text/html").body(file));
        let told = told(&alpha(&index(&server.simple_url())).unwrap_err());
        assert!(told.contains(what), "{told}");
    }
}

#[test]
fn a_refusal_hints_at_the_token_that_may_read() {
    let server = LocalIndex::start(Dialect::Gitea);
    server.fail(Fault::status("read", 401));
    let error = alpha(&index(&server.simple_url())).unwrap_err();
    assert_eq!(error.http().unwrap().status().unwrap().as_u16(), 401);
    assert!(error.hint().unwrap().contains("token that may read"));
    let bad = index(&server.simple_url()).basic("root1", &"wrong".into());
    let told = told(&alpha(&bad).unwrap_err());
    assert!(told.contains("401") && !told.contains("wrong"), "{told}");
}

#[test]
fn a_url_with_a_password_in_it_is_refused_without_showing_it() {
    let server = LocalIndex::start(Dialect::PyPI);
    let url = server.simple_url().replace("http://", "http://somebody:hidden@");
    let error = alpha(&index(&url)).unwrap_err();
    assert!(
        !told(&error).contains("hidden") && told(&error).contains("holds a user or password"),
        "{}",
        told(&error)
    );
    assert!(server.exchanges().is_empty());
}
