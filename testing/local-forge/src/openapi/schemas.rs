//! Schemas of the description, made into JSON Schemas and compiled.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use boon::{Compiler, Draft, SchemaIndex, Schemas, ValidationError};
use serde_json::{Map, Value, json};

use super::description::Description;

/// How many complaints about one value are told.
const MOST_COMPLAINTS: usize = 3;

/// Compiled schemas, by the schema that they were made of.
#[derive(Default)]
struct Compiled {
    schemas: Schemas,
    by_text: HashMap<String, SchemaIndex>,
}

/// What is wrong with a value, by a schema of the description.
pub(super) fn complaints(description: &Description, schema: &Value, value: &Value) -> Vec<String> {
    static COMPILED: OnceLock<Mutex<Compiled>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(Mutex::default);
    let mut compiled = compiled.lock().unwrap_or_else(PoisonError::into_inner);
    let index = compiled.index(description, schema);
    match compiled.schemas.validate(value, index) {
        Ok(()) => Vec::new(),
        Err(error) => {
            let mut told = Vec::new();
            leaves(&error, &mut told);
            let more = told.len().saturating_sub(MOST_COMPLAINTS);
            told.truncate(MOST_COMPLAINTS);
            told.extend((more > 0).then(|| format!("and {more} more")));
            told
        }
    }
}

impl Compiled {
    fn index(&mut self, description: &Description, schema: &Value) -> SchemaIndex {
        let text = schema.to_string();
        if let Some(index) = self.by_text.get(&text) {
            return *index;
        }
        let mut components = Map::new();
        let root = translated(schema);
        collect(description, &root, &mut components);
        let document = json!({ "root": root, "components": { "schemas": components } });
        let location = format!("https://description.invalid/{}.json", self.by_text.len());
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V4);
        compiler.enable_format_assertions();
        compiler.add_resource(&location, document).expect("the location is a URL");
        let index = compiler.compile(&format!("{location}#/root"), &mut self.schemas);
        let index =
            index.unwrap_or_else(|error| panic!("the description has a schema that is none: {error:#}"));
        self.by_text.insert(text, index);
        index
    }
}

/// Adds every component that the schema refers to, and those that they refer to.
fn collect(description: &Description, schema: &Value, components: &mut Map<String, Value>) {
    match schema {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str)
                && let Some(name) = reference.strip_prefix("#/components/schemas/")
                && !components.contains_key(name)
            {
                let component = translated(description.at(reference));
                components.insert(name.to_owned(), component.clone());
                collect(description, &component, components);
            }
            fields.values().for_each(|field| collect(description, field, components));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(description, item, components)),
        _ => {}
    }
}

/// OpenAPI 3.0 says `nullable` where JSON Schema has a type for it, and carries examples along.
fn translated(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, value)| {
                let prose = matches!(name.as_str(), "example" | "examples" | "description" | "externalDocs");
                // A property may have such a name too.
                !(prose && !(value.is_object() && value.get("type").is_some()))
            });
            let mut fields: Map<_, _> = kept.map(|(name, value)| (name.clone(), translated(value))).collect();
            if fields.remove("nullable") == Some(Value::Bool(true)) {
                return json!({ "anyOf": [{ "type": "null" }, fields] });
            }
            Value::Object(fields)
        }
        Value::Array(items) => items.iter().map(translated).collect(),
        other => other.clone(),
    }
}

/// The complaints that have no further cause.
fn leaves(error: &ValidationError<'_, '_>, told: &mut Vec<String>) {
    if error.causes.is_empty() {
        told.push(format!("at `{}`: {}", error.instance_location, error.kind));
    }
    error.causes.iter().for_each(|cause| leaves(cause, told));
}
