//! GraphQL: documents are parsed, validated and executed by apollo-compiler against the part of GitHub's
//! schema in `schema.graphql`; the resolvers read the same world as REST.
//! <https://docs.github.com/en/graphql>

mod commits;
mod connections;
mod mutations;
mod pulls;
mod repositories;
mod roots;
mod trees;

use std::sync::OnceLock;

use apollo_compiler::request::RequestError;
use apollo_compiler::resolvers::{Execution, FieldError};
use apollo_compiler::response::{ExecutionResponse, GraphQLError, JsonMap};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Schema};
use loopback::Response;
use serde_json::{Value, json};

use self::mutations::Mutation;
use self::roots::{Query, Scene};
use super::reply::{body, error, json as json_reply};
use crate::git::GitError;
use crate::routing::Call;
use crate::world::tokens::Caller;

const SCHEMA: &str = include_str!("schema.graphql");

fn schema() -> &'static Valid<Schema> {
    static PARSED: OnceLock<Valid<Schema>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let parsed = Schema::parse_and_validate(SCHEMA, "schema.graphql");
        parsed.expect("the schema of this crate is valid; a test parses it")
    })
}

pub(super) fn answer(call: &Call<'_>) -> Result<Response, Response> {
    if matches!(call.caller, Caller::Anonymous) {
        return Err(error(401, "This endpoint requires you to be authenticated."));
    }
    let asked = body(call)?;
    let query = asked
        .get("query")
        .and_then(Value::as_str)
        .ok_or_else(|| error(400, "A query attribute must be specified and must be a string."))?;
    let document = match ExecutableDocument::parse_and_validate(schema(), query, "query") {
        Ok(document) => document,
        Err(invalid) => return Ok(json_reply(200, &json!({ "errors": refusals(&invalid.errors) }))),
    };
    let variables = variables(&asked);
    let execution = Execution::new(schema(), &document).raw_variable_values(&variables);
    let name = asked.get("operationName").and_then(Value::as_str);
    let execution = match execution.operation_name(name) {
        Ok(execution) => execution,
        Err(refused) => {
            let refusal = json!({ "errors": [{ "message": refused.message().to_string() }] });
            return Ok(json_reply(200, &refusal));
        }
    };
    if document.operations.get(name).is_ok_and(|operation| operation.is_mutation()) {
        return Ok(reply(execution.execute_sync(&Mutation(call))));
    }
    let mut world = call.forge.world();
    // A lookup is one that asks for pull requests, of however many commits.
    let is_lookup = ["associatedPullRequests", "pullRequests("].iter().any(|field| query.contains(field));
    let view = is_lookup.then(|| world.begin_lookup());
    let knows_mergeability = !query.contains("mergeable") || world.knows_mergeability();
    let scene = Scene { forge: call.forge, world: &world, caller: &call.caller, view, knows_mergeability };
    Ok(reply(execution.execute_sync(&Query(&scene))))
}

fn reply(executed: Result<ExecutionResponse, RequestError>) -> Response {
    let answer = match executed {
        Ok(response) => {
            let mut answer = serde_json::to_value(&response).expect("a response is plain JSON");
            answer.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten().for_each(classify);
            answer
        }
        Err(refused) => json!({ "errors": [{ "message": refused.message().to_string() }] }),
    };
    json_reply(200, &answer)
}

fn variables(asked: &Value) -> JsonMap {
    let given = asked.get("variables").filter(|given| given.is_object());
    given.and_then(|given| serde_json::from_value(given.clone()).ok()).unwrap_or_default()
}

/// GitHub's words for a document that is not valid. A field that is not there is told alone: what else is
/// wrong with it follows from that.
fn refusals(invalid: &DiagnosticList) -> Vec<Value> {
    let told: Vec<Value> = invalid.iter().map(|diagnostic| refusal(&diagnostic.to_json())).collect();
    let unknown: Vec<_> =
        told.iter().filter(|refusal| refusal.get("extensions").is_some()).cloned().collect();
    if unknown.is_empty() { told } else { unknown }
}

fn refusal(told: &GraphQLError) -> Value {
    let mut refusal = json!({ "message": told.message, "locations": told.locations });
    // "type `Commit` does not have a field `x`"
    let names: Vec<_> = told.message.split('`').skip(1).step_by(2).collect();
    if let ([owner, name], true) = (names.as_slice(), told.message.contains("does not have a field")) {
        refusal["message"] = json!(format!("Field '{name}' doesn't exist on type '{owner}'"));
        refusal["extensions"] = json!({ "code": "undefinedField", "typeName": owner, "fieldName": name });
    }
    refusal
}

/// Adds what kind of error it is, which GitHub tells beside the message.
fn classify(error: &mut Value) {
    let message = error["message"].as_str().unwrap_or_default();
    let message = message.strip_prefix("resolver error: ").unwrap_or(message).to_owned();
    error["message"] = json!(message);
    let kind = if message.starts_with("Resource not accessible") {
        error["extensions"] = json!({ "saml_failure": false });
        "FORBIDDEN"
    } else if message.starts_with("Could not resolve to") {
        "NOT_FOUND"
    } else if message.starts_with("You must provide a `first`") {
        "MISSING_PAGINATION_BOUNDARIES"
    } else if message.starts_with("Requesting ") {
        "EXCESSIVE_PAGINATION"
    } else {
        return;
    };
    error["type"] = json!(kind);
}

fn refused(message: impl Into<String>) -> FieldError {
    FieldError { message: message.into() }
}

fn broken(error: &GitError) -> FieldError {
    refused(format!("Something went wrong while executing your query: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_this_crate_is_valid() {
        assert!(schema().types.contains_key("Commit"));
    }
}
