//! Words: text, quotes and what is expanded in them.

use text::Span;

use super::syntax::List;

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// What it is made of. None of it is expanded yet.
    pub parts: Vec<Part>,
    /// Its place.
    pub span: Span,
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that stands for itself, quotes and escapes resolved.
    Literal {
        /// The text.
        text: String,
        /// Whether it stood in quotes or behind a backslash, so that it neither splits nor matches files.
        quoted: bool,
        /// Its place, without quotes.
        span: Span,
    },
    /// `$name` or `${name…}`.
    Parameter(Box<Parameter>),
    /// `$(…)` or `` `…` ``.
    Command {
        /// The commands whose output it stands for.
        commands: List,
        /// Whether it stands in double quotes.
        quoted: bool,
    },
    /// `$((…))`: a number.
    Arithmetic,
}

/// A parameter's expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The variable, the number of an argument, or one of `@*#?-$!`.
    pub name: String,
    /// What is done with the value.
    pub operator: Operator,
    /// What the operator works with.
    pub word: Word,
    /// Whether it stands in double quotes, so that its value stays one word.
    pub quoted: bool,
    /// Its place.
    pub span: Span,
}

/// What `${name…}` does with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `${name}`: nothing.
    None,
    /// `${name-word}`: the word where the variable is not set; with a colon, or is empty.
    Default {
        /// Whether there is a colon.
        colon: bool,
    },
    /// `${name=word}`: the same, and the variable takes that value.
    Assign {
        /// Whether there is a colon.
        colon: bool,
    },
    /// `${name+word}`: the word where the variable is set; with a colon, and is not empty.
    Alternative {
        /// Whether there is a colon.
        colon: bool,
    },
    /// `${name?word}`: an end where the variable is not set.
    Required,
    /// Anything else: the value cannot be told.
    Other,
}

impl Word {
    /// The text of a word in which nothing is expanded.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        let mut whole = String::new();
        for part in &self.parts {
            let Part::Literal { text, .. } = part else { return None };
            whole.push_str(text);
        }
        Some(whole)
    }

    /// The text of a word that no quote or expansion is part of: only such a word can be a reserved one.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal { text, quoted: false, .. }] => Some(text),
            _ => None,
        }
    }
}
