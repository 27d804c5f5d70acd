//! Where a module's strings stand.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal, walk_body};
use ruff_python_ast::{AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::classes::Extent;
use crate::module::Module;

impl Module {
    /// Every string, docstrings among them, in source order: what looks like a comment in one is none.
    #[must_use]
    pub fn strings(&self) -> Vec<Extent> {
        let mut found = self.tree.walk(|body: &[Stmt]| {
            let mut strings = Strings::default();
            walk_body(&mut strings, body);
            strings.found
        });
        found.sort_unstable_by_key(Ranged::start);
        let extent = |range: TextRange| {
            let (start, end) = (range.start().into(), range.end().into());
            Extent { position: self.source.position(start), start, end }
        };
        found.into_iter().map(extent).collect()
    }
}

#[derive(Default)]
struct Strings {
    found: Vec<TextRange>,
}

impl<'a> SourceOrderVisitor<'a> for Strings {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let is_string = matches!(
            node,
            AnyNodeRef::ExprStringLiteral(_)
                | AnyNodeRef::ExprBytesLiteral(_)
                | AnyNodeRef::ExprFString(_)
                | AnyNodeRef::ExprTString(_)
        );
        if is_string {
            self.found.push(node.range());
            return TraversalSignal::Skip;
        }
        TraversalSignal::Traverse
    }
}
