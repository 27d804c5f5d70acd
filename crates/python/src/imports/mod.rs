//! Which modules a file imports, and when.

mod walk;

use serde::Serialize;

use crate::context::Context;
use crate::position::Position;

pub(crate) use walk::{Region, walk};

/// One imported module: an `import`'s alias, a `from … import …`, or a call that imports a literal name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Where the module's name stands (of `from . import x`: where the statement begins).
    pub position: Position,
    /// How many dots lead the name; 0 is an absolute import.
    pub level: u32,
    /// The dotted name without its leading dots; empty in `from . import x`.
    pub module: String,
    /// What is taken from the module.
    pub what: Imported,
    /// When it runs.
    pub context: Context,
    /// The name's bytes in the decoded text, for the rewriter; empty for a call.
    #[serde(skip)]
    pub(crate) span: (u32, u32),
}

/// What an import takes from its module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Imported {
    /// `import a.b` binds `a`, `import a.b as c` binds `c` to the submodule.
    Module {
        /// The name after `as`.
        alias: Option<String>,
    },
    /// `from a import b, c as d`: each name is a submodule or an attribute.
    Names(Vec<ImportedName>),
    /// `from a import *`.
    Everything,
    /// A call such as `importlib.import_module("a.b")`; it binds nothing by itself.
    Call(Call),
}

/// One name of a `from … import …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedName {
    /// The submodule or attribute.
    pub name: String,
    /// The name after `as`.
    pub alias: Option<String>,
    /// Where it stands.
    pub position: Position,
}

/// A call that takes a module's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The function's full name: `importlib.import_module`.
    pub function: &'static str,
    /// Whether the function copes with a module that is missing, as `importlib.util.find_spec` does.
    pub probes: bool,
}

impl Import {
    /// The first segment of the module's name: `a` of `a.b`. Empty in `from . import x`.
    #[must_use]
    pub fn top_level(&self) -> &str {
        self.module.split('.').next().unwrap_or_default()
    }
}

/// A string by which a call reaches what is in a module, or a key of `sys.modules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Where the string stands.
    pub position: Position,
    /// The function's full name: `unittest.mock.patch`; `sys.modules` for a key.
    pub function: &'static str,
    /// The whole name: `acme.tools.fetch`, `acme.tools:fetch`.
    pub name: String,
    /// Whether as much of the name as is a module is imported, and the rest found in it. A key of `sys.modules` is
    /// only looked up, and its module need not be there.
    pub reaches: bool,
    /// When it runs.
    pub context: Context,
}

/// A call that imports a module whose name is computed, so that no reading of the source can tell which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComputedImport {
    /// Where the argument stands.
    pub position: Position,
    /// The function's full name.
    pub function: &'static str,
    /// The argument as it is written; empty if there is none to be seen.
    pub argument: String,
    /// What the name is known to begin with, up to a dot: `plugins.` of `f"plugins.{name}"`.
    pub prefix: Option<String>,
    /// When it runs.
    pub context: Context,
}
