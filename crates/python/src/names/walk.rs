use std::collections::BTreeSet;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_body, walk_expr, walk_stmt};
use ruff_python_ast::{Arguments, CmpOp, Expr, ExprAttribute, ExprCall, ExprName, Stmt};
use ruff_text_size::Ranged;

use crate::aliases::Aliases;
use crate::names::code::strings;
use crate::names::table::{Parameter, Role, SYS_MODULES, known, parameters};
use crate::names::{Anchor, Computed, HandedOn, Leading, LookAlike, Mention, Names};

/// Reads the strings of a module that name modules.
pub(crate) fn walk(body: &[Stmt], aliases: &Aliases, is_package: bool) -> Names {
    let mut walk = Walk {
        aliases,
        is_package,
        in_annotation: false,
        understood: BTreeSet::new(),
        found: Names::default(),
    };
    walk_body(&mut walk, body);
    let mut found = walk.found;
    found.mentions.sort_by_key(|mention| mention.span);
    found.mentions.dedup_by_key(|mention| mention.span);
    found.computed.sort_by_key(|computed| computed.span);
    found.computed.dedup_by_key(|computed| computed.span);
    found.look_alikes.retain(|look_alike| {
        found.mentions.binary_search_by_key(&look_alike.span, |mention| mention.span).is_err()
    });
    found
}

struct Walk<'a> {
    aliases: &'a Aliases,
    /// Whether the file is an `__init__.py`, whose `__name__` is its package.
    is_package: bool,
    in_annotation: bool,
    /// Where functions and `sys.modules` stand that are called or asked, and not handed on.
    understood: BTreeSet<(u32, u32)>,
    found: Names,
}

impl Walk<'_> {
    fn call(&mut self, call: &ExprCall) {
        for function in self.aliases.resolve(&call.func) {
            for parameter in parameters(&function) {
                self.understood.insert(span_of(&*call.func));
                self.argument(call, parameter);
            }
            self.keys_of_sys_modules(call, &function);
        }
        self.got_by_name(call);
    }

    /// `getattr(importlib, "import_module")`
    fn got_by_name(&mut self, call: &ExprCall) {
        let (Expr::Name(function), [object, Expr::StringLiteral(name), ..]) =
            (&*call.func, &*call.arguments.args)
        else {
            return;
        };
        if function.id.as_str() == "getattr" {
            let full = |object: String| known(&format!("{object}.{}", name.value));
            let found = self.aliases.resolve(object).into_iter().find_map(full);
            self.handed_on(found, span_of(call));
        }
    }

    fn handed_on(&mut self, function: Option<&'static str>, span: (u32, u32)) {
        if let Some(function) = function {
            self.found.handed_on.push(HandedOn { function, span });
        }
    }

    fn argument(&mut self, call: &ExprCall, parameter: &Parameter) {
        let &Parameter { function, position, keyword, role } = parameter;
        if role == Role::Code {
            let source = call.arguments.find_argument_value(keyword, position);
            return self.found.code.extend(source.into_iter().flat_map(strings));
        }
        let Some(argument) = call.arguments.find_argument_value(keyword, position) else {
            // `import_module(*names)`: the name is somewhere in there
            if position == 0 && !matches!(role, Role::Target) && is_unpacked(&call.arguments) {
                let span = span_of(&call.arguments);
                self.found.computed.push(Computed { role, function, span, name: None });
            }
            return;
        };
        let anchor = parameters(function)
            .find(|other| other.role == Role::Anchor)
            .and_then(|other| call.arguments.find_argument_value(other.keyword, other.position))
            .and_then(|package| self.anchor(package));
        self.named(argument, role, function, anchor);
    }

    /// Takes up an expression in a place where a module's name is expected.
    fn named(&mut self, expr: &Expr, role: Role, function: &'static str, anchor: Option<Anchor>) {
        let span = span_of(expr);
        match Leading::of(expr) {
            Some(name) if name.whole && role == Role::Prefix && name.text.is_empty() => {}
            Some(name) if name.whole => {
                self.found.mentions.push(Mention { role, function, span, name, anchor });
            }
            // an object to be patched, or a package that only the program knows
            None if matches!(role, Role::Target | Role::Anchor) => {}
            // the module itself: always right
            None if matches!(role, Role::Key | Role::Import | Role::Probe) && is_own_name(expr) => {}
            // `package.__name__ + "."`, and what its f-string begins with
            None if role == Role::Prefix && begins_with_own_name(expr) => {}
            Some(name) if role == Role::Prefix && name.text.is_empty() && begins_with_own_name(expr) => {}
            name => self.found.computed.push(Computed { role, function, span, name }),
        }
    }

    fn anchor(&self, package: &Expr) -> Option<Anchor> {
        match package {
            Expr::Name(name) if name.id.as_str() == "__package__" => Some(Anchor::Here),
            Expr::Name(name) if name.id.as_str() == "__name__" && self.is_package => Some(Anchor::Here),
            _ => Leading::of(package).filter(|name| name.whole).map(|name| Anchor::Package(name.text)),
        }
    }

    /// The functions that take `sys.modules` itself, or many of its keys.
    fn keys_of_sys_modules(&mut self, call: &ExprCall, function: &str) {
        let argument = |keyword, position| call.arguments.find_argument_value(keyword, position);
        match function {
            "sys.modules.update" => self.keys_of_dict(argument("other", 0)),
            "monkeypatch.setitem" | "monkeypatch.delitem" => {
                if let (Some(dictionary), Some(key)) = (argument("dic", 0), argument("name", 1))
                    && self.asks_sys_modules(dictionary)
                {
                    self.named(key, Role::Key, SYS_MODULES, None);
                }
            }
            _ if function.ends_with("patch.dict") => {
                let named =
                    |expr| Leading::of(expr).is_some_and(|name| name.whole && name.text == SYS_MODULES);
                if argument("in_dict", 0).is_some_and(|expr| named(expr) || self.asks_sys_modules(expr)) {
                    self.keys_of_dict(argument("values", 1));
                }
            }
            _ => {}
        }
    }

    fn keys_of_dict(&mut self, dictionary: Option<&Expr>) {
        let Some(Expr::Dict(dictionary)) = dictionary else { return };
        for key in dictionary.items.iter().filter_map(|item| item.key.as_ref()) {
            self.named(key, Role::Key, SYS_MODULES, None);
        }
    }

    /// Whether an expression whose keys are read is `sys.modules`.
    fn asks_sys_modules(&mut self, expr: &Expr) -> bool {
        let is = self.aliases.resolve(expr).iter().any(|name| name == SYS_MODULES);
        if is {
            self.understood.insert(span_of(expr));
        }
        is
    }

    /// `["python", "-m", "module"]`, in a list or in the arguments of a call.
    fn after_dash_m(&mut self, items: &[Expr]) {
        for pair in items.windows(2) {
            let [Expr::StringLiteral(option), Expr::StringLiteral(module)] = pair else { continue };
            if option.value == *"-m" {
                self.look_alike(module.range(), module.value.chars().collect());
            }
        }
    }

    fn look_alike(&mut self, range: ruff_text_size::TextRange, text: String) {
        let span = (range.start().into(), range.end().into());
        self.found.look_alikes.push(LookAlike { span, text });
    }
}

impl<'a> SourceOrderVisitor<'a> for Walk<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            // a docstring, or a comment in the guise of a string
            Stmt::Expr(expression) if expression.value.is_string_literal_expr() => {}
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_annotation(&mut self, annotation: &'a Expr) {
        // the rewrite keeps the names that a quoted annotation uses
        let outside = std::mem::replace(&mut self.in_annotation, true);
        walk_expr(self, annotation);
        self.in_annotation = outside;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                self.call(call);
                self.after_dash_m(&call.arguments.args);
            }
            Expr::Subscript(subscript) if self.asks_sys_modules(&subscript.value) => {
                self.named(&subscript.slice, Role::Key, SYS_MODULES, None);
            }
            Expr::Compare(comparison) => {
                let left = std::iter::once(&*comparison.left).chain(&comparison.comparators);
                let pairs = left.zip(&comparison.comparators).zip(&comparison.ops);
                for ((left, right), op) in pairs {
                    if matches!(op, CmpOp::In | CmpOp::NotIn) && self.asks_sys_modules(right) {
                        self.named(left, Role::Key, SYS_MODULES, None);
                    }
                }
            }
            Expr::Name(ExprName { ctx, .. }) | Expr::Attribute(ExprAttribute { ctx, .. }) => {
                let names = self.aliases.resolve(expr);
                if !names.is_empty() {
                    if ctx.is_load() && !self.understood.remove(&span_of(expr)) {
                        self.handed_on(names.iter().find_map(|name| known(name)), span_of(expr));
                    }
                    // within are but parts of the name
                    return;
                }
            }
            Expr::List(list) => self.after_dash_m(&list.elts),
            Expr::Tuple(tuple) => self.after_dash_m(&tuple.elts),
            Expr::StringLiteral(literal) if !self.in_annotation => {
                let text = || literal.value.chars();
                if text().any(|character| matches!(character, '.' | ':')) && text().all(is_path_character) {
                    self.look_alike(literal.range(), text().collect());
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Characters of `package.module:attribute`.
fn is_path_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | ':')
}

/// `__name__`, `__package__`, `cls.__module__`, `module.__name__`: the names of what is there, wherever it has moved.
fn is_own_name(expr: &Expr) -> bool {
    matches!(crate::context::last_name(expr), Some("__name__" | "__package__" | "__module__"))
}

/// `package.__name__ + "."`, `f"{__name__}."`.
fn begins_with_own_name(expr: &Expr) -> bool {
    match expr {
        Expr::BinOp(sum) => begins_with_own_name(&sum.left),
        Expr::FString(formatted) => {
            let first = formatted.value.elements().next().and_then(|element| element.as_interpolation());
            first.is_some_and(|first| is_own_name(&first.expression))
        }
        _ => is_own_name(expr),
    }
}

/// Whether some of the arguments are a list or a dictionary that only the program knows.
fn is_unpacked(arguments: &Arguments) -> bool {
    arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
}

fn span_of(node: &impl Ranged) -> (u32, u32) {
    (node.start().into(), node.end().into())
}
