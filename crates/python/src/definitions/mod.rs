//! Which names a module has once it is imported.

mod exports;
mod flow;
mod meddling;
mod targets;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::Stmt;
use serde::Serialize;

pub use exports::Exports;
pub(crate) use targets::{names_of_pattern, names_of_target};
pub(crate) use walk::test_on_import;

/// The names that a module binds at its top level.
///
/// Read as the interpreter would run it on import: what stands under `if TYPE_CHECKING:` or
/// `if __name__ == "__main__":` is not bound, what every branch binds is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Definitions {
    /// Bound names; `true` where every way through the module binds them.
    names: BTreeMap<String, bool>,
    /// Of the names that nothing but `from module import name` binds: those modules, by level and dotted name.
    taken: BTreeMap<String, Vec<(u32, String)>>,
    /// The names that stand for an `async` function, whatever way is taken through the module.
    coroutines: BTreeSet<String>,
    /// The modules of `from … import *`: level and dotted name.
    stars: Vec<(u32, String)>,
    /// Whether the module defines `__getattr__` (PEP 562).
    has_getattr: bool,
    /// Whether names may come and go by other means, such as `globals()["x"] = …`.
    dynamic: bool,
    all: exports::All,
}

/// Whether a module has an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Existence {
    /// Importing the module binds it.
    Yes,
    /// Nothing in the module binds it. (A package also has its submodules as attributes: ask for those first.)
    No,
    /// The source does not decide it.
    CannotTell(Doubt),
}

/// Why a module's source does not decide whether it has an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Only some ways through the module bind it, or it is deleted again.
    Conditional,
    /// It may come from a `from … import *` of one of these modules, given by level and dotted name.
    Star(Vec<(u32, String)>),
    /// The module answers for missing attributes itself, by `__getattr__`.
    ModuleGetattr,
    /// The module writes to its own namespace, by `globals()`, `exec` or `sys.modules[__name__]`.
    Dynamic,
    /// The name has a dot: the attribute is one of a value, not of the module.
    Nested,
}

impl Definitions {
    pub(crate) fn of(body: &[Stmt]) -> Self {
        walk::definitions(body)
    }

    /// The same, where other modules are called otherwise: `renamed` tells the new name of one that is named absolutely,
    /// if it has one.
    pub(crate) fn with_modules(mut self, renamed: impl Fn(&str) -> Option<String>) -> Self {
        let named = self.stars.iter_mut().chain(self.taken.values_mut().flatten());
        for (level, module) in named {
            if *level == 0
                && let Some(name) = renamed(module)
            {
                *module = name;
            }
        }
        self
    }

    /// Whether the module has an attribute: `main_sync` of the entry point `molecule_runtime.main:main_sync`.
    ///
    /// Of a dotted attribute (`App.run`) the first segment is looked for; if it is there the answer is
    /// [`Doubt::Nested`].
    #[must_use]
    pub fn find(&self, attribute: &str) -> Existence {
        match attribute.split_once('.') {
            None => self.find_name(attribute),
            Some((name, _)) => match self.find_name(name) {
                Existence::Yes => Existence::CannotTell(Doubt::Nested),
                other => other,
            },
        }
    }

    fn find_name(&self, name: &str) -> Existence {
        match self.names.get(name) {
            Some(true) => Existence::Yes,
            Some(false) => Existence::CannotTell(Doubt::Conditional),
            None => self.find_unbound(name),
        }
    }

    /// Whether the module has an attribute that no statement binds, or none that counts.
    #[must_use]
    pub fn find_unbound(&self, name: &str) -> Existence {
        if is_given(name) {
            Existence::Yes
        } else if self.has_getattr {
            Existence::CannotTell(Doubt::ModuleGetattr)
        } else if self.dynamic {
            Existence::CannotTell(Doubt::Dynamic)
        } else if !self.stars.is_empty() {
            Existence::CannotTell(Doubt::Star(self.stars.clone()))
        } else {
            Existence::No
        }
    }

    /// The modules that a name is taken from, by level and dotted name, if nothing but `from module import name`
    /// binds it; otherwise none.
    ///
    /// Such a name is there only if one of those modules has it: `from . import x` in a package's own `__init__.py`
    /// asks the package for what this very statement is to bind.
    #[must_use]
    pub fn taken_from(&self, name: &str) -> &[(u32, String)] {
        self.taken.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a name of the module stands for an `async` function, for certain: no decorator makes it another, and
    /// nothing binds the name again. Calling such a function runs none of it.
    /// <https://docs.python.org/3/reference/compound_stmts.html#coroutine-function-definition>
    #[must_use]
    pub fn is_coroutine_function(&self, name: &str) -> bool {
        self.coroutines.contains(name) && !self.dynamic
    }

    /// Every name that is bound on some way through the module, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
}

/// What the import system gives every module, <https://docs.python.org/3/reference/datamodel.html#module-objects>.
fn is_given(name: &str) -> bool {
    matches!(
        name,
        "__name__"
            | "__spec__"
            | "__package__"
            | "__loader__"
            | "__file__"
            | "__doc__"
            | "__dict__"
            | "__builtins__"
    )
}
