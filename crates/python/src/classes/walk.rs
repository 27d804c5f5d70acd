//! The statements of a module, in the order in which an import runs them.

use std::collections::BTreeMap;

use ruff_python_ast::{ExceptHandler, Expr, Identifier, Stmt, StmtClassDef, StmtIf, StmtTry};
use ruff_text_size::Ranged;

use super::scope::{Scope, literal};
use super::{Base, Class, ClassId, Classes, Extent, Member, MemberKind, Value};
use crate::condition::Test;
use crate::context::{last_name, suppresses};
use crate::definitions::{names_of_pattern, names_of_target, test_on_import};
use crate::source::Source;
use crate::version::PythonVersion;

/// What marks a method that a subclass has to define, <https://docs.python.org/3/library/abc.html>.
const ABSTRACT: [&str; 4] =
    ["abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"];

pub(super) fn classes(source: &Source, body: &[Stmt], version: PythonVersion) -> Classes {
    let mut walk = Walk { source, version, scope: Scope::default(), classes: Vec::new() };
    walk.block(body, &mut Module);
    Classes { version, all: walk.classes, attributes: walk.scope.names }
}

fn extent(source: &Source, node: &impl Ranged) -> Extent {
    let (start, end) = (node.start().into(), node.end().into());
    Extent { position: source.position(start), start, end }
}

struct Walk<'a> {
    source: &'a Source,
    version: PythonVersion,
    scope: Scope,
    classes: Vec<Class>,
}

/// What takes the statements of a block: a module, or the body of one of its classes.
trait Taker {
    fn take(&mut self, walk: &mut Walk<'_>, statement: &Stmt);
}

struct Module;

impl Walk<'_> {
    fn extent(&self, node: &impl Ranged) -> Extent {
        extent(self.source, node)
    }

    fn block(&mut self, body: &[Stmt], taker: &mut impl Taker) {
        for statement in body {
            match statement {
                Stmt::If(branches) => self.branches(branches, taker),
                Stmt::Try(attempt) => self.attempt(attempt, taker),
                Stmt::With(with) => {
                    taker.take(self, statement);
                    if suppresses(&with.items) {
                        self.branch(&with.body, taker);
                    } else {
                        self.block(&with.body, taker);
                    }
                }
                Stmt::For(repeat) => {
                    taker.take(self, statement);
                    self.branch(&repeat.body, taker);
                    self.branch(&repeat.orelse, taker);
                }
                Stmt::While(repeat) => {
                    self.branch(&repeat.body, taker);
                    self.branch(&repeat.orelse, taker);
                }
                Stmt::Match(choice) => {
                    taker.take(self, statement);
                    for case in &choice.cases {
                        self.branch(&case.body, taker);
                    }
                }
                _ => taker.take(self, statement),
            }
        }
    }

    /// A block that may not run, or not to its end.
    fn branch(&mut self, body: &[Stmt], taker: &mut impl Taker) {
        self.scope.depth += 1;
        self.block(body, taker);
        self.scope.depth -= 1;
    }

    fn branches(&mut self, branches: &StmtIf, taker: &mut impl Taker) {
        let clauses = branches.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), &clause.body));
        let mut certain = true;
        for (test, body) in std::iter::once((Some(&*branches.test), &branches.body)).chain(clauses) {
            match test.map_or(Some(true), |test| self.holds(test)) {
                Some(false) => continue,
                Some(true) if certain => return self.block(body, taker),
                Some(true) => return self.branch(body, taker),
                None => self.branch(body, taker),
            }
            certain = false;
        }
    }

    /// Whether a condition holds on import by this version; none if only a run would tell.
    fn holds(&self, condition: &Expr) -> Option<bool> {
        match test_on_import(condition) {
            Test::True => Some(true),
            Test::False => Some(false),
            Test::Python(range) => Some(range.contains(self.version)),
            Test::Within(range) => (!range.contains(self.version)).then_some(false),
            Test::Unless(range) => (!range.contains(self.version)).then_some(true),
            Test::SomePython | Test::Unknown => None,
        }
    }

    fn attempt(&mut self, attempt: &StmtTry, taker: &mut impl Taker) {
        if attempt.handlers.is_empty() {
            self.block(&attempt.body, taker);
        } else {
            self.branch(&attempt.body, taker);
            for handler in &attempt.handlers {
                let ExceptHandler::ExceptHandler(handler) = handler;
                self.branch(&handler.body, taker);
            }
            self.branch(&attempt.orelse, taker);
        }
        self.block(&attempt.finalbody, taker);
    }

    fn assign(&mut self, target: &Expr, value: &Expr) {
        match (target, value) {
            (Expr::Name(name), _) => {
                let (values, at) = (self.values(value), self.extent(name));
                self.scope.bind(name.id.as_str(), values, at);
            }
            (Expr::Tuple(names), Expr::Tuple(values)) if names.elts.len() == values.elts.len() => {
                for (name, value) in names.elts.iter().zip(&values.elts) {
                    self.assign(name, value);
                }
            }
            _ => self.bind_target(target),
        }
    }

    /// What an expression may stand for: of a call of one of the module's classes, an instance.
    fn values(&self, expr: &Expr) -> Vec<Value> {
        let Expr::Call(call) = expr else { return self.scope.values(expr) };
        let [Value::Class(id)] = self.scope.values(&call.func)[..] else { return vec![Value::Other] };
        let class = &self.classes[id.0];
        // Such a class may make anything when it is called.
        let is_factory = !class.metaclass.is_empty() || class.members.contains_key("__new__");
        vec![if is_factory {
            Value::Other
        } else {
            Value::NoClass(format!("an instance of `{}`", class.name))
        }]
    }

    /// Binds the names of a target to what cannot be followed.
    fn bind_target(&mut self, target: &Expr) {
        let at = self.extent(target);
        names_of_target(target, &mut |name| self.scope.bind(name, vec![Value::Other], at));
    }

    fn class(&mut self, statement: &StmtClassDef) {
        let id = ClassId(self.classes.len());
        let bases = statement.bases().iter().map(|base| self.base(base)).collect();
        let metaclass = statement
            .keywords()
            .iter()
            .find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "metaclass"));
        let metaclass = metaclass.map(|keyword| self.scope.values(&keyword.value)).unwrap_or_default();
        let at = self.extent(&statement.name);
        let conditional = self.scope.depth > 0;
        let mut class = Class {
            id,
            name: statement.name.as_str().to_owned(),
            at,
            bases,
            metaclass,
            members: BTreeMap::new(),
            conditional,
        };
        let depth = std::mem::take(&mut self.scope.depth);
        self.block(&statement.body, &mut Body(&mut class));
        self.scope.depth = depth;
        self.classes.push(class);
        self.scope.bind(statement.name.as_str(), vec![Value::Class(id)], at);
    }

    fn base(&self, base: &Expr) -> Base {
        let at = self.extent(base);
        let text = self.source.slice((at.start, at.end)).to_owned();
        Base { text, at, values: self.scope.values(base) }
    }

    fn is_abstract(&self, decorator: &Expr) -> bool {
        last_name(decorator).is_some_and(|name| ABSTRACT.contains(&name))
            || self.scope.values(decorator).iter().any(|value| {
                let Value::Imported(name) = value else { return false };
                name.strip_prefix("abc.").is_some_and(|name| ABSTRACT.contains(&name))
            })
    }
}

impl Taker for Module {
    fn take(&mut self, walk: &mut Walk<'_>, statement: &Stmt) {
        let source = walk.source;
        let extent = |name: &Identifier| extent(source, name);
        match statement {
            Stmt::ClassDef(class) => walk.class(class),
            Stmt::FunctionDef(function) => {
                let value = match &*function.decorator_list {
                    [] => Value::NoClass("a function".to_owned()),
                    _ => Value::Other,
                };
                walk.scope.bind(function.name.as_str(), vec![value], extent(&function.name));
            }
            Stmt::Import(import) => walk.scope.import(import, extent),
            Stmt::ImportFrom(import) => walk.scope.import_from(import, extent),
            Stmt::Assign(assignment) => {
                for target in &assignment.targets {
                    walk.assign(target, &assignment.value);
                }
            }
            Stmt::AnnAssign(assignment) => {
                if let Some(value) = &assignment.value {
                    walk.assign(&assignment.target, value);
                }
            }
            Stmt::AugAssign(assignment) => walk.bind_target(&assignment.target),
            Stmt::For(repeat) => walk.bind_target(&repeat.target),
            Stmt::With(with) => {
                let targets = with.items.iter().filter_map(|item| item.optional_vars.as_deref());
                targets.for_each(|target| walk.bind_target(target));
            }
            Stmt::Match(choice) => {
                for case in &choice.cases {
                    let at = walk.extent(&case.pattern);
                    let scope = &mut walk.scope;
                    names_of_pattern(&case.pattern, &mut |name| scope.bind(name, vec![Value::Other], at));
                }
            }
            Stmt::Delete(deletion) => {
                for target in &deletion.targets {
                    names_of_target(target, &mut |name| walk.scope.unbind(name));
                }
            }
            _ => {}
        }
    }
}

/// The body of a class.
struct Body<'c>(&'c mut Class);

impl Body<'_> {
    fn bind(&mut self, walk: &Walk<'_>, name: &str, member: Member) {
        let conditional = walk.scope.depth > 0;
        match self.0.members.get_mut(name) {
            // what may overwrite a member leaves it as concrete as the more concrete of the two
            Some(known) if conditional && !known.is_abstract => {}
            Some(known) => *known = Member { conditional: conditional && known.conditional, ..member },
            None => {
                self.0.members.insert(name.to_owned(), Member { conditional, ..member });
            }
        }
    }

    fn bind_targets(&mut self, walk: &Walk<'_>, target: &Expr, value: Option<&Expr>) {
        let at = walk.extent(target);
        let is_data = |value: &Expr| literal(value).is_some() && !value.is_lambda_expr();
        let kind = match value {
            Some(value) if target.is_name_expr() && is_data(value) => MemberKind::Data,
            _ => MemberKind::Attribute,
        };
        let mut names = Vec::new();
        names_of_target(target, &mut |name| names.push(name.to_owned()));
        for name in names {
            self.bind(walk, &name, Member { at, kind, is_abstract: false, conditional: false });
        }
    }
}

impl Taker for Body<'_> {
    fn take(&mut self, walk: &mut Walk<'_>, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                let is_abstract =
                    function.decorator_list.iter().any(|decorator| walk.is_abstract(&decorator.expression));
                let kind = if function.is_async { MemberKind::AsyncMethod } else { MemberKind::Method };
                let at = walk.extent(&function.name);
                self.bind(walk, function.name.as_str(), Member { at, kind, is_abstract, conditional: false });
            }
            Stmt::ClassDef(class) => {
                let (at, kind) = (walk.extent(&class.name), MemberKind::Attribute);
                let member = Member { at, kind, is_abstract: false, conditional: false };
                self.bind(walk, class.name.as_str(), member);
            }
            Stmt::Assign(assignment) => {
                for target in &assignment.targets {
                    self.bind_targets(walk, target, Some(&assignment.value));
                }
            }
            Stmt::AnnAssign(assignment) if assignment.value.is_some() => {
                self.bind_targets(walk, &assignment.target, assignment.value.as_deref());
            }
            Stmt::For(repeat) => self.bind_targets(walk, &repeat.target, None),
            Stmt::Delete(deletion) if walk.scope.depth == 0 => {
                for target in &deletion.targets {
                    names_of_target(target, &mut |name| {
                        self.0.members.remove(name);
                    });
                }
            }
            _ => {}
        }
    }
}
