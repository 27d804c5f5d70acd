//! Nodes, and what they are to all readers.

use std::sync::Arc;

use text::Span;

use super::mapping::Mapping;
use super::scalar::{Disagreement, Scalar};
use super::schema::{Schema, Value};
use super::tag::Tag;

/// A scalar, a list or a mapping with its place.
///
/// Two are equal if they say the same at the same place. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Node {
    span: Span,
    alias_of: Option<Span>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    content: Content,
    tag: Option<Tag>,
    /// How many nodes it has with all that it repeats, and how many levels.
    weight: usize,
    depth: usize,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values.
    Mapping(Mapping),
}

impl Node {
    pub(super) fn new(span: Span, tag: Option<Tag>, content: Content) -> Self {
        let (mut weight, mut depth) = (1_usize, 0);
        let mut add = |node: &Self| {
            weight = weight.saturating_add(node.weight());
            depth = depth.max(node.depth());
        };
        match &content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => items.iter().for_each(&mut add),
            Content::Mapping(mapping) => mapping.entries.iter().for_each(|entry| {
                add(&entry.key);
                add(&entry.value);
            }),
        }
        Self { span, alias_of: None, shared: Arc::new(Shared { content, tag, weight, depth: depth + 1 }) }
    }

    /// The same node at the place of an alias.
    pub(super) fn aliased(&self, span: Span) -> Self {
        Self { span, alias_of: Some(self.span), shared: Arc::clone(&self.shared) }
    }

    pub(super) fn weight(&self) -> usize {
        self.shared.weight
    }

    pub(super) fn depth(&self) -> usize {
        self.shared.depth
    }

    /// Where it stands, its quotes included, its anchor and tag not; of an alias, the alias.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where the value is written out, if the node is an alias.
    #[must_use]
    pub fn alias_of(&self) -> Option<Span> {
        self.alias_of
    }

    /// The type that it names explicitly.
    #[must_use]
    pub fn tag(&self) -> Option<&Tag> {
        self.shared.tag.as_ref()
    }

    /// What it holds.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.shared.content
    }

    /// The scalar, if it is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        if let Content::Scalar(scalar) = self.content() { Some(scalar) } else { None }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Self]> {
        if let Content::Sequence(items) = self.content() { Some(items) } else { None }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Content::Mapping(mapping) = self.content() { Some(mapping) } else { None }
    }

    /// The string, if both schemas read one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        let scalar = self.as_scalar()?;
        matches!(scalar.agreed()?, Value::Text).then(|| scalar.text())
    }

    /// The number, if both schemas read the same integer and it fits.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.as_scalar()?.agreed()? {
            Value::Int(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The truth value, if both schemas read the same.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.as_scalar()?.agreed()? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if both schemas read the same one with a fraction. An integer is none.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self.as_scalar()?.agreed()? {
            Value::Float(number) => Some(number.get()),
            _ => None,
        }
    }

    /// Whether both schemas read nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().and_then(Scalar::agreed) == Some(&Value::Null)
    }

    /// How the two schemas differ over it, if they do.
    #[must_use]
    pub fn disagreement(&self) -> Option<Disagreement> {
        self.as_scalar()?.disagreement(self.span)
    }

    /// Why a reader that builds plain values stops at this node, if it does.
    ///
    /// Tags that name other types than YAML's own, tags that do not fit what they stand before, and scalars that
    /// look like a date and are none.
    #[must_use]
    pub fn unreadable(&self) -> Option<String> {
        if let Some(tag) = self.tag() {
            if !tag.is_known() {
                return Some(format!("no reader of plain YAML knows the tag `{tag}`"));
            }
            let fits = match tag.core() {
                None => true,
                Some("seq" | "omap" | "pairs") => self.as_sequence().is_some(),
                Some("map" | "set") => self.as_mapping().is_some(),
                Some(_) => self.as_scalar().is_some(),
            };
            if !fits {
                return Some(format!("the tag `{tag}` does not fit {}", self.describe()));
            }
        }
        let scalar = self.as_scalar()?;
        let refused = [Schema::Yaml11, Schema::Yaml12].map(|schema| *scalar.value(schema) == Value::Refused);
        refused.contains(&true).then(|| format!("`{}` has no value to a reader of YAML 1.1", scalar.text()))
    }

    /// What it is, for a message: `a list`, `an integer`, `a boolean in YAML 1.1 and a string in YAML 1.2`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.content() {
            Content::Scalar(scalar) => scalar.describe(),
            Content::Sequence(_) => "a list".to_owned(),
            Content::Mapping(_) => "a mapping".to_owned(),
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span
            && self.alias_of == other.alias_of
            && (Arc::ptr_eq(&self.shared, &other.shared)
                || (self.tag() == other.tag() && self.content() == other.content()))
    }
}

impl Eq for Node {}
