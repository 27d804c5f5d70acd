//! Whether values of `config.yaml` are what the contract asks for.

use template::yaml::{Node, Scalar, Schema, Value};

use crate::contract::KeyType;

/// Whether a value fits a type, by the two ways in which programs read YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// By both.
    Fits,
    /// By one of them: what the value is depends on who reads it.
    Disputed,
    /// By neither.
    Wrong,
}

/// How a value stands to a type.
#[must_use]
pub fn reading(node: &Node, kind: KeyType) -> Reading {
    match [Schema::Yaml11, Schema::Yaml12].map(|schema| fits(node, kind, schema)) {
        [true, true] => Reading::Fits,
        [false, false] => Reading::Wrong,
        _ => Reading::Disputed,
    }
}

/// Whether a value fits a type, whoever reads it.
#[must_use]
pub fn reads_as(node: &Node, kind: KeyType) -> bool {
    reading(node, kind) == Reading::Fits
}

fn fits(node: &Node, kind: KeyType, schema: Schema) -> bool {
    let value = node.as_scalar().map(|scalar| scalar.value(schema));
    let text = node.as_scalar().filter(|_| value == Some(&Value::Text)).map(Scalar::text);
    let integer = matches!(value, Some(Value::Int(_)));
    match kind {
        KeyType::Any => true,
        KeyType::String => text.is_some(),
        KeyType::Text => text.is_some_and(|text| !is_blank(text)),
        KeyType::Slug => text.is_some_and(is_slug),
        KeyType::Integer => integer,
        KeyType::IntegerOrString => integer || text.is_some(),
        KeyType::Mapping => node.as_mapping().is_some(),
        KeyType::Models => fits(node, KeyType::Text, schema) || is_models(node, schema),
    }
}

fn is_models(node: &Node, schema: Schema) -> bool {
    let is_model = |item: &Node| {
        let id = item.as_mapping().map_or(Some(item), |mapping| mapping.value("id"));
        id.is_some_and(|id| fits(id, KeyType::Text, schema))
    };
    node.as_sequence().is_some_and(|items| items.iter().all(is_model))
}

/// Whether nobody sees anything of a text.
pub(crate) fn is_blank(text: &str) -> bool {
    // What has no width: soft hyphens, joiners, marks of direction and of byte order.
    let is_invisible = |character| {
        matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
    };
    text.chars()
        .all(|character| character.is_whitespace() || character.is_control() || is_invisible(character))
}

/// Lower-case letters, digits, and single hyphens between them.
fn is_slug(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use template::yaml::{Document, Limits};

    use super::*;

    fn read(value: &str, kind: KeyType) -> Reading {
        let document = Document::parse(&format!("key: {value}"), &Limits::default()).unwrap();
        reading(document.root().unwrap().as_mapping().unwrap().value("key").unwrap(), kind)
    }

    #[test]
    fn a_value_fits_its_type_or_does_not() {
        for (kind, fits, wrong) in [
            (
                KeyType::Integer,
                &["1", "-2", "+3"][..],
                &["'1'", "\"1\"", "true", "1.0", "", "[1]", "one"][..],
            ),
            (KeyType::Text, &["a b", "'1'", "é\u{200d}"], &["''", "' '", "\u{200b}", "1", "", "{a: b}"]),
            (KeyType::Slug, &["claude-code", "x1"], &["Claude", "a--b", "-a", "a_b", "a b", "1", "''"]),
            (KeyType::IntegerOrString, &["1", "1.0.0", "''"], &["1.0", "true", "[]", ""]),
            (KeyType::Mapping, &["{}", "{a: 1}"], &["[]", "x"]),
            (
                KeyType::Models,
                &["a", "[a, b]", "[{id: a, name: b}, c]", "[]"],
                &["[1]", "[{name: a}]", "{id: a}"],
            ),
            (KeyType::Any, &["", "[1]"], &[]),
        ] {
            for value in fits {
                assert_eq!(read(value, kind), Reading::Fits, "{kind}: {value}");
            }
            for value in wrong {
                assert_eq!(read(value, kind), Reading::Wrong, "{kind}: {value}");
            }
        }
    }

    #[test]
    fn a_value_that_two_readers_read_differently_is_disputed() {
        assert_eq!(read("no", KeyType::Text), Reading::Disputed);
        assert_eq!(read("1_0", KeyType::Integer), Reading::Disputed);
        assert_eq!(read("0o17", KeyType::Integer), Reading::Disputed);
        assert_eq!(read("017", KeyType::Integer), Reading::Fits, "a number to both, though not the same");
    }
}
