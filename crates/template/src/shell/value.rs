//! What words stand for, as far as that can be known without running anything.

use std::collections::BTreeMap;

use text::Span;

use super::fields::Fields;
use super::word::{Operator, Parameter, Part, Word};

/// How long a value may be that is kept: variables that double themselves grow without end.
const LONGEST: usize = 1 << 13;
/// How much text variables may become in a whole script.
const MOST_EXPANDED: usize = 1 << 22;

/// A variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// It is set to this.
    Known(String),
    /// It is one of these; nothing stands for not set.
    OneOf(Vec<String>),
    /// It is not set.
    Unset,
    /// It cannot be told.
    Unknown,
}

/// A command's name or argument, expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The text; none where it cannot be told.
    pub text: Option<String>,
    /// What it may be where a condition decides between few texts; empty where it is known, or cannot be told.
    pub candidates: Box<[String]>,
    /// Whether it may turn out to be no word at all, or several: an expansion outside of quotes.
    pub elastic: bool,
    /// The place of the word that it comes from.
    pub span: Span,
    /// The place of the text itself, where it stands in one piece: without quotes.
    pub(crate) inner: Option<Span>,
    /// What it begins with where the rest cannot be told.
    pub(crate) begins: Option<Box<str>>,
}

impl Field {
    /// A field of which everything is known.
    #[must_use]
    pub fn known(text: impl Into<String>, span: Span) -> Self {
        let text = Some(text.into());
        Self { text, candidates: Box::default(), elastic: false, span, inner: None, begins: None }
    }

    /// Its text, or what it begins with where the rest cannot be told.
    #[must_use]
    pub fn beginning(&self) -> Option<&str> {
        self.text.as_deref().or(self.begins.as_deref())
    }

    /// Whether it is this text, for sure.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.text.as_deref() == Some(text)
    }
}

/// What a shell knows at some point of a script.
pub(super) struct Variables<'a> {
    /// What was there at the start.
    outside: &'a dyn Fn(&str) -> Value,
    set: BTreeMap<String, Value>,
    /// Every name that was set at some point, with the place behind which it is.
    pub(super) assigned: BTreeMap<String, usize>,
    /// The elements of arrays.
    arrays: BTreeMap<String, Vec<Field>>,
    /// `$0`.
    name: Option<String>,
    /// `$1` and so on.
    pub(super) arguments: Vec<Field>,
    /// What was replaced since the last mark, for taking it back.
    journal: Vec<(String, Option<Value>)>,
    /// How much expanded text may still come: few variables can make much of it.
    budget: usize,
}

impl<'a> Variables<'a> {
    pub(super) fn new(
        outside: &'a dyn Fn(&str) -> Value,
        name: Option<String>,
        arguments: Vec<Field>,
    ) -> Self {
        Self {
            outside,
            set: BTreeMap::new(),
            assigned: BTreeMap::new(),
            arrays: BTreeMap::new(),
            name,
            arguments,
            journal: Vec::new(),
            budget: MOST_EXPANDED,
        }
    }

    pub(super) fn get(&self, name: &str) -> Value {
        self.set.get(name).cloned().unwrap_or_else(|| (self.outside)(name))
    }

    /// Makes a name an array; of which elements cannot be told where a condition decides.
    pub(super) fn set_array(&mut self, name: &str, elements: &[Word], certain: bool, span: Span) {
        let fields = if certain {
            elements.iter().flat_map(|word| self.fields(word)).collect()
        } else {
            let mut fields = Fields::of(span);
            fields.unknown(true);
            fields.close();
            fields.done
        };
        let cost: usize =
            fields.iter().map(|field: &Field| 1 + field.text.as_ref().map_or(0, String::len)).sum();
        if self.afford(cost) {
            self.arrays.insert(name.to_owned(), fields);
        }
    }

    /// Notes that a name is set behind a place.
    pub(super) fn touch(&mut self, name: &str, place: usize) {
        if !self.assigned.contains_key(name) {
            self.assigned.insert(name.to_owned(), place);
        }
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.touch(name, usize::MAX);
        let value = kept(value);
        let before = self.set.insert(name.to_owned(), value);
        self.journal.push((name.to_owned(), before));
    }

    /// A point that [`Variables::back`] leads back to.
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Takes back what was set since `mark`, and tells what that was.
    pub(super) fn back(&mut self, mark: usize) -> Vec<(String, Value)> {
        let mut taken = Vec::new();
        for (name, before) in self.journal.drain(mark..).rev() {
            let value = match before {
                Some(before) => self.set.insert(name.clone(), before),
                None => self.set.remove(&name),
            };
            taken.push((name, value.unwrap_or(Value::Unset)));
        }
        taken
    }

    /// What may or may not have been set: it is known only where nothing changed.
    pub(super) fn merge(&mut self, changes: Vec<(String, Value)>) {
        for (name, value) in changes {
            let before = self.get(&name);
            if before != value {
                self.set(&name, before.or(value));
            }
        }
    }

    /// The fields that a word becomes.
    pub(super) fn fields(&mut self, word: &Word) -> Vec<Field> {
        let mut fields = Fields::of(word.span);
        self.parts(&word.parts, &mut fields, false);
        fields.close();
        fields.done
    }

    /// The value of a word that does not split: an assignment's.
    pub(super) fn value(&mut self, word: &Word) -> Value {
        let mut fields = Fields::of(word.span);
        self.parts(&word.parts, &mut fields, true);
        fields.close();
        if let [Field { text: None, candidates, .. }] = fields.done.as_slice()
            && !candidates.is_empty()
        {
            return Value::OneOf(candidates.to_vec());
        }
        let mut whole = String::new();
        for field in fields.done {
            match field.text {
                Some(text) => whole.push_str(&text),
                None => return Value::Unknown,
            }
        }
        Value::Known(whole)
    }

    fn parts(&mut self, parts: &[Part], fields: &mut Fields, quoted_all: bool) {
        for part in parts {
            match part {
                Part::Literal { text, span, .. } => {
                    let alone = fields.open.is_none() && text.len() == span.len();
                    fields.add(text);
                    fields.open().inner = alone.then_some(*span);
                }
                Part::Parameter(parameter) => self.parameter(parameter, fields, quoted_all),
                Part::Command { quoted, .. } => fields.unknown(!quoted && !quoted_all),
                Part::Arithmetic => fields.unknown(false),
            }
        }
    }

    fn parameter(&mut self, parameter: &Parameter, fields: &mut Fields, quoted_all: bool) {
        let quoted = parameter.quoted || quoted_all;
        if matches!(parameter.name.as_str(), "@" | "*") && parameter.operator == Operator::None {
            let cost: usize =
                self.arguments.iter().map(|field| 1 + field.text.as_ref().map_or(0, String::len)).sum();
            if !self.afford(cost) {
                return fields.unknown(true);
            }
            return fields.splice(&self.arguments, quoted && parameter.name == "*" || quoted_all);
        }
        if is_whole_array(parameter) {
            let elements = self.arrays.get(&parameter.name).cloned();
            let cost =
                elements.iter().flatten().map(|field| 1 + field.text.as_ref().map_or(0, String::len)).sum();
            return match elements {
                Some(elements) if self.afford(cost) => fields.splice(&elements, quoted_all),
                _ => fields.unknown(true),
            };
        }
        if quoted {
            fields.open();
        }
        let value = self.named(&parameter.name);
        let missing = |colon: bool| match &value {
            Value::Unset => Some(true),
            Value::Known(text) => Some(colon && text.is_empty()),
            Value::OneOf(_) | Value::Unknown => None,
        };
        let use_word = match parameter.operator {
            Operator::None | Operator::Required => Some(false),
            Operator::Default { colon } | Operator::Assign { colon } => missing(colon),
            Operator::Alternative { colon } => match missing(colon) {
                Some(true) => return,
                Some(false) => Some(true),
                None => None,
            },
            Operator::Other => None,
        };
        match (use_word, value) {
            (None, _) | (Some(false), Value::Unknown) => fields.unknown(!quoted),
            (Some(false), Value::Unset) => {}
            (Some(false), Value::OneOf(texts)) => fields.one_of(texts, quoted),
            (Some(false), Value::Known(text)) if !self.afford(text.len()) => fields.unknown(!quoted),
            (Some(false), Value::Known(text)) => fields.expanded(&text, quoted),
            (Some(true), _) => {
                if matches!(parameter.operator, Operator::Assign { .. }) {
                    let value = self.value(&parameter.word);
                    self.set(&parameter.name, value);
                }
                self.parts(&parameter.word.parts, fields, quoted_all);
            }
        }
    }

    fn afford(&mut self, cost: usize) -> bool {
        let left = self.budget.checked_sub(cost);
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    fn named(&self, name: &str) -> Value {
        if let Ok(number) = name.parse::<usize>() {
            let Some(index) = number.checked_sub(1) else {
                return self.name.clone().map_or(Value::Unknown, |name| kept(Value::Known(name)));
            };
            let certain = self.arguments.iter().take(number).all(|field| !field.elastic);
            return match self.arguments.get(index) {
                _ if !certain => Value::Unknown,
                Some(Field { text: Some(text), .. }) if text.len() <= LONGEST => Value::Known(text.clone()),
                Some(_) => Value::Unknown,
                None => Value::Unset,
            };
        }
        match name {
            "#" if self.arguments.iter().all(|field| !field.elastic) => {
                Value::Known(self.arguments.len().to_string())
            }
            "@" | "*" => match self.arguments.as_slice() {
                [] => Value::Unset,
                _ => Value::Unknown,
            },
            "#" | "?" | "$" | "!" | "-" | "" => Value::Unknown,
            _ => self.get(name),
        }
    }
}

/// `${name[@]}` and `${name[*]}`.
fn is_whole_array(parameter: &Parameter) -> bool {
    parameter.operator == Operator::Other
        && matches!(parameter.word.literal().as_deref(), Some("[@]" | "[*]"))
}

/// How many texts a value may be one of, and how long they may be.
const MOST_TEXTS: usize = 4;
const LONGEST_TEXT: usize = 256;

impl Value {
    /// Either of two values.
    pub(super) fn or(self, other: Self) -> Self {
        let mut texts: Vec<String> = Vec::new();
        for value in [self, other] {
            match value {
                Self::Known(text) => texts.push(text),
                Self::OneOf(several) => texts.extend(several),
                Self::Unset => texts.push(String::new()),
                Self::Unknown => return Self::Unknown,
            }
        }
        texts.sort();
        texts.dedup();
        let fits = texts.len() <= MOST_TEXTS && texts.iter().all(|text| text.len() <= LONGEST_TEXT);
        if fits { Self::OneOf(texts) } else { Self::Unknown }
    }
}

/// A value, unless it is too long to be kept.
fn kept(value: Value) -> Value {
    match value {
        Value::Known(text) if text.len() > LONGEST => Value::Unknown,
        value => value,
    }
}
