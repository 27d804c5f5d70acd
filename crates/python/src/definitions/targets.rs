//! The names that expressions and patterns bind.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_pattern};
use ruff_python_ast::{Expr, Pattern, PatternMatchAs, PatternMatchMapping, PatternMatchStar};

/// The names of an assignment's target: `a`, `(a, *b)`, `[a, b]`. Attributes and items bind no name.
pub(crate) fn names_of_target(target: &Expr, bind: &mut impl FnMut(&str)) {
    match target {
        Expr::Name(name) => bind(name.id.as_str()),
        Expr::Starred(starred) => names_of_target(&starred.value, bind),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| names_of_target(element, bind)),
        Expr::List(list) => list.elts.iter().for_each(|element| names_of_target(element, bind)),
        _ => {}
    }
}

/// The names that `case` binds.
pub(crate) fn names_of_pattern(pattern: &Pattern, bind: &mut impl FnMut(&str)) {
    struct Captures<'b, B>(&'b mut B);
    impl<'a, B: FnMut(&str)> SourceOrderVisitor<'a> for Captures<'_, B> {
        fn visit_pattern(&mut self, pattern: &'a Pattern) {
            match pattern {
                Pattern::MatchAs(PatternMatchAs { name: Some(name), .. })
                | Pattern::MatchStar(PatternMatchStar { name: Some(name), .. })
                | Pattern::MatchMapping(PatternMatchMapping { rest: Some(name), .. }) => {
                    (self.0)(name.as_str());
                }
                _ => {}
            }
            walk_pattern(self, pattern);
        }
    }
    Captures(bind).visit_pattern(pattern);
}

/// The names that `:=` binds in an expression that is evaluated on import.
pub(super) fn names_of_walrus(expr: &Expr, bind: &mut impl FnMut(&str)) {
    struct Walrus<'b, B>(&'b mut B);
    impl<'a, B: FnMut(&str)> SourceOrderVisitor<'a> for Walrus<'_, B> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Lambda(_) => return,
                Expr::Named(named) => names_of_target(&named.target, self.0),
                _ => {}
            }
            walk_expr(self, expr);
        }
    }
    Walrus(bind).visit_expr(expr);
}
