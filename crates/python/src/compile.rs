//! What Python's compiler refuses although its grammar allows it: `return` outside a function, an argument twice.

use std::cell::RefCell;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_parameters, walk_stmt};
use ruff_python_ast::{Comprehension, Expr, PythonVersion, Stmt, StmtFor, StmtFunctionDef, StmtWhile};
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
};
use ruff_text_size::TextRange;

/// The first thing in source order that no version of Python compiles: its offset, and what is wrong.
pub(crate) fn first_refusal(text: &str, body: &[Stmt]) -> Option<(u32, String)> {
    let scopes = vec![Scope { kind: Kind::Module, loops: 0 }];
    let state =
        State { text, scopes, has_lazy_annotations: annotates_lazily(body), refused: RefCell::default() };
    let mut compilation = Compilation { checker: SemanticSyntaxChecker::new(), state };
    compilation.visit_body(body);
    let refused = compilation.state.refused.into_inner();
    let first = refused.into_iter().min_by_key(|error| error.range.start())?;
    Some((first.range.start().into(), first.to_string()))
}

/// Whether the file has `from __future__ import annotations`.
fn annotates_lazily(body: &[Stmt]) -> bool {
    body.iter().filter_map(Stmt::as_import_from_stmt).any(|import| {
        import.module.as_deref() == Some("__future__")
            && import.names.iter().any(|alias| alias.name.as_str() == "annotations")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Class,
    /// A function or a lambda.
    Function {
        is_async: bool,
    },
    /// A comprehension of a list, a set or a dictionary.
    Comprehension,
    /// A generator expression.
    Generator,
}

struct Scope {
    kind: Kind,
    /// How many loops are around, within the scope.
    loops: usize,
}

/// The walk's place, for the rules that ask where a node stands.
struct State<'a> {
    text: &'a str,
    scopes: Vec<Scope>,
    has_lazy_annotations: bool,
    refused: RefCell<Vec<SemanticSyntaxError>>,
}

struct Compilation<'a> {
    checker: SemanticSyntaxChecker,
    state: State<'a>,
}

impl State<'_> {
    fn kind(&self) -> Kind {
        self.scopes.last().map_or(Kind::Module, |scope| scope.kind)
    }

    /// The scopes from the innermost to the outermost.
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.scopes.iter().rev().map(|scope| scope.kind)
    }

    /// The innermost scope that is no comprehension.
    fn owner(&self) -> Kind {
        let mut owners = self.kinds().filter(|kind| !matches!(kind, Kind::Comprehension | Kind::Generator));
        owners.next().unwrap_or(Kind::Module)
    }
}

impl SemanticSyntaxContext for State<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.has_lazy_annotations
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        None
    }

    /// The newest: what only older versions refuse is syntax of the newer ones.
    fn python_version(&self) -> PythonVersion {
        PythonVersion::PY314
    }

    fn source(&self) -> &str {
        self.text
    }

    fn global(&self, _name: &str) -> Option<TextRange> {
        None
    }

    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        true
    }

    fn in_async_context(&self) -> bool {
        self.owner() == Kind::Function { is_async: true }
    }

    fn in_await_allowed_context(&self) -> bool {
        matches!(self.owner(), Kind::Function { .. })
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(self.kind(), Kind::Function { .. })
    }

    fn in_sync_comprehension(&self) -> bool {
        false
    }

    fn in_class_body_comprehension(&self) -> bool {
        self.kind() != Kind::Class && self.owner() == Kind::Class
    }

    fn in_module_scope(&self) -> bool {
        self.kind() == Kind::Module
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.kind(), Kind::Function { .. })
    }

    fn in_generator_context(&self) -> bool {
        self.kinds()
            .take_while(|kind| matches!(kind, Kind::Comprehension | Kind::Generator))
            .any(|kind| kind == Kind::Generator)
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        self.refused.borrow_mut().push(error);
    }

    fn in_loop_context(&self) -> bool {
        self.scopes.last().is_some_and(|scope| scope.loops > 0)
    }

    fn is_bound_parameter(&self, _name: &str) -> bool {
        false
    }
}

impl Compilation<'_> {
    fn within(&mut self, kind: Kind, walk: impl FnOnce(&mut Self)) {
        self.state.scopes.push(Scope { kind, loops: 0 });
        walk(self);
        self.state.scopes.pop();
    }

    fn repeated(&mut self, body: &[Stmt]) {
        let change = |scope: Option<&mut Scope>, loops: fn(usize) -> usize| {
            if let Some(scope) = scope {
                scope.loops = loops(scope.loops);
            }
        };
        change(self.state.scopes.last_mut(), |loops| loops + 1);
        self.visit_body(body);
        change(self.state.scopes.last_mut(), |loops| loops - 1);
    }

    /// Decorators, defaults and annotations run where the function is defined.
    fn function(&mut self, function: &StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(parameters) = &function.type_params {
            self.visit_type_params(parameters);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        let kind = Kind::Function { is_async: function.is_async };
        self.within(kind, |compilation| compilation.visit_body(&function.body));
    }

    /// All of a comprehension runs in a scope of its own but what it first iterates over.
    fn comprehension(&mut self, kind: Kind, elements: &[&Expr], generators: &[Comprehension]) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.within(kind, |compilation| {
            for (index, generator) in generators.iter().enumerate() {
                if index > 0 {
                    compilation.visit_expr(&generator.iter);
                }
                compilation.visit_expr(&generator.target);
                for condition in &generator.ifs {
                    compilation.visit_expr(condition);
                }
            }
            for element in elements {
                compilation.visit_expr(element);
            }
        });
    }
}

impl<'a> Visitor<'a> for Compilation<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.checker.visit_stmt(statement, &self.state);
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(parameters) = &class.type_params {
                    self.visit_type_params(parameters);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.within(Kind::Class, |compilation| compilation.visit_body(&class.body));
            }
            Stmt::For(StmtFor { target, iter, body, orelse, .. }) => {
                self.visit_expr(iter);
                self.visit_expr(target);
                self.repeated(body);
                self.visit_body(orelse);
            }
            Stmt::While(StmtWhile { test, body, orelse, .. }) => {
                self.visit_expr(test);
                self.repeated(body);
                self.visit_body(orelse);
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.checker.visit_expr(expr, &self.state);
        match expr {
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    walk_parameters(self, parameters);
                }
                self.within(Kind::Function { is_async: false }, |inner| inner.visit_expr(&lambda.body));
            }
            Expr::ListComp(list) => self.comprehension(Kind::Comprehension, &[&list.elt], &list.generators),
            Expr::SetComp(set) => self.comprehension(Kind::Comprehension, &[&set.elt], &set.generators),
            Expr::Generator(all) => self.comprehension(Kind::Generator, &[&all.elt], &all.generators),
            Expr::DictComp(pairs) => {
                let elements: Vec<&Expr> =
                    pairs.key.iter().map(|key| &**key).chain([&*pairs.value]).collect();
                self.comprehension(Kind::Comprehension, &elements, &pairs.generators);
            }
            _ => walk_expr(self, expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::module::Module;

    fn refusal(source: &str) -> Option<String> {
        let error = Module::parse("m.py", source.as_bytes().to_vec()).err()?;
        Some(error.position.to_string())
    }

    #[test]
    fn what_python_never_compiles_is_refused_at_its_place() {
        for (source, place) in [
            ("return 1\n", "1:1"),
            ("class C:\n    return 1\n", "2:5"),
            ("x = 1\nbreak\n", "2:1"),
            ("for x in y:\n    def f():\n        continue\n", "3:9"),
            ("for x in y:\n    pass\nelse:\n    break\n", "4:5"),
            ("def f(a, a): ...\n", "1:10"),
            ("f(a=1, a=2)\n", "1:8"),
            ("yield 1\n", "1:1"),
            ("await x\n", "1:1"),
            ("def f():\n    await x\n", "2:5"),
            ("class C:\n    x = [(yield 1) for y in z]\n", "2:11"),
            ("def f():\n    from a import *\n", "2:5"),
            ("import a\nfrom __future__ import annotations\n", "2:1"),
            ("from __future__ import nothing\n", "1:24"),
            ("match x:\n    case _: ...\n    case 1: ...\n", "2:10"),
            ("a, *b, *c = x\n", "1:1"),
            ("__debug__ = 1\n", "1:1"),
        ] {
            assert_eq!(refusal(source).as_deref(), Some(place), "{source:?}");
        }
    }

    #[test]
    fn what_python_compiles_is_accepted() {
        for source in [
            "def f():\n    return 1\nf2 = lambda: (yield)\n",
            "for x in y:\n    if x:\n        break\nelse:\n    pass\n",
            "while x:\n    for y in z:\n        pass\n    else:\n        continue\n",
            "async def f():\n    @d(await x)\n    def g(a=await y): ...\n    return [await a for a in b]\n",
            "async def f():\n    return {k: await v async for k, v in z if await k}\n",
            "async def f():\n    return (await a for a in b)\n",
            "def f():\n    return (a async for a in b if await a)\n",
            "def f():\n    x = [a for a in (yield)]\n    yield from x\n",
            "'doc'\nfrom __future__ import annotations\nimport a\n",
            "class C:\n    x = [y for y in z]\n    def f(self, a=[i for i in z]): ...\n",
        ] {
            assert_eq!(refusal(source), None, "{source:?}");
        }
    }
}
