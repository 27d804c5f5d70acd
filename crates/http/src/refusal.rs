//! An answer with a status that is not 2xx, kept so that people and callers can see why.

use std::fmt;

use http::StatusCode;
use http::header::HeaderMap;
use serde_json::Value;

use crate::error::Target;
use crate::redact::Redactor;

/// The headers that explain a refusal: permissions, scopes, limits, and the id support asks for.
const EXPLAINING: [&str; 14] = [
    "location",
    "proxy-authenticate",
    "retry-after",
    "www-authenticate",
    "x-accepted-github-permissions",
    "x-accepted-oauth-scopes",
    "x-github-request-id",
    "x-github-sso",
    "x-oauth-scopes",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-resource",
    "x-request-id",
];

/// Those of them that are shown in the message itself.
const SHOWN: [&str; 3] = ["x-accepted-github-permissions", "x-github-request-id", "x-request-id"];

/// An answer with a status that is not 2xx.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What was asked.
    pub target: Target,
    /// The status of the answer.
    pub status: StatusCode,
    /// What the server said, when its body is JSON with `message`, `error` or `errors`; on one line, bounded,
    /// without secrets.
    pub message: Option<String>,
    /// How the body begins; on one line, bounded, without secrets.
    pub excerpt: String,
    headers: Vec<(&'static str, String)>,
}

impl Refusal {
    /// `secrets` are those of the request itself, to be hidden besides those the redactor knows.
    pub(crate) fn new(
        target: Target,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        redactor: &Redactor,
        secrets: &[&str],
    ) -> Self {
        let said = serde_json::from_slice(body).ok().and_then(|body| message(&body));
        let explaining = EXPLAINING.into_iter().filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name, redactor.excerpt(value, secrets)))
        });
        Self {
            target,
            status,
            message: said.map(|said| redactor.excerpt(&said, secrets)),
            excerpt: redactor.excerpt(&String::from_utf8_lossy(body), secrets),
            headers: explaining.collect(),
        }
    }

    /// One of the headers that explain: `www-authenticate`, `retry-after`, `x-accepted-github-permissions`,
    /// `x-accepted-oauth-scopes`, `x-oauth-scopes`, `x-github-sso`, the `x-ratelimit-…` ones, `location`,
    /// `proxy-authenticate`, `x-request-id` and `x-github-request-id`. Others are not kept.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(kept, _)| kept.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// `403 Forbidden: what the server said (x-request-id: …)`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if let Some(reason) = self.status.canonical_reason() {
            write!(f, " {reason}")?;
        }
        let said = self.message.as_deref().unwrap_or(&self.excerpt);
        if !said.is_empty() {
            write!(f, ": {said}")?;
        }
        let shown: Vec<_> =
            SHOWN.iter().filter_map(|name| Some(format!("{name}: {}", self.header(name)?))).collect();
        if !shown.is_empty() {
            write!(f, " ({})", shown.join(", "))?;
        }
        Ok(())
    }
}

/// What a JSON error body says: GitHub's and Gitea's `message` with `errors`, or `OAuth`'s `error` with
/// `error_description`.
fn message(body: &Value) -> Option<String> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let nested = || body.get("error")?.get("message")?.as_str();
    let said = [text("message").or_else(|| text("error")).or_else(nested), text("error_description")];
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(detail);
    let parts: Vec<_> = said.into_iter().flatten().map(str::to_owned).chain(errors).collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

/// One entry of `errors`: a text, or an object with a `message`, or with `resource`, `field` and `code`.
fn detail(error: &Value) -> Option<String> {
    let text = |key: &str| error.get(key).and_then(Value::as_str);
    if let Some(whole) = error.as_str().or_else(|| text("message")) {
        return Some(whole.to_owned());
    }
    let parts: Vec<_> = ["resource", "field", "code"].into_iter().filter_map(text).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_said_is_found_in_every_dialect() {
        let cases = [
            (r#"{"message":"Not Found","documentation_url":"x"}"#, Some("Not Found")),
            (
                r#"{"message":"Validation Failed","errors":[{"resource":"Release","code":"already_exists","field":"tag_name"}]}"#,
                Some("Validation Failed: Release tag_name already_exists"),
            ),
            (r#"{"message":"no","errors":["a","b"]}"#, Some("no: a: b")),
            (r#"{"message":"no","errors":[{"message":"sha is stale"}],"url":"u"}"#, Some("no: sha is stale")),
            (r#"{"message":"","errors":null,"url":"u"}"#, None),
            (r#"{"error":"invalid_grant","error_description":"expired"}"#, Some("invalid_grant: expired")),
            (r#"{"error":{"message":"denied"}}"#, Some("denied")),
            (r#"["a"]"#, None),
            (r#""a""#, None),
        ];
        for (body, expected) in cases {
            let body = serde_json::from_str(body).unwrap();
            assert_eq!(message(&body).as_deref(), expected, "{body}");
        }
    }
}
