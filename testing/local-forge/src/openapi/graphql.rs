//! GraphQL: documents against GitHub's published schema.

use std::sync::OnceLock;

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::Value;

use super::{Report, data};

const PACKAGE: &str = "@octokit/graphql-schema";

/// The published schema, if it is there; read once.
fn schema() -> Option<&'static Valid<Schema>> {
    static READ: OnceLock<Option<Valid<Schema>>> = OnceLock::new();
    let read = READ.get_or_init(|| {
        if !data::is_there(PACKAGE) {
            return None;
        }
        let path = data::package(PACKAGE).join("schema.graphql");
        let text = fs_err::read_to_string(path).expect("an unpacked package holds its files");
        // GitHub published it, with a field told twice: what a validator thinks of it is not ours to mend.
        let parsed = Schema::parse(text, "schema.graphql").unwrap_or_else(|invalid| invalid.partial);
        Some(Valid::assume_valid(parsed))
    });
    read.as_ref()
}

pub(super) fn check(report: &mut Report<'_>) {
    let Some(schema) = schema() else { return };
    let asked: Option<Value> = serde_json::from_slice(&report.exchange.request_body).ok();
    let query = asked.as_ref().and_then(|asked| asked["query"].as_str());
    let Some(query) = query else { return report.note("request body", "it has no `query`") };
    if let Err(invalid) = ExecutableDocument::parse_and_validate(schema, query, "query") {
        for diagnostic in invalid.errors.iter() {
            report.note("document", diagnostic.to_json().message);
        }
    }
}
