//! Single values.

use std::fmt;

use text::Span;

use super::schema::{self, Schema, Value};
use super::tag::Tag;

/// A single value: its text, how it is written, and what each schema reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    text: String,
    style: Style,
    yaml_1_1: Value,
    yaml_1_2: Value,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Bare: what it is depends on how it looks.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// Behind `|`.
    Literal,
    /// Behind `>`.
    Folded,
}

impl Scalar {
    pub(super) fn new(text: String, style: Style, tag: Option<&Tag>) -> Self {
        let read = |schema| schema::read(schema, &text, style, tag);
        let (yaml_1_1, yaml_1_2) = (read(Schema::Yaml11), read(Schema::Yaml12));
        Self { text, style, yaml_1_1, yaml_1_2 }
    }

    /// The text, unquoted and unescaped.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it is written.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// What a schema reads.
    #[must_use]
    pub fn value(&self, schema: Schema) -> &Value {
        match schema {
            Schema::Yaml11 => &self.yaml_1_1,
            Schema::Yaml12 => &self.yaml_1_2,
        }
    }

    /// What both schemas read, if it is the same.
    #[must_use]
    pub fn agreed(&self) -> Option<&Value> {
        (self.yaml_1_1 == self.yaml_1_2).then_some(&self.yaml_1_1)
    }

    pub(super) fn disagreement(&self, span: Span) -> Option<Disagreement> {
        let differs = self.yaml_1_1 != self.yaml_1_2;
        differs.then(|| Disagreement {
            span,
            text: self.text.clone(),
            yaml_1_1: self.yaml_1_1.clone(),
            yaml_1_2: self.yaml_1_2.clone(),
        })
    }

    pub(super) fn describe(&self) -> String {
        let (old, new) = (self.yaml_1_1.kind(), self.yaml_1_2.kind());
        match self.agreed() {
            Some(_) => old.to_owned(),
            None if old == new => format!("{old} that YAML 1.1 and YAML 1.2 read differently"),
            None => format!("{old} in YAML 1.1 and {new} in YAML 1.2"),
        }
    }
}

/// A scalar that is one thing to a reader of YAML 1.1 and another to one of YAML 1.2.
///
/// Printed, it says both readings: `` `yes` is the boolean true in YAML 1.1 and the string `yes` in YAML 1.2 ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Where the scalar stands.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// What YAML 1.1 reads, as `PyYAML` implements it.
    pub yaml_1_1: Value,
    /// What YAML 1.2 reads by its core schema.
    pub yaml_1_2: Value,
}

impl Disagreement {
    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> String {
        let quoted = format!("`\"{}\"`", self.text);
        match (&self.yaml_1_1, &self.yaml_1_2) {
            (Value::Bool(truth), _) => format!("write {quoted} for the string, `{truth}` for the boolean"),
            (Value::Int(old), Value::Int(new)) => {
                format!("write `{old}` or `{new}`, or {quoted} for the string")
            }
            (Value::Int(number), _) | (_, Value::Int(number)) => {
                format!("write {quoted} for the string, `{number}` for the number")
            }
            _ => format!("write {quoted} for the string"),
        }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, yaml_1_1, yaml_1_2, .. } = self;
        let (old, new) = (yaml_1_1.reading(text), yaml_1_2.reading(text));
        write!(f, "`{text}` is {old} in YAML 1.1 and {new} in YAML 1.2")
    }
}
