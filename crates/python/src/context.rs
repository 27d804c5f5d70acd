//! What surrounds a piece of code and decides whether and when it runs.

use ruff_python_ast::{
    BoolOp, CmpOp, ExceptHandler, Expr, ExprCall, ExprCompare, Number, StmtTry, UnaryOp, WithItem,
};
use serde::Serialize;

use crate::version::{PythonRange, PythonVersion};

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
            Test::Unknown => Self { conditional: true, ..self },
            Test::True => self,
        }
    }
}

/// What is known of a condition without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// Always holds.
    True,
    /// Never holds when the program runs.
    False,
    /// Holds on these versions of Python.
    Python(PythonRange),
    Unknown,
}

impl Test {
    /// Reads a condition.
    pub(crate) fn of(condition: &Expr) -> Self {
        match condition {
            Expr::BooleanLiteral(literal) => Self::constant(literal.value),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(number) => {
                    number.as_u64().map_or(Self::Unknown, |number| Self::constant(number != 0))
                }
                _ => Self::Unknown,
            },
            Expr::UnaryOp(not) if not.op == UnaryOp::Not => Self::of(&not.operand).negated(),
            Expr::Compare(comparison) => Self::of_version(comparison),
            Expr::BoolOp(all) if all.op == BoolOp::And => {
                all.values.iter().map(Self::of).fold(Self::True, Self::and)
            }
            // neither of two holds where both of their opposites do
            Expr::BoolOp(any) => {
                let neither = any.values.iter().map(|value| Self::of(value).negated());
                neither.fold(Self::True, Self::and).negated()
            }
            _ if last_name(condition) == Some("TYPE_CHECKING") => Self::False,
            _ => Self::Unknown,
        }
    }

    /// The test of two conditions that both hold.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, one) | (one, Self::True) => one,
            (Self::Python(one), Self::Python(two)) => Self::Python(one.and(two)),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
        }
    }

    /// The test of the branch that is taken when this one is not.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Python(PythonRange { from: Some(version), until: None }) => {
                Self::Python(PythonRange::before(version))
            }
            Self::Python(PythonRange { from: None, until: Some(version) }) => {
                Self::Python(PythonRange::at_least(version))
            }
            Self::Python(_) | Self::Unknown => Self::Unknown,
        }
    }

    fn constant(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    /// `sys.version_info >= (3, 11)` and its likes.
    fn of_version(comparison: &ExprCompare) -> Self {
        let (&[op], [right]) = (&*comparison.ops, &*comparison.comparators) else { return Self::Unknown };
        // `version_info[:2]` is compared with two numbers as the whole is, but never greater than its own release
        let (left, shortened) = match &*comparison.left {
            Expr::Subscript(part) if is_first_two(&part.slice) => (&*part.value, true),
            whole => (whole, false),
        };
        if last_name(left) != Some("version_info") {
            return Self::Unknown;
        }
        let Some((version, whole)) = version_of(right) else { return Self::Unknown };
        let whole = whole && !shortened;
        // `>` and `<=` of two numbers compare with the third, which every real version has: 3.11.0 > (3, 11)
        match op {
            CmpOp::GtE => Self::Python(PythonRange::at_least(version)),
            CmpOp::Lt => Self::Python(PythonRange::before(version)),
            CmpOp::Gt if whole => Self::Python(PythonRange::at_least(version)),
            CmpOp::LtE if whole => Self::Python(PythonRange::before(version)),
            _ => Self::Unknown,
        }
    }
}

/// `:2`
fn is_first_two(slice: &Expr) -> bool {
    let Expr::Slice(slice) = slice else { return false };
    let upper = slice.upper.as_deref().and_then(Expr::as_number_literal_expr);
    slice.lower.is_none()
        && slice.step.is_none()
        && upper.is_some_and(|upper| matches!(&upper.value, Number::Int(number) if number.as_u8() == Some(2)))
}

/// The version in `(3,)`, `(3, 11)` or `(3, 11, 0)`; the flag says that nothing follows the minor number.
fn version_of(expr: &Expr) -> Option<(PythonVersion, bool)> {
    let numbers = expr.as_tuple_expr()?.elts.iter().map(|element| match element {
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(number) => number.as_u64().and_then(|number| u8::try_from(number).ok()),
            _ => None,
        },
        _ => None,
    });
    let numbers: Vec<u8> = numbers.collect::<Option<_>>()?;
    match *numbers {
        [major] => Some((PythonVersion { major, minor: 0 }, true)),
        [major, minor] => Some((PythonVersion { major, minor }, true)),
        [major, minor, 0] => Some((PythonVersion { major, minor }, false)),
        _ => None,
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
