//! A YAML file of a template.

use template::yaml::{Document, Limits, Mapping, YamlError};
use text::{Source, Span};

/// A YAML file, read.
#[derive(Debug)]
pub struct Yaml {
    /// Its text.
    pub source: Source,
    /// What it says, or why that cannot be told.
    pub document: Result<Document, YamlError>,
}

impl Yaml {
    pub(crate) fn parse(source: Source) -> Self {
        let document = Document::parse(source.text(), &Limits::default());
        Self { source, document }
    }

    /// The mapping that it is; none where it is broken or something else.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        self.document.as_ref().ok()?.root()?.as_mapping()
    }

    /// Where its single values stand, in order.
    pub(crate) fn values(&self) -> Vec<Span> {
        let mut values = Vec::new();
        if let Ok(document) = &self.document {
            document.each(&mut |node| {
                if node.as_scalar().is_some() {
                    values.push(node.span());
                }
            });
        }
        values.sort_unstable();
        values
    }
}
