//! Indexes that lead elsewhere.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use local_index::{Dialect, LocalIndex};
use loopback::{Request, Response, Server, Service};

use crate::{alpha, index, told};

/// Sends those who ask for a project to `place`, and shows `page` there.
struct Moved {
    place: String,
    kind: &'static str,
    page: &'static str,
}

impl Service for Moved {
    fn operation(&self, _: &Request) -> String {
        "any".to_owned()
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let response = http::Response::builder();
        let answer = if request.uri().path() == self.place {
            response.header(CONTENT_TYPE, self.kind).body(self.page.into())
        } else {
            response.status(302).header(LOCATION, &self.place).body("".into())
        };
        answer.unwrap()
    }
}

fn moved(place: &str, kind: &'static str, page: &'static str) -> Server {
    Server::start(|_| Moved { place: place.to_owned(), kind, page }).unwrap()
}

#[test]
fn what_another_index_has_is_not_taken_for_what_this_one_holds() {
    let other = LocalIndex::start(Dialect::PyPI);
    other.publish("alpha", "1.0", "alpha-1.0.tar.gz", "bytes");
    let first = moved(&format!("{}alpha/", other.simple_url()), "", "");
    let index = index(&format!("{}/simple", first.url())).basic("somebody", &"secret".into());

    let error = alpha(&index).unwrap_err();
    assert!(told(&error).contains("which is not followed"), "{}", told(&error));
    assert!(error.hint().unwrap().contains("--disable-fallback"));
    assert_eq!(first.exchanges()[0].request_headers[AUTHORIZATION], "Basic c29tZWJvZHk6c2VjcmV0");
    assert!(other.exchanges().is_empty());
}

#[test]
fn addresses_start_from_where_the_page_came_from_in_the_end() {
    let page = r#"{"meta":{"api-version":"1.0"},"name":"alpha",
                   "files":[{"filename":"alpha-1.0.tar.gz","url":"../f/alpha-1.0.tar.gz","hashes":{}}]}"#;
    let server = moved("/mirror/alpha/", "application/vnd.pypi.simple.v1+json", page);
    let project = alpha(&index(&format!("{}/simple/", server.url()))).unwrap().unwrap();
    assert_eq!(project.files[0].url.as_str(), format!("{}/mirror/f/alpha-1.0.tar.gz", server.url()));
    assert_eq!(project.files[0].sha256, None);
}

#[test]
fn the_type_is_read_whatever_its_case_and_parameters() {
    let html = "<title>Links for alpha</title><a href='alpha-1.0.tar.gz'>alpha</a>";
    for kind in ["text/html", "Text/HTML; charset=utf-8", "application/vnd.pypi.simple.v1+html"] {
        let server = moved("/alpha/", kind, html);
        assert_eq!(alpha(&index(&server.url())).unwrap().unwrap().files.len(), 1, "{kind}");
    }
}
