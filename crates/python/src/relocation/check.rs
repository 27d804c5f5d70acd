//! The proof that a rewrite did what was meant and nothing else.
//!
//! The original tree is changed by the rules, node by node, and compared with the tree that the written bytes
//! parse to. The two ways share the rules' inputs and nothing of the editing of bytes.

use std::borrow::Cow;

use ruff_python_ast::comparable::ComparableStmt;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::transformer::{Transformer, walk_f_string, walk_stmt, walk_string_literal};
use ruff_python_ast::{
    Alias, AtomicNodeIndex, FString, Identifier, InterpolatedStringElement, InterpolatedStringLiteralElement,
    Stmt, StringFlags as _, StringLiteral,
};
use ruff_text_size::{Ranged as _, TextRange};

use crate::relocation::Relocation;
use crate::syntax::Tree;

/// Turns a tree into the one that its rewrite is to have.
pub(super) fn expect(tree: &mut Tree, relocation: &Relocation, strings: &[u32]) {
    let expectation = Expectation { relocation, strings };
    tree.change(|body| {
        for statement in body {
            expectation.visit_stmt(statement);
        }
    });
}

/// Where the second tree first differs from the first, apart from places and layout.
pub(super) fn first_difference(expected: &Tree, found: &Tree) -> Option<u32> {
    expected.walk(|expected| {
        found.walk(|found| {
            let differing = expected
                .iter()
                .zip(found)
                .find(|(expected, found)| ComparableStmt::from(*expected) != ComparableStmt::from(*found));
            let longer = expected.len() != found.len();
            differing
                .map(|(_, found)| found.start().into())
                .or_else(|| longer.then(|| found.last().map_or(0, |last| last.end().into())))
        })
    })
}

struct Expectation<'a> {
    relocation: &'a Relocation,
    strings: &'a [u32],
}

impl Expectation<'_> {
    fn moves(&self, module: &str) -> bool {
        self.relocation.moves(module.split('.').next().unwrap_or_default())
    }

    fn moved(&self, name: &str) -> String {
        format!("{}.{name}", self.relocation.package())
    }

    fn import(&self, alias: Alias) -> Vec<Alias> {
        let name = alias.name.as_str();
        if !self.moves(name) {
            return vec![alias];
        }
        let top = name.split('.').next().unwrap_or_default();
        let bound = alias.asname.clone().unwrap_or_else(|| identifier(top));
        let whole = aliased(&self.moved(name), bound);
        if alias.asname.is_some() || name == top {
            vec![whole]
        } else {
            vec![whole, aliased(&self.moved(top), identifier(top))]
        }
    }

    /// The value of a string whose contents begin at `start`.
    fn string<'s>(&self, start: u32, value: &'s str) -> Cow<'s, str> {
        match self.strings.binary_search(&start) {
            Ok(_) => self.moved(value).into(),
            Err(_) => value.into(),
        }
    }
}

impl Transformer for Expectation<'_> {
    fn visit_stmt(&self, statement: &mut Stmt) {
        match statement {
            Stmt::Import(import) => {
                let names = std::mem::take(&mut import.names);
                import.names = names.into_iter().flat_map(|alias| self.import(alias)).collect();
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                if let Some(module) = import.module.as_mut().filter(|module| self.moves(module.as_str())) {
                    module.id = Name::new(self.moved(module.as_str()));
                }
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_string_literal(&self, literal: &mut StringLiteral) {
        let start = literal.start() + literal.flags.opener_len();
        if let Cow::Owned(value) = self.string(start.into(), &literal.value) {
            literal.value = value.into();
        }
        walk_string_literal(self, literal);
    }

    fn visit_f_string(&self, formatted: &mut FString) {
        let start = formatted.start() + formatted.flags.opener_len();
        if self.strings.binary_search(&start.into()).is_ok() {
            let mut elements = formatted.elements.to_vec();
            if let Some(InterpolatedStringElement::Literal(literal)) = elements.first_mut() {
                literal.value = self.moved(&literal.value).into();
            } else {
                elements.insert(0, literal_element(&self.moved("")));
            }
            formatted.elements = elements.into();
        }
        walk_f_string(self, formatted);
    }
}

fn literal_element(value: &str) -> InterpolatedStringElement {
    InterpolatedStringElement::Literal(InterpolatedStringLiteralElement {
        range: TextRange::default(),
        node_index: AtomicNodeIndex::NONE,
        value: value.into(),
    })
}

fn identifier(name: &str) -> Identifier {
    Identifier::new(name, TextRange::default())
}

fn aliased(name: &str, bound: Identifier) -> Alias {
    Alias {
        range: TextRange::default(),
        node_index: AtomicNodeIndex::NONE,
        name: identifier(name),
        asname: Some(bound),
    }
}
