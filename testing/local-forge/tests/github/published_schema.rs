//! The part of the GraphQL schema that local-forge serves, against the published one.

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use local_forge::openapi;

const SERVED: &str = include_str!("../../src/github/graphql/schema.graphql");
const PACKAGE: &str = "@octokit/graphql-schema";

/// `Type.field` with its type and, by name, the types of its arguments; `Enum.VALUE` with neither.
fn fields(schema: &Schema) -> BTreeMap<String, (String, BTreeMap<String, String>)> {
    let mut fields = BTreeMap::new();
    for (name, found) in &schema.types {
        let of_type = match found {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            ExtendedType::InputObject(input) => {
                let given = input.fields.iter();
                let given = given.map(|(field, definition)| {
                    (format!("{name}.{field}"), (definition.ty.to_string(), BTreeMap::new()))
                });
                fields.extend(given);
                continue;
            }
            ExtendedType::Enum(choice) => {
                let values = choice.values.keys();
                fields.extend(values.map(|value| (format!("{name}.{value}"), Default::default())));
                continue;
            }
            _ => continue,
        };
        for (field, definition) in of_type {
            let arguments = definition.arguments.iter();
            let arguments =
                arguments.map(|argument| (argument.name.to_string(), argument.ty.to_string())).collect();
            fields.insert(format!("{name}.{field}"), (definition.ty.to_string(), arguments));
        }
    }
    fields
}

#[test]
fn every_served_field_has_the_published_type_and_arguments() {
    if !openapi::is_there(PACKAGE) {
        return;
    }
    let text = fs_err::read_to_string(openapi::package(PACKAGE).join("schema.graphql")).unwrap();
    let published = Schema::parse(text, "published").unwrap_or_else(|invalid| invalid.partial);
    let published = fields(&published);
    let served = Schema::parse(SERVED, "served").unwrap();
    let served: BTreeMap<_, _> =
        fields(&served).into_iter().filter(|(name, _)| !name.starts_with("__")).collect();
    assert!(served.len() > 60, "{}", served.len());
    for (name, (kind, arguments)) in served {
        let (published_kind, published_arguments) = &published[&name];
        assert_eq!(&kind, published_kind, "{name}");
        for (argument, kind) in arguments {
            assert_eq!(Some(&kind), published_arguments.get(&argument), "{name}({argument})");
        }
    }
}
