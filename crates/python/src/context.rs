//! What surrounds a piece of code and decides whether and when it runs.

use ruff_python_ast::{ExceptHandler, Expr, ExprCall, StmtTry, WithItem};
use serde::Serialize;

use crate::condition::Test;
use crate::version::PythonRange;

/// When an import runs, read from the blocks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Context {
    /// The innermost scope that delays it.
    pub scope: Scope,
    /// Under `if TYPE_CHECKING:` (or `if False:`): seen by type checkers, never run.
    pub typing_only: bool,
    /// Whether its failure is caught.
    pub guard: Guard,
    /// Under a test whose outcome the source does not tell, such as `if sys.platform == "win32":`.
    pub conditional: bool,
    /// The versions of Python on which it runs, by the tests of `sys.version_info` around it.
    pub python: PythonRange,
    /// Under a test of the version that cannot be read, such as `if compat.PY310:`: of `python`, it runs on some.
    pub some_python: bool,
}

/// Where code stands, as far as it says when the code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// At the top of the module: runs when the module is imported.
    #[default]
    Module,
    /// In the body of a class that is not in a function: also runs on import.
    Class,
    /// In a function: runs when the function is called, so that no import of the module shows its failure.
    Function,
}

/// Whether code is prepared for an import to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// A failure is an error.
    #[default]
    None,
    /// In a `try` whose handlers catch every exception, by `except Exception` or a bare `except`, or in a
    /// `with suppress(Exception)`: a failure passes in silence, and nothing says that it was expected.
    CatchAll,
    /// In a `try` whose handlers name `ImportError` or `ModuleNotFoundError`, or in a
    /// `with suppress(ImportError)`: the module is optional. Also in the `else` of such a `try`, for what lies in
    /// a module that the `try` imported.
    Optional,
    /// In a handler that names one of them: runs where the optional module is absent.
    Fallback,
}

impl Context {
    /// In a function, which is called when the blocks around it have long been left.
    pub(crate) fn function(self) -> Self {
        Self { scope: Scope::Function, guard: Guard::None, ..self }
    }

    pub(crate) fn class(self) -> Self {
        let scope = if self.scope == Scope::Function { Scope::Function } else { Scope::Class };
        Self { scope, ..self }
    }

    /// In a block that is guarded so; a block further out that says more of imports has the last word.
    pub(crate) fn guarded(self, guard: Guard) -> Self {
        Self { guard: self.guard.max(guard), ..self }
    }

    /// The context in the branch that a test opens.
    pub(crate) fn when(self, test: Test) -> Self {
        match test {
            Test::False => Self { typing_only: true, ..self },
            Test::Python(range) => Self { python: self.python.and(range), ..self },
            Test::Within(range) => Self { python: self.python.and(range), conditional: true, ..self },
            Test::SomePython => Self { some_python: true, conditional: true, ..self },
            Test::Unless(_) | Test::Unknown => Self { conditional: true, ..self },
            Test::True => self,
        }
    }
}

/// `c` in `a.b.c`, `c` in `c`.
pub(crate) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// What a handler of this exception class, or of a tuple of them, says of the failure of an import.
fn guard_of_class(class: &Expr) -> Guard {
    match class {
        Expr::Tuple(tuple) => tuple.elts.iter().map(guard_of_class).max().unwrap_or_default(),
        _ => match last_name(class) {
            Some("ImportError" | "ModuleNotFoundError") => Guard::Optional,
            Some("Exception" | "BaseException") => Guard::CatchAll,
            _ => Guard::None,
        },
    }
}

/// What a handler of a `try` says of the failure of an import.
fn guard_of_handler(handler: &ExceptHandler) -> Guard {
    let ExceptHandler::ExceptHandler(handler) = handler;
    handler.type_.as_deref().map_or(Guard::CatchAll, guard_of_class)
}

/// Whether a handler of a `try` names the failure of an import, so that it stands in for what was not imported.
pub(crate) fn names_import_error(handler: &ExceptHandler) -> bool {
    guard_of_handler(handler) == Guard::Optional
}

/// How far a `try` is prepared for an import to fail.
pub(crate) fn guard_of_try(statement: &StmtTry) -> Guard {
    statement.handlers.iter().map(guard_of_handler).max().unwrap_or_default()
}

/// How far a `with` is prepared for an import to fail, by `suppress(ImportError)`.
pub(crate) fn guard_of_with(items: &[WithItem]) -> Guard {
    let classes = suppressions(items).flat_map(|call| &call.arguments.args);
    classes.map(guard_of_class).max().unwrap_or_default()
}

/// Whether a `with` goes on after an exception in its block, by `suppress`.
pub(crate) fn suppresses(items: &[WithItem]) -> bool {
    suppressions(items).next().is_some()
}

fn suppressions(items: &[WithItem]) -> impl Iterator<Item = &ExprCall> {
    let calls = items.iter().filter_map(|item| item.context_expr.as_call_expr());
    calls.filter(|call| last_name(&call.func) == Some("suppress"))
}
