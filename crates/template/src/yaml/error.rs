//! Documents that are refused.

use text::Span;

/// A text that is no YAML document, or one that two readers would not read alike or that no reader should read.
///
/// Printed, it says what is wrong; [`YamlError::span`] says where, [`YamlError::hint`] what mends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct YamlError {
    /// The smallest culprit.
    pub span: Span,
    /// What is wrong with it.
    pub kind: YamlErrorKind,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum YamlErrorKind {
    /// Not YAML's grammar.
    #[error("not YAML: {message}")]
    Syntax {
        /// The parser's own words.
        message: String,
    },
    /// A character that YAML does not allow.
    #[error("the control character U+{:04X} is not allowed in YAML", u32::from(*.0))]
    Unprintable(char),
    /// A character that ends a line in YAML 1.1 and does not in YAML 1.2.
    #[error("U+{:04X} ends the line in YAML 1.1 and not in YAML 1.2", u32::from(*.0))]
    LineEnd(char),
    /// One mapping has one key twice, by one of the two schemas at least.
    #[error("the key `{key}` stands twice in one mapping")]
    DuplicateKey {
        /// The key as the second place writes it.
        key: String,
        /// Where it stands first.
        first: Span,
    },
    /// One anchor is defined twice; `PyYAML` stops at it.
    #[error("the anchor `&{name}` is defined twice")]
    DuplicateAnchor {
        /// Its name.
        name: String,
        /// Where it is defined first.
        first: Span,
    },
    /// A list or a mapping as a key; `PyYAML` stops at it.
    #[error("a list or a mapping cannot be a key")]
    CollectionAsKey,
    /// A `:` without a key; `PyYAML` stops at it.
    #[error("a key is missing")]
    EmptyKey,
    /// A second document in the same file.
    #[error("a second document begins here, and the file is read as one")]
    SeveralDocuments {
        /// Where the first document's content is.
        first: Span,
    },
    /// An alias inside the node that it stands for.
    #[error("the alias stands inside of what it repeats")]
    RecursiveAlias,
    /// `<<` with a value that has no keys to merge.
    #[error("`<<` merges mappings, and this is none")]
    MergeOfNoMapping,
    /// More nodes than allowed, aliases followed.
    #[error("the document has more than {limit} nodes{}", if *.aliases { " when its aliases are followed" } else { "" })]
    TooManyNodes {
        /// How many are allowed.
        limit: usize,
        /// Whether some of them come from aliases or merges.
        aliases: bool,
    },
    /// Nested more deeply than allowed.
    #[error("the document is nested more than {limit} levels deep")]
    TooDeep {
        /// How many levels are allowed.
        limit: usize,
    },
    /// Longer than allowed.
    #[error("the document has {bytes} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
}

impl YamlError {
    pub(super) fn new(span: Span, kind: YamlErrorKind) -> Self {
        Self { span, kind }
    }

    /// What would mend it, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match &self.kind {
            YamlErrorKind::Syntax { message } => return syntax_hint(message),
            YamlErrorKind::Unprintable(_) => {
                "delete the character, or write it as an escape in double quotes"
            }
            YamlErrorKind::LineEnd(_) => {
                "write the character as an escape in double quotes, or use a plain line end"
            }
            YamlErrorKind::DuplicateKey { .. } => {
                "keep one of the two; some readers take the first, others the last"
            }
            YamlErrorKind::DuplicateAnchor { .. } => "give one of the two another name",
            YamlErrorKind::CollectionAsKey => {
                "use a string as the key; in front of `{{`, quote the whole value"
            }
            YamlErrorKind::EmptyKey => "write the key in front of the `:`",
            YamlErrorKind::SeveralDocuments { .. } => {
                "delete the `---` line, or move the second document to a file"
            }
            YamlErrorKind::RecursiveAlias => "write the value out in place of the alias",
            YamlErrorKind::MergeOfNoMapping => "give `<<` an alias of a mapping, or a list of such aliases",
            YamlErrorKind::TooManyNodes { aliases: true, .. } => {
                "write the values out in place of the aliases"
            }
            YamlErrorKind::TooManyNodes { .. }
            | YamlErrorKind::TooDeep { .. }
            | YamlErrorKind::TooLarge { .. } => "make the document smaller",
        })
    }
}

/// The commonest causes of the parser's commonest complaints.
fn syntax_hint(message: &str) -> Option<&'static str> {
    let hints = [
        ("unknown anchor", "define the anchor with `&name` before its first alias"),
        (
            "mapping values are not allowed",
            "quote the value if it has a `: ` in it, or look at the indentation",
        ),
        ("tab", "indent with spaces"),
        ("indentation", "indent the line like those that it belongs to"),
        ("unexpected character", "quote the value"),
    ];
    hints.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
}
