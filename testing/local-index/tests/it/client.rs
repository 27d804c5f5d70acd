//! A client that knows nothing: requests as they go over the wire.

use std::io;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, header};
use local_index::{IndexHandle, Sample};
use loopback::Response;
use serde_json::Value;

/// What an upload says besides the archive itself.
pub(crate) struct Upload<'a> {
    pub(crate) sample: &'a Sample,
    pub(crate) project: &'a str,
    pub(crate) version: &'a str,
    pub(crate) user: &'a str,
    pub(crate) token: &'a str,
    /// Fields in place of the usual ones, or besides them; an empty value leaves the field out.
    pub(crate) fields: &'a [(&'a str, &'a str)],
}

pub(crate) fn address(index: &IndexHandle) -> SocketAddr {
    index.url().trim_start_matches("http://").parse().unwrap()
}

pub(crate) fn get(index: &IndexHandle, path: &str, accept: &str) -> Response {
    let request = Request::get(path).header(header::ACCEPT, accept).body(bytes::Bytes::new()).unwrap();
    loopback::send(address(index), request).unwrap()
}

pub(crate) fn post_json(index: &IndexHandle, path: &str, body: &str) -> Response {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    loopback::send(address(index), request.body(body.to_owned().into()).unwrap()).unwrap()
}

pub(crate) fn json(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

pub(crate) fn text(response: &Response) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

impl Upload<'_> {
    pub(crate) fn send(&self, index: &IndexHandle) -> Response {
        self.try_send(index).unwrap()
    }

    /// The same where the answer may get lost.
    pub(crate) fn try_send(&self, index: &IndexHandle) -> io::Result<Response> {
        let is_wheel = self.sample.file_name.strip_suffix(".whl").is_some();
        let (kind, python) = if is_wheel { ("bdist_wheel", "py3") } else { ("sdist", "source") };
        let usual = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("metadata_version", "2.1"),
            ("name", self.project),
            ("version", self.version),
            ("filetype", kind),
            ("pyversion", python),
            ("sha256_digest", &self.sample.sha256),
        ];
        let kept = usual.iter().filter(|(name, _)| !self.fields.iter().any(|(other, _)| other == name));
        let added = self.fields.iter().filter(|(_, value)| !value.is_empty());
        let mut body = Vec::new();
        for (name, value) in kept.chain(added) {
            let head =
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.into_bytes());
        }
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{}\"\r\nContent-Type: \
             application/octet-stream\r\n\r\n",
            self.sample.file_name
        );
        body.extend(head.into_bytes());
        body.extend(&self.sample.bytes);
        body.extend(b"\r\n--edge--\r\n");
        let path = index.upload_url().replace(&index.url(), "");
        let credentials = STANDARD.encode(format!("{}:{}", self.user, self.token));
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header(header::AUTHORIZATION, format!("Basic {credentials}"))
            .body(body.into())
            .unwrap();
        loopback::send(address(index), request)
    }
}
