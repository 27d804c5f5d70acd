//! A forge whose every exchange is held against GitHub's description, and a plain client of its API.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::ops::Deref;

use bytes::Bytes;
use http::{Method, Request, header};
use local_forge::{Dialect, LocalForge, openapi};
use loopback::Response;
use serde_json::{Value, json};

/// A forge of the GitHub dialect. When a test is done with it, everything that was asked and answered must
/// fit GitHub's own description of the API.
pub(crate) struct GitHub(LocalForge);

impl GitHub {
    pub(crate) fn start() -> Self {
        Self(LocalForge::start(Dialect::GitHub))
    }
}

impl Deref for GitHub {
    type Target = LocalForge;

    fn deref(&self) -> &LocalForge {
        &self.0
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let violations = openapi::check(&self.exchanges());
        let violations: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) response: Response,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// Somebody with a token.
pub(crate) struct Api<'f> {
    address: SocketAddr,
    root: String,
    token: String,
    forge: PhantomData<&'f LocalForge>,
}

impl<'f> Api<'f> {
    pub(crate) fn of(forge: &'f LocalForge, token: impl Into<String>) -> Self {
        let address = forge.url().trim_start_matches("http://").parse().unwrap();
        let root = forge.api_url().trim_start_matches(&forge.url()).to_owned();
        Self { address, root, token: token.into(), forge: PhantomData }
    }

    pub(crate) fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.send_raw(method, path, body.map(Value::to_string).unwrap_or_default(), headers)
    }

    pub(crate) fn send_raw(
        &self,
        method: &Method,
        path: &str,
        body: impl Into<Bytes>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = loopback::send(self.address, request.body(body.into()).unwrap()).unwrap();
        let status = response.status().as_u16();
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        Answer { status, body, response }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&Method::GET, &format!("{}{path}", self.root), None, &[])
    }

    pub(crate) fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send(&Method::GET, &format!("{}{path}", self.root), None, &[("accept", accept)])
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&Method::POST, &format!("{}{path}", self.root), Some(body), &[])
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(&Method::PATCH, &format!("{}{path}", self.root), Some(body), &[])
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(&Method::PUT, &format!("{}{path}", self.root), Some(body), &[])
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send(&Method::DELETE, &format!("{}{path}", self.root), None, &[])
    }

    pub(crate) fn graphql(&self, query: &str, variables: &Value) -> Answer {
        let body = json!({ "query": query, "variables": variables });
        self.send(&Method::POST, "/api/graphql", Some(&body), &[])
    }
}
