//! What a scalar's text stands for, by either generation of YAML.

mod core;
mod old;
mod time;

use super::scalar::Style;
use super::tag::Tag;

/// A set of rules by which text becomes values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schema {
    /// YAML 1.1, <https://yaml.org/type/>, as `PyYAML` implements it: it reads `y` and `n` as strings, and a number
    /// with an exponent as one only if it has a point and a sign.
    Yaml11,
    /// YAML 1.2's core schema, <https://yaml.org/spec/1.2.2/#103-core-schema>.
    Yaml12,
}

/// What a schema reads in a scalar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// An integer too large for [`Value::Int`], by its text.
    HugeInt(String),
    /// A number with a fraction or an exponent.
    Float(Float),
    /// A string: the scalar's text.
    Text,
    /// A date or a time.
    Timestamp,
    /// Bytes in base64.
    Binary,
    /// Readers stop here with an error: a date that is in no calendar, a tag that nobody knows.
    Refused,
}

/// A floating-point number; equal to another if it has the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Float(u64);

impl Float {
    pub(super) fn new(number: f64) -> Self {
        Self(if number.is_nan() { f64::NAN } else { number }.to_bits())
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl Value {
    /// What it is, for a message: `an integer`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::HugeInt(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text => "a string",
            Self::Timestamp => "a timestamp",
            Self::Binary => "binary data",
            Self::Refused => "an error",
        }
    }

    /// What it is, with its value: `the integer 12`.
    pub(super) fn reading(&self, text: &str) -> String {
        match self {
            Self::Bool(truth) => format!("the boolean {truth}"),
            Self::Int(number) => format!("the integer {number}"),
            Self::Float(number) => format!("the float {}", number.get()),
            Self::Text => format!("the string `{text}`"),
            Self::Null | Self::HugeInt(_) | Self::Timestamp | Self::Binary | Self::Refused => {
                self.kind().to_owned()
            }
        }
    }
}

/// Reads a scalar by a schema.
pub(super) fn read(schema: Schema, text: &str, style: Style, tag: Option<&Tag>) -> Value {
    match tag {
        None if style == Style::Plain => plain(schema, text),
        None => Value::Text,
        // PyYAML takes the lone `!` as no tag at all
        Some(tag) if tag.is_non_specific() && schema == Schema::Yaml11 && style == Style::Plain => {
            plain(schema, text)
        }
        Some(tag) if tag.is_non_specific() => Value::Text,
        Some(tag) => tag.core().map_or(Value::Refused, |name| tagged(schema, name, text)),
    }
}

/// Reads a plain scalar without a tag.
pub(super) fn plain(schema: Schema, text: &str) -> Value {
    match schema {
        Schema::Yaml11 => old::plain(text),
        Schema::Yaml12 => core::plain(text),
    }
}

/// Reads a scalar that names its type.
fn tagged(schema: Schema, name: &str, text: &str) -> Value {
    let implied = plain(schema, text);
    match (name, implied) {
        ("str", _) => Value::Text,
        ("binary", _) => Value::Binary,
        ("null", value @ Value::Null)
        | ("bool", value @ Value::Bool(_))
        | ("int", value @ (Value::Int(_) | Value::HugeInt(_)))
        | ("float", value @ Value::Float(_))
        | ("timestamp", value @ Value::Timestamp) => value,
        ("float", Value::Int(_) | Value::HugeInt(_)) => {
            text.parse().map_or(Value::Refused, |number| Value::Float(Float::new(number)))
        }
        ("timestamp", Value::Text) if schema == Schema::Yaml12 => old::plain(text),
        _ => Value::Refused,
    }
}

/// An integer of digits in a radix.
fn integer(negative: bool, digits: &str, radix: u32) -> Value {
    if let Ok(number) = i128::from_str_radix(digits, radix) {
        return Value::Int(if negative { -number } else { number });
    }
    let sign = if negative { "-" } else { "" };
    Value::HugeInt(format!("{sign}{radix}r{}", digits.trim_start_matches('0').to_ascii_lowercase()))
}

/// Takes a sign off a number; the flag says that it was a minus.
fn signed(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// Whether a text is one character of `first` and then any number of `rest`.
fn is_run(text: &str, first: fn(u8) -> bool, rest: fn(u8) -> bool) -> bool {
    let (Some(head), tail) = (text.bytes().next(), text.bytes().skip(1)) else { return false };
    first(head) && tail.into_iter().all(rest)
}

#[cfg(test)]
mod tests;
