//! Gitea's ways of answering.

use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use loopback::{Request, Response};
use serde_json::{Value, json};

use crate::git::GitError;
use crate::routing::Call;

/// A JSON answer.
pub(super) fn json(status: u16, body: &Value) -> Response {
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() = StatusCode::from_u16(status).expect("the dialect sends known statuses");
    let kind = HeaderValue::from_static("application/json;charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// An answer without a body.
pub(super) fn empty(status: u16) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::from_u16(status).expect("the dialect sends known statuses");
    response
}

/// An answer in plain text.
pub(super) fn text(status: u16, text: &'static str) -> Response {
    let mut response = empty(status);
    *response.body_mut() = text.into();
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The same answer with one more header.
pub(super) fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    let value = HeaderValue::from_str(value).expect("the dialect's headers are visible ASCII");
    response.headers_mut().insert(HeaderName::from_static(name), value);
    response
}

/// A refusal with a message.
pub(super) fn error(call: &Call<'_>, status: u16, message: &str) -> Response {
    let url = format!("{}/api/swagger", call.forge.base);
    json(status, &json!({ "message": message, "url": url }))
}

/// A 404 of the kind that carries a list of errors, empty or not.
pub(super) fn missing(call: &Call<'_>, message: &str, errors: &[String]) -> Response {
    let url = format!("{}/api/swagger", call.forge.base);
    let errors = if errors.is_empty() { Value::Null } else { json!(errors) };
    json(404, &json!({ "errors": errors, "message": message, "url": url }))
}

/// The plain 404.
pub(super) fn not_found(call: &Call<'_>) -> Response {
    missing(call, "not found", &[])
}

/// What Gitea says when something went wrong inside: nothing.
pub(super) fn broken(call: &Call<'_>) -> Response {
    error(call, 500, "")
}

/// A failure of git itself.
pub(super) fn failed(call: &Call<'_>, failure: &GitError) -> Response {
    error(call, 500, &failure.to_string())
}

/// A redirect of Go's web server: with a link in its body for a GET, bare for anything else.
pub(crate) fn moved_permanently(request: &Request, place: &str) -> Response {
    let mut response = empty(301);
    if let Ok(location) = HeaderValue::from_str(place) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if request.method() == Method::GET {
        let place = place.replace('&', "&amp;");
        *response.body_mut() = format!("<a href=\"{place}\">Moved Permanently</a>.\n\n").into();
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

/// The body as JSON, or Gitea's complaint about it.
pub(super) fn body(call: &Call<'_>) -> Result<Value, Response> {
    call.json().ok_or_else(|| {
        // Go's decoder meets the NUL behind the end of its buffer.
        error(call, 422, "[]: invalid character '\0' looking for beginning of value")
    })
}

/// A text field of a body; empty when it is not there.
pub(super) fn field<'b>(body: &'b Value, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}
