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
use crate::source::Source;
use crate::syntax::Tree;

/// A rewrite that is to be proven.
pub(super) struct Rewrite<'a> {
    pub(super) relocation: &'a Relocation,
    /// The file as it was, and as it was written.
    pub(super) before: &'a Source,
    pub(super) after: &'a Source,
    /// What was inserted, by ascending offset.
    pub(super) insertions: &'a [(u32, String)],
    /// The offsets, among those, that lie in strings; ascending.
    pub(super) strings: &'a [u32],
}

impl Rewrite<'_> {
    /// Where the tree of the result first differs from the one that was meant, apart from places and layout. The tree
    /// of the file as it was is changed into that one.
    ///
    /// A statement whose bytes were left is the same one, wherever it stands now: it is not looked into.
    pub(super) fn first_difference(&self, was: &mut Tree, is: &Tree) -> Option<u32> {
        let expectation = Expectation { relocation: self.relocation, strings: self.strings };
        was.change(|was| {
            is.walk(|is| {
                let mut inserted = Inserted { ahead: self.insertions, length: 0 };
                for (was, is) in was.iter_mut().zip(is) {
                    if !self.is_untouched(was, is, &mut inserted) {
                        expectation.visit_stmt(was);
                        if ComparableStmt::from(&*was) != ComparableStmt::from(is) {
                            return Some(is.start().into());
                        }
                    }
                }
                let longer = was.len() != is.len();
                longer.then(|| is.last().map_or(0, |last| last.end().into()))
            })
        })
    }

    /// Whether a statement of the result is one of the file, byte for byte, at the place where it must be.
    fn is_untouched(&self, was: &Stmt, is: &Stmt, inserted: &mut Inserted<'_>) -> bool {
        let before = (u32::from(was.start()), u32::from(was.end()));
        let after = (u32::from(is.start()), u32::from(is.end()));
        let moved_by = inserted.before(before.0);
        moved_by == inserted.before(before.1)
            && (before.0 + moved_by, before.1 + moved_by) == after
            && self.before.slice(before) == self.after.slice(after)
    }
}

/// How much was inserted, asked in ascending order.
struct Inserted<'a> {
    ahead: &'a [(u32, String)],
    length: u32,
}

impl Inserted<'_> {
    /// How many bytes were inserted before this offset, or right at it.
    fn before(&mut self, offset: u32) -> u32 {
        while let Some(((at, text), rest)) = self.ahead.split_first()
            && *at <= offset
        {
            self.length += u32::try_from(text.len()).unwrap_or(u32::MAX);
            self.ahead = rest;
        }
        self.length
    }
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
