//! Code that changes its module's names by other means than statements at the top level.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_body, walk_expr, walk_stmt};
use ruff_python_ast::{Decorator, Expr, ExprCall, Stmt};

use crate::context::last_name;
use crate::definitions::flow::{Effect, Flow};

/// Looks through the whole module, functions too.
pub(super) fn find(body: &[Stmt], flow: &mut Flow, dynamic: &mut bool) {
    let mut meddling = Meddling { flow, dynamic, in_function: false };
    walk_body(&mut meddling, body);
}

struct Meddling<'f> {
    flow: &'f mut Flow,
    dynamic: &'f mut bool,
    in_function: bool,
}

impl Meddling<'_> {
    fn call(&mut self, call: &ExprCall) {
        let passes_namespace =
            call.arguments.iter_source_order().any(|argument| self.is_namespace(argument.value()));
        let runs_text = last_name(&call.func) == Some("exec") && call.arguments.len() == 1;
        let method = call.func.as_attribute_expr().filter(|method| self.is_namespace(&method.value));
        let writes =
            method.is_some_and(|method| !matches!(method.attr.as_str(), "get" | "keys" | "items" | "copy"));
        *self.dynamic |= passes_namespace || (runs_text && !self.in_function) || writes;
    }

    /// `globals()`, and `vars()` and `locals()` at the top level.
    fn is_namespace(&self, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        let name = call.func.as_name_expr().map(|name| name.id.as_str());
        match name {
            Some("globals") => true,
            Some("vars" | "locals") => !self.in_function && call.arguments.is_empty(),
            _ => false,
        }
    }
}

impl<'a> SourceOrderVisitor<'a> for Meddling<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Global(global) => {
                for name in &global.names {
                    self.flow.affect(name.as_str(), Effect::MayBind);
                }
            }
            // the members of the class become names of the module
            Stmt::ClassDef(class) => {
                let names = |decorator: &Decorator| last_name(&decorator.expression) == Some("global_enum");
                *self.dynamic |= class.decorator_list.iter().any(names);
                walk_stmt(self, statement);
            }
            Stmt::FunctionDef(_) => {
                let outside = std::mem::replace(&mut self.in_function, true);
                walk_stmt(self, statement);
                self.in_function = outside;
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => self.call(call),
            Expr::Subscript(item) if self.is_namespace(&item.value) => *self.dynamic |= !item.ctx.is_load(),
            // the module's own object: attributes are set on it, or another object takes its place
            Expr::Subscript(item)
                if last_name(&item.value) == Some("modules")
                    && last_name(&item.slice) == Some("__name__") =>
            {
                *self.dynamic = true;
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
