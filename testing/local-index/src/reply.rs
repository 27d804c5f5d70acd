//! Ways of answering.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use loopback::Response;
use serde_json::Value;

/// An answer without a body.
pub(crate) fn empty(status: u16) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::from_u16(status).expect("the dialects send known statuses");
    response
}

/// An answer of this media type.
pub(crate) fn typed(status: u16, media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body.into();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// An answer in plain text.
pub(crate) fn text(status: u16, body: impl Into<Bytes>) -> Response {
    typed(status, "text/plain; charset=utf-8", body)
}

/// An answer in JSON.
pub(crate) fn json(status: u16, body: &Value) -> Response {
    typed(status, "application/json", body.to_string())
}

/// The same answer with one more header.
pub(crate) fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    let value = HeaderValue::from_str(value).expect("the dialects' headers are visible ASCII");
    response.headers_mut().insert(HeaderName::from_static(name), value);
    response
}

/// Text as it stands between tags and in attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&#34;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
