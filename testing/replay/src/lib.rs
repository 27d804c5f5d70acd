//! Plays what a real server answered again, and compares.
//!
//! A recording is JSON: set-up steps, which the test of a dialect carries out by its own verbs, and cases, each a
//! request with the answer that the real server gave. [`Replay::ask`] sends a case's request, [`Comparison::of`]
//! holds the answer against the recorded one. The rules of both are in `testing/local-forge/recorded/README.md`.

mod compare;
mod request;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use loopback::Response;
use serde_json::Value;

pub use compare::Comparison;

/// A recording on its way: the server that it is played to, and what its steps have bound to names.
#[derive(Debug)]
pub struct Replay {
    address: SocketAddr,
    bound: BTreeMap<String, String>,
    /// Where the files lie that cases upload.
    files: PathBuf,
}

impl Replay {
    /// Begins a recording against the server at this URL.
    ///
    /// # Panics
    ///
    /// When the URL is not that of a loopback server.
    #[must_use]
    pub fn against(url: &str) -> Self {
        let host = url.trim_start_matches("http://").to_owned();
        let address = host.parse().expect("a loopback server's URL is its address");
        let bound = BTreeMap::from([("base".to_owned(), url.to_owned()), ("host".to_owned(), host)]);
        Self { address, bound, files: PathBuf::new() }
    }

    /// The same with the folder that the names of uploaded files start from.
    #[must_use]
    pub fn with_files(self, folder: &Path) -> Self {
        Self { files: folder.to_owned(), ..self }
    }

    /// Binds a name, which then stands for the value in braces.
    pub fn bind(&mut self, name: &str, value: String) {
        self.bound.insert(name.to_owned(), value);
    }

    /// What a name is bound to.
    ///
    /// # Panics
    ///
    /// When it is bound to nothing.
    #[must_use]
    #[track_caller]
    pub fn bound(&self, name: &str) -> &str {
        self.bound.get(name).unwrap_or_else(|| panic!("no step has bound `{name}`"))
    }

    /// A recorded text with everything in braces that is bound by now.
    #[must_use]
    pub fn filled_in(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.bound {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// Sends the request of a case with this token and binds what the case names in its answer.
    ///
    /// # Panics
    ///
    /// When the case cannot be sent, or the answer has not what is to be bound.
    #[track_caller]
    pub fn ask(&mut self, case: &Value, token: Option<&str>) -> Response {
        let request = request::of(self, case, token);
        let answer = loopback::send(self.address, request).expect("the server answers");
        self.bind_from(case, &answer);
        answer
    }

    fn bind_from(&mut self, case: &Value, answer: &Response) {
        let Some(binds) = case.get("binds").and_then(Value::as_object) else { return };
        let body: Value = serde_json::from_slice(answer.body()).expect("an answer that binds is JSON");
        for (name, path) in binds {
            let path = path.as_str().expect("what is bound is named by a path");
            let pointer = path.replace(['.', '['], "/").replace(']', "");
            let pointer = format!("/{}", pointer.trim_start_matches('/'));
            let value = body.pointer(&pointer).unwrap_or_else(|| panic!("no `{pointer}` in {body}"));
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.bind(name, value);
        }
    }
}
