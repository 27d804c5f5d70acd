//! The keys that a mapping has already.

use std::collections::HashMap;

use text::Span;

use crate::yaml::node::Node;
use crate::yaml::scalar::{Scalar, Style};
use crate::yaml::schema::{Schema, Value};
use crate::yaml::{YamlError, YamlErrorKind};

/// Keys by what they are to a schema, with the place of the first.
#[derive(Default)]
pub(super) struct Keys {
    old: HashMap<Identity, Span>,
    new: HashMap<Identity, Span>,
}

/// What makes a key the key that it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Identity {
    value: Value,
    /// The scalar's text, where the value alone does not tell it.
    text: Option<String>,
}

impl Identity {
    fn of(key: &Scalar, schema: Schema) -> Self {
        let value = key.value(schema).clone();
        let told = matches!(value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_));
        Self { value, text: (!told).then(|| key.text().to_owned()) }
    }
}

impl Keys {
    /// Takes a key in; a second one that is the same to some reader is refused, and so is what can be no key.
    pub(super) fn add(&mut self, key: &Node) -> Result<(), YamlError> {
        let Some(scalar) = key.as_scalar() else {
            return Err(YamlError::new(key.span(), YamlErrorKind::CollectionAsKey));
        };
        if scalar.text().is_empty() && scalar.style() == Style::Plain && key.tag().is_none() {
            return Err(YamlError::new(key.span(), YamlErrorKind::EmptyKey));
        }
        let known = [(&mut self.old, Schema::Yaml11), (&mut self.new, Schema::Yaml12)];
        for (keys, schema) in known {
            if let Some(first) = keys.insert(Identity::of(scalar, schema), key.span()) {
                let kind = YamlErrorKind::DuplicateKey { key: scalar.text().to_owned(), first };
                return Err(YamlError::new(key.span(), kind));
            }
        }
        Ok(())
    }

    /// Takes a key in unless it is there; the answer says whether it was not.
    pub(super) fn add_new(&mut self, key: &Scalar, span: Span) -> bool {
        let old = self.old.insert(Identity::of(key, Schema::Yaml11), span).is_none();
        let new = self.new.insert(Identity::of(key, Schema::Yaml12), span).is_none();
        old && new
    }
}
