//! What was sent and answered, held against GitHub's own descriptions of its API.
//!
//! The descriptions are npm packages that nobody commits: `@octokit/openapi` for REST,
//! `@octokit/graphql-schema` for GraphQL. They are looked for below the folder that
//! `RUNTIME_ACTIONS_TEST_DATA` names, else below `target/test-data` of the workspace, as
//! `npm/@octokit/<name>/`; `cargo xtask test` puts them there. Where they are missing a loud notice says so,
//! and nothing is checked.

mod data;
mod description;
mod graphql;
mod rest;
mod schemas;

use std::fmt;

use loopback::Exchange;

pub use data::{is_there, package};

/// Something that GitHub would not have taken, or would not have answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What the forge calls the request.
    pub operation: String,
    /// Method and target.
    pub request: String,
    /// Where it is: `request body`, ``query `page` ``, `response 201`, …
    pub place: String,
    /// What is wrong there.
    pub complaint: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, request, place, complaint } = self;
        write!(formatter, "{operation}: {request}: {place}: {complaint}")
    }
}

/// Checks every exchange of the GitHub dialect; those of git itself are passed over.
///
/// Requests: path, method, parameters and body, or for GraphQL the document. Responses: status and body,
/// as far as the description tells them; answers that a fault gave are passed over.
#[must_use]
pub fn check(exchanges: &[Exchange]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for exchange in exchanges {
        let mut report = Report { exchange, violations: &mut violations };
        if rest::takes(&exchange.target) {
            rest::check(&mut report);
        } else if exchange.target.starts_with("/api/graphql") {
            graphql::check(&mut report);
        }
    }
    violations
}

/// Where the violations of one exchange are noted.
struct Report<'a> {
    exchange: &'a Exchange,
    violations: &'a mut Vec<Violation>,
}

impl Report<'_> {
    fn note(&mut self, place: impl Into<String>, complaint: impl Into<String>) {
        let Exchange { operation, method, target, .. } = self.exchange;
        self.violations.push(Violation {
            operation: operation.clone(),
            request: format!("{method} {target}"),
            place: place.into(),
            complaint: complaint.into(),
        });
    }

    /// Whether the forge itself answered: a fault's answer does not carry the id of the request.
    fn answered_by_forge(&self) -> bool {
        self.exchange.response_headers.contains_key("x-github-request-id")
    }
}
