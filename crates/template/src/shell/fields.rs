//! Fields in the making.

use text::Span;

use super::value::Field;

/// How many words a word may become.
const MOST: usize = 1 << 12;

/// Fields in the making.
pub(super) struct Fields {
    pub(super) done: Vec<Field>,
    pub(super) open: Option<Field>,
    span: Span,
}

impl Fields {
    pub(super) fn of(span: Span) -> Self {
        Self { done: Vec::new(), open: None, span }
    }

    pub(super) fn open(&mut self) -> &mut Field {
        self.open.get_or_insert_with(|| Field::known("", self.span))
    }

    /// Adds text that does not split.
    pub(super) fn add(&mut self, text: &str) {
        let field = self.open();
        field.inner = None;
        if !text.is_empty() {
            field.candidates = Box::default();
        }
        if let Some(known) = &mut field.text {
            known.push_str(text);
        }
    }

    /// Adds a value, which splits at white space where it is not quoted.
    pub(super) fn expanded(&mut self, value: &str, quoted: bool) {
        if quoted {
            return self.add(value);
        }
        if value.starts_with(char::is_whitespace) {
            self.close();
        }
        for (index, piece) in value.split_whitespace().enumerate() {
            if index > 0 {
                self.close();
            }
            self.add(piece);
        }
        if value.ends_with(char::is_whitespace) {
            self.close();
        }
    }

    /// Adds one of several texts: known as such where nothing else is part of the word.
    pub(super) fn one_of(&mut self, texts: Vec<String>, quoted: bool) {
        let alone = self.open.as_ref().is_none_or(|field| field.text.as_deref() == Some(""));
        self.unknown(!quoted);
        if alone {
            self.open().candidates = texts.into();
        }
    }

    pub(super) fn unknown(&mut self, elastic: bool) {
        let field = self.open();
        if let Some(text) = field.text.take().filter(|text| !text.is_empty()) {
            field.begins = Some(text.into());
        }
        (field.text, field.inner) = (None, None);
        field.candidates = Box::default();
        field.elastic |= elastic;
    }

    /// Adds the arguments: each a field of its own, or all in one.
    pub(super) fn splice(&mut self, arguments: &[Field], joined: bool) {
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                if joined {
                    self.add(" ");
                } else {
                    self.close();
                }
            }
            match &argument.text {
                Some(text) => self.add(text),
                None => self.unknown(argument.elastic),
            }
        }
    }

    pub(super) fn close(&mut self) {
        let Some(field) = self.open.take() else { return };
        if self.done.len() < MOST {
            self.done.push(field);
        } else if let Some(last) = self.done.last_mut() {
            (last.text, last.elastic) = (None, true);
        }
    }
}
