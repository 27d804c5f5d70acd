//! Moving top-level modules into a package: their imports are rewritten, nothing else.

mod check;
mod edit;
mod error;
mod places;
mod plan;

use std::collections::BTreeSet;

use ruff_python_stdlib::identifiers::is_identifier;

pub use edit::{Edit, EditKind, LeftAlone, LeftAloneReason, Report};
pub use error::{RelocateError, RelocationError};

use crate::module::Module;
use crate::syntax::Tree;
use check::Rewrite;
use places::Places;

/// Which top-level modules move into which package.
///
/// In the field a service is a folder of bare modules (`import config`); on the index it is a package
/// (`import molecule_runtime.config`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relocation {
    package: String,
    modules: BTreeSet<String>,
    dunder_imports: BTreeSet<String>,
}

/// A file as it reads in the package.
#[derive(Debug)]
pub struct Relocated {
    /// The rewritten file, parsed: its bytes, its imports, its definitions. The positions in its outline are those
    /// of the file as it was, which is the one that its author knows.
    pub module: Module,
    /// Every edit, and everything left alone on purpose.
    pub report: Report,
}

impl Relocation {
    /// Moves `modules` (modules and packages at the top of the source folder) into `package`, which may be
    /// dotted.
    ///
    /// Every name is an ASCII identifier, and the package's first segment is not one of the modules: the
    /// imports of the two could not be told apart.
    pub fn new(
        package: &str,
        modules: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, RelocationError> {
        let modules: BTreeSet<String> = modules.into_iter().map(Into::into).collect();
        if let Some(segment) = package.split('.').find(|segment| !is_module_name(segment)) {
            return Err(RelocationError::NotAName(segment.to_owned()));
        }
        if let Some(module) = modules.iter().find(|module| !is_module_name(module)) {
            return Err(RelocationError::NotAName(module.clone()));
        }
        let top = package.split('.').next().unwrap_or_default();
        if modules.contains(top) {
            return Err(RelocationError::ModuleIsPackage(top.to_owned()));
        }
        Ok(Self { package: package.to_owned(), modules, dunder_imports: BTreeSet::new() })
    }

    /// Leaves `__import__("…")` of these modules as it is, which otherwise is an error.
    #[must_use]
    pub fn allowing_dunder_import(mut self, modules: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.dunder_imports.extend(modules.into_iter().map(Into::into));
        self
    }

    /// The package.
    #[must_use]
    pub fn package(&self) -> &str {
        &self.package
    }

    /// The name of a module that moves, in the package.
    fn moved(&self, module: &str) -> Option<String> {
        let top = module.split('.').next().unwrap_or_default();
        self.moves(top).then(|| format!("{}.{module}", self.package))
    }

    /// Whether the imports of a top-level module move. Those of `__main__` never do, whatever file of that name
    /// there is: it is the program that is running.
    #[must_use]
    pub fn moves(&self, module: &str) -> bool {
        self.modules.contains(module) && module != "__main__"
    }
}

/// `__future__` is a directive to the compiler that merely looks like a module.
fn is_module_name(name: &str) -> bool {
    name.is_ascii() && is_identifier(name) && name != "__future__"
}

impl Module {
    /// Rewrites the imports of the modules that move.
    ///
    /// Bytes are only inserted, and only into import statements and into strings that known functions take as
    /// a module's name; lines, line ends, encoding and every other byte stay. The result is parsed again and
    /// its tree compared with the one that was meant, so that what comes back is Python and differs in
    /// nothing else.
    pub fn relocate(self, relocation: &Relocation) -> Result<Relocated, RelocateError> {
        let plan = plan::plan(&self, relocation)?;
        if plan.insertions.is_empty() {
            return Ok(Relocated { module: self, report: plan.report });
        }
        let Self { source, mut tree, outline, .. } = self;
        let written = source.with_insertions(&plan.insertions);
        let rewritten = Tree::parse_like(&written, &tree).map_err(|error| RelocateError::Broken {
            path: source.path().to_owned(),
            why: error.to_string(),
        })?;
        let rewrite = Rewrite {
            relocation,
            before: &source,
            after: &written,
            insertions: &plan.insertions,
            strings: &plan.strings,
        };
        if let Some(offset) = rewrite.first_difference(&mut tree, &rewritten) {
            let position = written.position(offset);
            let why = format!("the statement at {position} of the result is another than was meant");
            return Err(RelocateError::Broken { path: source.path().to_owned(), why });
        }
        // the two trees differ in the names of modules and in nothing else
        let definitions = outline.definitions.with_modules(|module| relocation.moved(module));
        let places = Places::of(&source, &plan.insertions);
        let mut module = Self::defining(written, rewritten, definitions, Vec::new());
        places.restore(&mut module.outline);
        module.outline.newer_syntax = outline.newer_syntax;
        Ok(Relocated { module, report: plan.report })
    }
}
