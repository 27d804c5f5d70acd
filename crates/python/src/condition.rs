//! What conditions say of the Python that a program runs on.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_body, walk_expr};
use ruff_python_ast::{BoolOp, CmpOp, Expr, Identifier, Number, Stmt, UnaryOp};

use crate::context::last_name;
use crate::version::{PythonRange, PythonVersion};

/// What is known of a condition without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// Always holds.
    True,
    /// Never holds when the program runs.
    False,
    /// Holds on these versions of Python, and on no others.
    Python(PythonRange),
    /// Holds on none but these versions, and there not always.
    Within(PythonRange),
    /// Holds on all but these versions, and there sometimes too.
    Unless(PythonRange),
    /// Depends on the version in a way that cannot be read.
    SomePython,
    Unknown,
}

impl Test {
    /// Reads a condition by itself.
    pub(crate) fn of(condition: &Expr) -> Self {
        Flags::default().test(condition)
    }

    /// The test of two conditions that both hold.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, one) | (one, Self::True) => one,
            (Self::SomePython, _) | (_, Self::SomePython) => Self::SomePython,
            (Self::Python(one), Self::Python(two)) => Self::Python(one.and(two)),
            (Self::Python(one) | Self::Within(one), Self::Python(two) | Self::Within(two)) => {
                Self::Within(one.and(two))
            }
            (Self::Python(range) | Self::Within(range), _)
            | (_, Self::Python(range) | Self::Within(range)) => Self::Within(range),
            (Self::Unless(_) | Self::Unknown, Self::Unless(_) | Self::Unknown) => Self::Unknown,
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
            Self::Python(range) | Self::Within(range) => Self::Unless(range),
            Self::Unless(range) => Self::Within(range),
            Self::SomePython => Self::SomePython,
            Self::Unknown => Self::Unknown,
        }
    }

    fn constant(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// The names of a module that stand for conditions: `PY = sys.version_info >= (3, 11)`.
///
/// Only those that are bound once, at the top level, and nowhere else in the file by that name.
#[derive(Debug, Default)]
pub(crate) struct Flags<'a> {
    tests: BTreeMap<&'a str, Test>,
}

impl<'a> Flags<'a> {
    pub(crate) fn of(body: &'a [Stmt]) -> Self {
        let mut flags = Self::default();
        for statement in body {
            let Stmt::Assign(assignment) = statement else { continue };
            let [Expr::Name(name)] = &*assignment.targets else { continue };
            match flags.test(&assignment.value) {
                Test::Unknown => {}
                test => {
                    flags.tests.insert(name.id.as_str(), test);
                }
            }
        }
        if !flags.tests.is_empty() {
            let mut bindings =
                Bindings { names: &flags.tests, seen: BTreeSet::new(), again: BTreeSet::new() };
            walk_body(&mut bindings, body);
            let again: BTreeSet<String> = bindings.again.into_iter().map(str::to_owned).collect();
            // what it depends on is still the version, if not how
            for (name, test) in &mut flags.tests {
                if again.contains(*name) {
                    *test = if matches!(test, Test::True | Test::False) {
                        Test::Unknown
                    } else {
                        Test::SomePython
                    };
                }
            }
        }
        flags
    }

    /// Reads a condition.
    pub(crate) fn test(&self, condition: &Expr) -> Test {
        match condition {
            Expr::BooleanLiteral(literal) => Test::constant(literal.value),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(number) => {
                    number.as_u64().map_or(Test::Unknown, |number| Test::constant(number != 0))
                }
                _ => Test::Unknown,
            },
            Expr::UnaryOp(not) if not.op == UnaryOp::Not => self.test(&not.operand).negated(),
            Expr::Compare(comparison) => {
                let left = std::iter::once(&*comparison.left).chain(&comparison.comparators);
                let pairs = left.zip(&comparison.comparators).zip(&comparison.ops);
                pairs.map(|((left, right), op)| of_comparison(left, *op, right)).fold(Test::True, Test::and)
            }
            Expr::BoolOp(all) if all.op == BoolOp::And => {
                all.values.iter().map(|value| self.test(value)).fold(Test::True, Test::and)
            }
            // neither of two holds where both of their opposites do
            Expr::BoolOp(any) => {
                let neither = any.values.iter().map(|value| self.test(value).negated());
                neither.fold(Test::True, Test::and).negated()
            }
            Expr::Name(name) if self.tests.contains_key(name.id.as_str()) => self.tests[name.id.as_str()],
            _ if last_name(condition) == Some("TYPE_CHECKING") => Test::False,
            // as six and many a `compat` have them
            _ if last_name(condition) == Some("PY2") => Test::Python(PythonRange::before(THREE)),
            _ if last_name(condition) == Some("PY3") => Test::Python(PythonRange::at_least(THREE)),
            _ if asks_for_version(condition) => Test::SomePython,
            _ => Test::Unknown,
        }
    }
}

const THREE: PythonVersion = PythonVersion { major: 3, minor: 0 };

/// Which of some names are bound more than once. Everything that a name is called counts, also where it is no
/// variable: what is not sure is not read.
struct Bindings<'f, 'a> {
    names: &'f BTreeMap<&'a str, Test>,
    seen: BTreeSet<&'a str>,
    again: BTreeSet<&'a str>,
}

impl<'a> Bindings<'_, 'a> {
    fn bind(&mut self, name: &'a str) {
        if self.names.contains_key(name) && !self.seen.insert(name) {
            self.again.insert(name);
        }
    }
}

impl<'a> SourceOrderVisitor<'a> for Bindings<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr
            && !name.ctx.is_load()
        {
            self.bind(name.id.as_str());
        }
        walk_expr(self, expr);
    }

    fn visit_identifier(&mut self, identifier: &'a Identifier) {
        self.bind(identifier.as_str());
    }
}

/// What is compared of the running Python's version.
#[derive(Clone, Copy)]
enum Part {
    /// `sys.version_info`
    Whole,
    /// `sys.version_info[:2]`
    FirstTwo,
    /// `sys.version_info[0]`, `sys.version_info.major`
    Major,
}

/// `sys.version_info >= (3, 11)` and its likes.
fn of_comparison(left: &Expr, op: CmpOp, right: &Expr) -> Test {
    let read = match (part_of(left), part_of(right)) {
        (Some(part), None) => of_part(part, op, right),
        // `(3, 11) <= sys.version_info`
        (None, Some(part)) => mirrored(op).and_then(|op| of_part(part, op, left)),
        _ => None,
    };
    let unread =
        || if asks_for_version(left) || asks_for_version(right) { Test::SomePython } else { Test::Unknown };
    read.unwrap_or_else(unread)
}

fn mirrored(op: CmpOp) -> Option<CmpOp> {
    Some(match op {
        CmpOp::Eq | CmpOp::NotEq => op,
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::LtE => CmpOp::GtE,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::GtE => CmpOp::LtE,
        _ => return None,
    })
}

fn part_of(expr: &Expr) -> Option<Part> {
    let is_info = |expr| last_name(expr) == Some("version_info");
    match expr {
        Expr::Subscript(item) if is_info(&item.value) => match &*item.slice {
            Expr::Slice(slice) => {
                let upper = slice.upper.as_deref().and_then(number);
                (slice.lower.is_none() && slice.step.is_none() && upper == Some(2)).then_some(Part::FirstTwo)
            }
            index => (number(index) == Some(0)).then_some(Part::Major),
        },
        Expr::Attribute(part) if part.attr.as_str() == "major" && is_info(&part.value) => Some(Part::Major),
        _ => is_info(expr).then_some(Part::Whole),
    }
}

fn of_part(part: Part, op: CmpOp, right: &Expr) -> Option<Test> {
    let at_least = |version| Some(Test::Python(PythonRange::at_least(version)));
    let before = |version| Some(Test::Python(PythonRange::before(version)));
    if matches!(part, Part::Major) {
        let major = |major| PythonVersion { major, minor: 0 };
        let wanted = number(right)?;
        let next = major(wanted.checked_add(1)?);
        return match op {
            CmpOp::GtE => at_least(major(wanted)),
            CmpOp::Gt => at_least(next),
            CmpOp::Lt => before(major(wanted)),
            CmpOp::LtE => before(next),
            // there is no Python 4, and nobody runs Python 1
            CmpOp::Eq if wanted == 3 => at_least(THREE),
            CmpOp::Eq if wanted == 2 => before(THREE),
            CmpOp::NotEq if wanted == 3 => before(THREE),
            CmpOp::NotEq if wanted == 2 => at_least(THREE),
            _ => None,
        };
    }
    let (version, whole) = version_of(right)?;
    // `version_info[:2]` is never greater than its own release; `>` and `<=` of two numbers compare the whole with the
    // third, which every real version has: 3.11.0 > (3, 11)
    let whole = whole && matches!(part, Part::Whole);
    match op {
        CmpOp::GtE => at_least(version),
        CmpOp::Lt => before(version),
        CmpOp::Gt if whole => at_least(version),
        CmpOp::LtE if whole => before(version),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<u8> {
    match &expr.as_number_literal_expr()?.value {
        Number::Int(number) => number.as_u8(),
        _ => None,
    }
}

/// The version in `(3,)`, `(3, 11)` or `(3, 11, 0)`; the flag says that nothing follows the minor number.
fn version_of(expr: &Expr) -> Option<(PythonVersion, bool)> {
    let numbers: Vec<u8> = expr.as_tuple_expr()?.elts.iter().map(number).collect::<Option<_>>()?;
    match *numbers {
        [major] => Some((PythonVersion { major, minor: 0 }, true)),
        [major, minor] => Some((PythonVersion { major, minor }, true)),
        [major, minor, 0] => Some((PythonVersion { major, minor }, false)),
        _ => None,
    }
}

/// Whether a condition has to do with the version of Python: it names one of the ways to ask for it, or what is called
/// like the answer: `PY`, `PY310`, `IS_PY39_PLUS`.
fn asks_for_version(condition: &Expr) -> bool {
    struct Asked(bool);
    impl<'a> SourceOrderVisitor<'a> for Asked {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= last_name(expr).is_some_and(is_of_version);
            walk_expr(self, expr);
        }
    }
    let mut asked = Asked(false);
    asked.visit_expr(condition);
    asked.0
}

fn is_of_version(name: &str) -> bool {
    let is_flag = |part: &str| {
        let rest = part.strip_prefix("PYTHON").or_else(|| part.strip_prefix("PY"));
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|one| one.is_ascii_digit()))
    };
    matches!(name, "PY" | "version_info" | "hexversion" | "python_version" | "python_version_tuple")
        || name.to_ascii_uppercase().split('_').any(is_flag)
}
