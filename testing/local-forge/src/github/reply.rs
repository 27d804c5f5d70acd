//! GitHub's ways of answering.

use http::{HeaderName, HeaderValue, StatusCode, header};
use loopback::Response;
use serde::Serialize;
use serde_json::{Value, json};

use crate::git::GitError;
use crate::routing::Call;

const DOCUMENTATION: &str = "https://docs.github.com/rest";

/// A JSON answer.
pub(super) fn json(status: u16, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("answers have texts as keys");
    let mut response = bytes(status, body, "application/json; charset=utf-8");
    let media = HeaderValue::from_static("github.v3; format=json");
    response.headers_mut().insert("x-github-media-type", media);
    response
}

/// An answer without a body.
pub(super) fn empty(status: u16) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::from_u16(status).expect("the dialect sends known statuses");
    response
}

/// An answer of another media type.
pub(super) fn bytes(status: u16, body: Vec<u8>, kind: &str) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body.into();
    with_header(response, header::CONTENT_TYPE.as_str(), kind)
}

/// The same answer with one more header.
pub(super) fn with_header(mut response: Response, name: &str, value: &str) -> Response {
    let name = HeaderName::from_bytes(name.as_bytes()).expect("the dialect's header names are tokens");
    let value = HeaderValue::from_str(value).expect("the dialect's headers are visible ASCII");
    response.headers_mut().insert(name, value);
    response
}

/// A refusal with a message.
pub(super) fn error(status: u16, message: &str) -> Response {
    let status_text = status.to_string();
    json(status, &json!({ "message": message, "documentation_url": DOCUMENTATION, "status": status_text }))
}

/// A refusal of a field's value.
pub(super) fn validation_failed(resource: &str, field: &str, code: &str) -> Response {
    let errors = [json!({ "resource": resource, "code": code, "field": field })];
    json(
        422,
        &json!({
            "message": "Validation Failed",
            "errors": errors,
            "documentation_url": DOCUMENTATION,
            "status": "422",
        }),
    )
}

/// A refusal of a body that is not of the documented shape.
pub(super) fn invalid_request(complaint: &str) -> Response {
    error(422, &format!("Invalid request.\n\n{complaint}"))
}

/// What is missing, or hidden from the caller.
pub(super) fn not_found() -> Response {
    error(404, "Not Found")
}

/// A failure of git itself.
pub(super) fn failed(failure: &GitError) -> Response {
    error(500, &failure.to_string())
}

/// The body as JSON, or GitHub's complaint about it.
pub(super) fn body(call: &Call<'_>) -> Result<Value, Response> {
    let body = call.json().ok_or_else(|| error(400, "Problems parsing JSON"))?;
    if body.is_object() { Ok(body) } else { Err(error(400, "Body should be a JSON object")) }
}

/// A text field of a body; empty when it is not there.
pub(super) fn field<'b>(body: &'b Value, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text field that the route cannot do without.
pub(super) fn required<'b>(body: &'b Value, name: &str) -> Result<&'b str, Response> {
    match body.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => {
            let complaint = format!("For 'properties/{name}', {other} is not a string.");
            Err(invalid_request(&complaint))
        }
        None => Err(invalid_request(&format!("\"{name}\" wasn't supplied."))),
    }
}
