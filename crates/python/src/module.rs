use serde::Serialize;

use crate::definitions::Definitions;
use crate::imports::{self, ComputedImport, Import, Reference};
use crate::names::{self, Names};
use crate::source::{Source, SourceError};
use crate::syntax::{NewerSyntax, Tree};

/// A Python file, parsed once for every question: what it imports, what it defines, how it reads when its
/// modules move into a package.
#[derive(Debug)]
pub struct Module {
    pub(crate) source: Source,
    pub(crate) tree: Tree,
    pub(crate) names: Names,
    pub(crate) outline: Outline,
}

/// What other files need to know of a module; small, where the syntax tree is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// The name under which the file was parsed.
    pub path: String,
    /// Every import of a known module, in functions and by calls too, in source order.
    pub imports: Vec<Import>,
    /// The imports whose module is known only when the program runs.
    pub computed_imports: Vec<ComputedImport>,
    /// What calls reach by name, and the keys of `sys.modules`, in source order.
    pub references: Vec<Reference>,
    /// The names that the module binds.
    pub definitions: Definitions,
    /// The syntax in it that some versions of Python do not have, in source order.
    pub newer_syntax: Vec<NewerSyntax>,
}

impl Module {
    /// Parses a file.
    ///
    /// `path` serves for messages, and its last component tells whether the file is a package's
    /// `__init__.py`; nothing is read from it.
    pub fn parse(path: &str, bytes: Vec<u8>) -> Result<Self, SourceError> {
        let source = Source::decode(path, bytes)?;
        let tree = Tree::parse(&source)?;
        Ok(Self::understand(source, tree))
    }

    fn understand(source: Source, tree: Tree) -> Self {
        let definitions = tree.walk(Definitions::of);
        let newer_syntax = tree.newer_syntax().to_vec();
        Self::defining(source, tree, definitions, newer_syntax)
    }

    /// A file of which is known what it defines, and what in it is newer than some versions of Python.
    pub(crate) fn defining(
        source: Source,
        tree: Tree,
        definitions: Definitions,
        newer_syntax: Vec<NewerSyntax>,
    ) -> Self {
        let is_package = source.path().rsplit('/').next() == Some("__init__.py");
        let (walked, names) = tree.walk(|body| {
            let walked = imports::walk(&source, body);
            let names = names::walk(body, &walked.aliases, is_package);
            (walked, names)
        });
        let (called, computed_imports) = names.imports(&source, &walked.regions);
        let mut imports = walked.imports;
        imports.extend(called);
        imports.sort_by_key(|import| import.position);
        let path = source.path().to_owned();
        let references = names.references(&source, &walked.regions);
        let outline = Outline { path, imports, computed_imports, references, definitions, newer_syntax };
        Self { source, tree, names, outline }
    }

    /// The name under which the file was parsed.
    #[must_use]
    pub fn path(&self) -> &str {
        self.source.path()
    }

    /// Imports and definitions.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// The file's bytes, equal to those it was parsed from, and its outline; the syntax tree is let go.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Outline) {
        (self.source.into_bytes(), self.outline)
    }
}
