//! REST: requests and responses against the description.

use std::borrow::Cow;

use http::header;
use serde_json::{Value, json};

use super::Report;
use super::description::{Description, Operation};
use super::schemas::complaints;

/// Where REST has its roots: an Enterprise Server has a second one for uploads.
const ROOTS: [&str; 2] = ["/api/v3", "/api/uploads"];

fn below_root(target: &str) -> Option<&str> {
    ROOTS.iter().find_map(|root| target.strip_prefix(root)).filter(|path| path.starts_with('/'))
}

/// Whether a request is one of REST's.
pub(super) fn takes(target: &str) -> bool {
    below_root(target).is_some()
}

pub(super) fn check(report: &mut Report<'_>) {
    let Some(description) = Description::get() else { return };
    let Some(target) = below_root(&report.exchange.target).map(str::to_owned) else { return };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    // By id instead of by name: answers lead there, no page of the documentation does.
    if path.starts_with("/repositories/") || path.starts_with("/organizations/") {
        return;
    }
    let Some(operation) = description.operation(report.exchange.method.as_str(), path) else {
        return report.note("path", "GitHub has no such path");
    };
    let Some(value) = operation.value else {
        return report.note("method", format!("`{}` has no such method", operation.template));
    };
    parameters(report, &operation, value, query);
    request_body(report, description, value);
    if report.answered_by_forge() {
        response(report, description, value);
    }
}

fn parameters(report: &mut Report<'_>, operation: &Operation<'_>, value: &Value, query: &str) {
    let description = operation.description;
    let declared: Vec<&Value> = value["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| description.resolve(parameter))
        .filter(|parameter| parameter["in"] == "query")
        .collect();
    let given: Vec<(Cow<'_, str>, Cow<'_, str>)> = url::form_urlencoded::parse(query.as_bytes()).collect();
    for (name, text) in &given {
        let Some(parameter) = declared.iter().find(|parameter| parameter["name"] == name.as_ref()) else {
            report
                .note(format!("query `{name}`"), format!("`{}` takes no such parameter", operation.template));
            continue;
        };
        let mut schema = description.resolve(&parameter["schema"]).clone();
        // The format of a time is that of a whole search: `>=2026-01-01`.
        schema.as_object_mut().and_then(|schema| schema.remove("format"));
        for complaint in complaints(description, &schema, &typed(&schema, text)) {
            report.note(format!("query `{name}`"), complaint);
        }
    }
    for parameter in declared.iter().filter(|parameter| parameter["required"] == true) {
        let name = parameter["name"].as_str().unwrap_or_default();
        if !given.iter().any(|(given, _)| given == name) {
            report.note(format!("query `{name}`"), "it is required");
        }
    }
}

/// A parameter's text as the type that its schema names.
fn typed(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "number") => {
            text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
        }
        Some("boolean") => text.parse::<bool>().map_or_else(|_| json!(text), |truth| json!(truth)),
        _ => json!(text),
    }
}

fn request_body(report: &mut Report<'_>, description: &Description, value: &Value) {
    let body = report.exchange.request_body.clone();
    let described = value.get("requestBody").map(|body| description.resolve(body));
    let Some(described) = described else {
        if !body.is_empty() {
            report.note("request body", "none is taken here");
        }
        return;
    };
    if body.is_empty() {
        if described["required"] == true {
            report.note("request body", "it is required");
        }
        return;
    }
    // An upload is no JSON.
    let Some(json) = described["content"].get("application/json") else { return };
    let schema = description.resolve(&json["schema"]);
    let Ok(sent) = serde_json::from_slice::<Value>(&body) else {
        return report.note("request body", "it is no JSON");
    };
    for complaint in complaints(description, schema, &sent) {
        report.note("request body", complaint);
    }
    let (Some(known), Some(sent)) = (schema["properties"].as_object(), sent.as_object()) else { return };
    for key in sent.keys().filter(|key| !known.contains_key(*key)) {
        report.note("request body", format!("`{key}` is no key of it"));
    }
}

fn response(report: &mut Report<'_>, description: &Description, value: &Value) {
    let exchange = report.exchange;
    let Some(status) = exchange.status else { return };
    let place = format!("response {}", status.as_u16());
    let body = &exchange.response_body;
    let described = value["responses"].get(status.as_str()).map(|response| description.resolve(response));
    let schema = match described {
        Some(response) => match response.get("content") {
            Some(content) => content_schema(report, content),
            None if !body.is_empty() && status.is_success() => {
                return report.note(place, "it has a body, and GitHub's has none");
            }
            None => return,
        },
        // Not every refusal is described with every route; those that are not have the common shape.
        None if status.is_client_error() || status.is_server_error() => {
            Some(description.at("#/components/schemas/basic-error"))
        }
        None if status.is_redirection() => return,
        None => return report.note(place, "GitHub does not answer so"),
    };
    let Some(schema) = schema else { return };
    let Ok(sent) = serde_json::from_slice::<Value>(body) else {
        return report.note(place, "it is no JSON");
    };
    if !status.is_success() && !sent["message"].is_string() {
        report.note(place.clone(), "a refusal has a message");
    }
    for complaint in complaints(description, schema, &sent) {
        report.note(place.clone(), complaint);
    }
}

/// The schema for the media type that was sent; a raw file has none.
fn content_schema<'d>(report: &Report<'_>, content: &'d Value) -> Option<&'d Value> {
    let kind = report.exchange.response_headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    content.get(kind)?.get("schema")
}
