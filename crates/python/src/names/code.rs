//! Text that is run as code.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr};
use ruff_python_ast::{Expr, InterpolatedStringElement};
use ruff_text_size::Ranged as _;

use crate::names::Code;

/// The strings in what is run: `dedent("…")`, `f"import {name}"`.
pub(super) fn strings(source: &Expr) -> Vec<Code> {
    let mut strings = Strings(Vec::new());
    strings.visit_expr(source);
    strings.0
}

struct Strings(Vec<Code>);

impl<'a> SourceOrderVisitor<'a> for Strings {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let text = match expr {
            Expr::StringLiteral(literal) => literal.value.chars().collect(),
            Expr::FString(formatted) => {
                let literals = formatted.value.elements().filter_map(InterpolatedStringElement::as_literal);
                // what is put in between may end a word
                literals.map(|literal| &*literal.value).collect::<Vec<_>>().join("\0")
            }
            _ => String::new(),
        };
        if !text.is_empty() {
            self.0.push(Code { span: (expr.start().into(), expr.end().into()), text });
        }
        walk_expr(self, expr);
    }
}

impl Code {
    /// The words in it that could be names.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(|one: char| !one.is_alphanumeric() && one != '_').filter(|word| !word.is_empty())
    }
}
