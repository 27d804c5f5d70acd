//! Indexes that lead elsewhere.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use local_index::{Dialect, LocalIndex};
use loopback::{Request, Response, Server, Service};

use crate::{alpha, index};

/// Answers everything alike.
struct Always(Response);

impl Service for Always {
    fn operation(&self, _: &Request) -> String {
        "any".to_owned()
    }

    async fn call(self: Arc<Self>, _: Request) -> Response {
        self.0.clone()
    }
}

fn always(response: http::response::Builder, body: &'static str) -> Server {
    Server::start(|_| Always(response.body(body.into()).unwrap())).unwrap()
}

#[test]
fn credentials_go_to_the_index_and_not_to_where_it_leads() {
    let other = LocalIndex::start(Dialect::PyPI);
    other.publish("alpha", "1.0", "alpha-1.0.tar.gz", "bytes");
    let place = format!("{}alpha/", other.simple_url());
    let first = always(http::Response::builder().status(302).header(LOCATION, place), "");
    let index = index(&format!("{}/simple", first.url())).basic("somebody", &"secret".into());

    assert_eq!(alpha(&index).unwrap().unwrap().files.len(), 1);
    assert_eq!(first.exchanges()[0].request_headers[AUTHORIZATION], "Basic c29tZWJvZHk6c2VjcmV0");
    assert!(!other.exchanges()[0].request_headers.contains_key(AUTHORIZATION));
}

#[test]
fn addresses_start_from_where_the_page_came_from_in_the_end() {
    let kind = "application/vnd.pypi.simple.v1+json";
    let page = r#"{"meta":{"api-version":"1.0"},"name":"alpha",
                   "files":[{"filename":"alpha-1.0.tar.gz","url":"../f/alpha-1.0.tar.gz","hashes":{}}]}"#;
    let last = always(http::Response::builder().header(CONTENT_TYPE, kind), page);
    let place = format!("{}/mirror/alpha/", last.url());
    let first = always(http::Response::builder().status(301).header(LOCATION, place), "");
    let project = alpha(&index(&format!("{}/simple/", first.url()))).unwrap().unwrap();
    assert_eq!(project.files[0].url.as_str(), format!("{}/mirror/f/alpha-1.0.tar.gz", last.url()));
    assert_eq!(project.files[0].sha256, None);
}

#[test]
fn the_type_is_read_whatever_its_case_and_parameters() {
    let html = "<title>Links for alpha</title><a href='alpha-1.0.tar.gz'>alpha</a>";
    for kind in ["text/html", "Text/HTML; charset=utf-8", "application/vnd.pypi.simple.v1+html"] {
        let server = always(http::Response::builder().header(CONTENT_TYPE, kind), html);
        assert_eq!(alpha(&index(&server.url())).unwrap().unwrap().files.len(), 1, "{kind}");
    }
}
