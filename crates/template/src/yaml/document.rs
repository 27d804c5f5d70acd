//! A file's one document.

use std::collections::BTreeSet;

use text::Span;

use super::build::Builder;
use super::node::{Content, Node};
use super::scalar::Disagreement;
use super::{YamlError, YamlErrorKind, characters};

/// How much of a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes.
    pub bytes: usize,
    /// The most nodes, those counted anew that an alias or a merge repeats.
    pub nodes: usize,
    /// The most levels of nesting, those of aliased nodes included.
    pub depth: usize,
}

impl Default for Limits {
    /// A mebibyte, a hundred thousand nodes, a hundred levels: far beyond what people write by hand.
    fn default() -> Self {
        Self { bytes: 1 << 20, nodes: 100_000, depth: 100 }
    }
}

/// A YAML document.
#[derive(Debug, Clone)]
pub struct Document {
    root: Option<Node>,
    tabs: Vec<Span>,
}

impl Document {
    /// Reads a text as one document.
    ///
    /// Walking all nodes, aliases followed, takes at most [`Limits::nodes`] steps and [`Limits::depth`] levels.
    ///
    /// # Errors
    /// At the first thing that makes it no document that all readers read alike; see [`YamlErrorKind`].
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, YamlError> {
        if text.len() > limits.bytes {
            let kind = YamlErrorKind::TooLarge { bytes: text.len(), limit: limits.bytes };
            return Err(YamlError::new(Span::at(0), kind));
        }
        characters::check(text)?;
        let (root, tabs) = Builder::new(text, limits).document()?;
        Ok(Self { root, tabs })
    }

    /// The document's node; none in a file that is empty or has comments only.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// The tabs that stand between values or within a plain one. YAML 1.2 takes them for white space; `PyYAML` stops
    /// at the first with an error, so that a program in Python does not read the file at all.
    #[must_use]
    pub fn tabs(&self) -> &[Span] {
        &self.tabs
    }

    /// Every scalar that the two schemas read differently, keys included, in the order of the text.
    #[must_use]
    pub fn disagreements(&self) -> Vec<Disagreement> {
        let mut found = Vec::new();
        self.each(&mut |node| found.extend(node.disagreement()));
        found
    }

    /// Every node that is written out, each once: what an alias or a merge repeats is not told again.
    pub fn each(&self, visit: &mut impl FnMut(&Node)) {
        let mut seen = BTreeSet::new();
        if let Some(root) = &self.root {
            walk(root, &mut seen, visit);
        }
    }
}

fn walk(node: &Node, seen: &mut BTreeSet<(Span, bool)>, visit: &mut impl FnMut(&Node)) {
    let collection = node.as_scalar().is_none();
    if node.alias_of().is_some() || !seen.insert((node.span(), collection)) {
        return;
    }
    visit(node);
    match node.content() {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| walk(item, seen, visit)),
        Content::Mapping(mapping) => {
            for entry in mapping.entries().iter().filter(|entry| entry.merged_at.is_none()) {
                walk(&entry.key, seen, visit);
                walk(&entry.value, seen, visit);
            }
        }
    }
}
