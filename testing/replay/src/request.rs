//! The request of a case.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, header};
use loopback::Request;
use serde_json::Value;

use crate::Replay;

const BOUNDARY: &str = "----replay";

/// The request that a case describes, sent with this token.
pub(crate) fn of(replay: &Replay, case: &Value, token: Option<&str>) -> Request {
    let text = |name: &str| case.get(name).and_then(Value::as_str);
    let method = text("method").expect("a case has a method");
    let method = Method::from_bytes(method.as_bytes()).expect("a case's method is one");
    let path = replay.filled_in(text("path").expect("a case has a path"));
    let mut request = http::Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, credentials(text("auth").unwrap_or("token"), token));
    }
    for (name, value) in case.get("headers").and_then(Value::as_object).into_iter().flatten() {
        request = request.header(name, value.as_str().expect("a header's value is text"));
    }
    let (kind, body) = if let Some(raw) = text("raw_body") {
        (None, raw.as_bytes().to_vec())
    } else if let Some(body) = case.get("body") {
        (Some("application/json".to_owned()), replay.filled_in(&body.to_string()).into_bytes())
    } else if let Some(form) = case.get("form") {
        (Some(format!("multipart/form-data; boundary={BOUNDARY}")), multipart(replay, form))
    } else {
        (None, Vec::new())
    };
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    request.body(body.into()).expect("a recorded request can be sent")
}

/// A form: text fields, and files by name, with what is to be appended to them.
fn multipart(replay: &Replay, form: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in form.as_object().expect("a form is an object") {
        let (file_name, bytes) = match value {
            Value::String(text) => (String::new(), text.as_bytes().to_vec()),
            file => {
                let text = |name: &str| file[name].as_str().unwrap_or_default();
                let mut bytes = fs_err::read(replay.files.join(text("file"))).expect("the file is there");
                bytes.extend(text("append").bytes());
                (format!("; filename=\"{}\"", text("filename")), bytes)
            }
        };
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

fn credentials(scheme: &str, token: &str) -> String {
    match scheme {
        "basic" => format!("Basic {}", STANDARD.encode(format!("x-access-token:{token}"))),
        "bearer" => format!("Bearer {token}"),
        _ => format!("token {token}"),
    }
}
