//! What classes are to each other.

use std::collections::BTreeSet;

use super::{Class, ClassId, Classes, Member, Value};
use crate::stdlib;

/// As many ancestors within the module as are looked at; a deeper family is told as one that cannot be judged.
const MOST_ANCESTORS: usize = 64;

/// Whether a class derives from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Derivation {
    /// On no way.
    No,
    /// It has a base of which the source of the module does not tell what it is.
    CannotTell,
    /// Directly, or through other classes of the module.
    Yes,
}

/// Whether a class has a member, looked up along its bases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// A class of the module defines it: this one, or the nearest base that does.
    Defined(&'a Class, &'a Member),
    /// None does.
    Absent,
    /// None of the module does, and it has a base of which the source does not tell what it defines.
    CannotTell,
}

/// Whether a class is there to be derived from only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abstractness<'a> {
    /// Nothing in the module keeps it from being instantiated.
    Concrete,
    /// It names `ABC` or `ABCMeta` itself, and no abstract method is left: the interpreter does not mind, its author may.
    Marked,
    /// These methods are left to subclasses, with their names.
    Left(Vec<(&'a str, &'a Member)>),
}

impl Classes {
    /// For every class whether it derives from one of `roots`, which are full names: `acme.base.Adapter`.
    ///
    /// A name that may stand for a root counts as the root: in `try: from acme import Base` with `except ImportError:
    /// Base = object`, what derives from `Base` derives from `acme.Base`.
    #[must_use]
    pub fn deriving(&self, roots: &[&str]) -> Vec<(&Class, Derivation)> {
        let mut known: Vec<Derivation> = Vec::with_capacity(self.all.len());
        for class in &self.all {
            let values = class.bases.iter().flat_map(|base| &base.values);
            let derivation = values.map(|value| match value {
                value if is_one_of(value, roots) => Derivation::Yes,
                // a class is made after its bases
                Value::Class(base) => known.get(base.0).copied().unwrap_or(Derivation::CannotTell),
                value if self.is_foreign(value) => Derivation::CannotTell,
                _ => Derivation::No,
            });
            known.push(derivation.max().unwrap_or(Derivation::No));
        }
        self.all.iter().zip(known).collect()
    }

    /// Looks up a member of a class as an instance would, except that `roots` define nothing: what they have is
    /// there to be overridden, and what stands behind a root does not override it.
    #[must_use]
    pub fn lookup(&self, class: ClassId, member: &str, roots: &[&str]) -> Lookup<'_> {
        let Some(line) = self.line(class, roots) else { return Lookup::CannotTell };
        let overriding: Vec<&Class> = line.into_iter().map_while(|class| class).collect();
        let defined = overriding.iter().find_map(|class| Some((*class, class.members.get(member)?)));
        if let Some((class, member)) = defined {
            return Lookup::Defined(class, member);
        }
        let mut bases = overriding.iter().flat_map(|class| &class.bases);
        let foreign = bases.any(|base| {
            let mut values = base.values.iter();
            !values.clone().any(|value| is_one_of(value, roots)) && values.any(|value| self.is_foreign(value))
        });
        if foreign { Lookup::CannotTell } else { Lookup::Absent }
    }

    /// Whether a class is there to be derived from only, as far as the classes of this module decide it; `roots` as
    /// in [`lookup`](Self::lookup).
    #[must_use]
    pub fn abstractness(&self, class: ClassId, roots: &[&str]) -> Abstractness<'_> {
        let own = self.get(class);
        let mut left = Vec::new();
        let mut seen = BTreeSet::new();
        for class in self.family(class, roots).unwrap_or_else(|| vec![own]) {
            for (name, member) in &class.members {
                if seen.insert(name.as_str()) && member.is_abstract {
                    left.push((name.as_str(), member));
                }
            }
        }
        if !left.is_empty() {
            return Abstractness::Left(left);
        }
        let bases = own.bases.iter().flat_map(|base| &base.values);
        let marks = ["abc.ABC", "abc.ABCMeta", "typing.Protocol", "typing_extensions.Protocol"];
        let marked = bases
            .chain(&own.metaclass)
            .any(|value| matches!(value, Value::Imported(name) if marks.contains(&name.as_str())));
        if marked { Abstractness::Marked } else { Abstractness::Concrete }
    }

    /// Whether other classes of the module derive from a class directly.
    #[must_use]
    pub fn has_subclasses(&self, class: ClassId) -> bool {
        let mut bases = self.all.iter().flat_map(|class| &class.bases).flat_map(|base| &base.values);
        bases.any(|value| *value == Value::Class(class))
    }

    /// A class and its ancestors in the module, in the order in which a member is looked up; none if there are too
    /// many. A base that may be a root is the root: its alternatives are for where the root is not installed.
    fn family(&self, class: ClassId, roots: &[&str]) -> Option<Vec<&Class>> {
        Some(self.line(class, roots)?.into_iter().flatten().collect())
    }

    /// The family, with none in the place of the roots.
    fn line(&self, class: ClassId, roots: &[&str]) -> Option<Vec<Option<&Class>>> {
        let mut visited = Vec::new();
        let mut open = vec![Some(class)];
        while let Some(next) = open.pop() {
            if visited.len() == MOST_ANCESTORS {
                return None;
            }
            visited.push(next);
            let Some(next) = next else { continue };
            for base in self.get(next).bases.iter().rev() {
                if base.values.iter().any(|value| is_one_of(value, roots)) {
                    open.push(None);
                    continue;
                }
                open.extend(base.values.iter().rev().filter_map(|value| match value {
                    Value::Class(base) => Some(Some(*base)),
                    _ => None,
                }));
            }
        }
        // of an ancestor reached on several ways the last place counts: it comes after all that derive from it
        let last = |at: &usize| !visited[at + 1..].contains(&visited[*at]);
        Some((0..visited.len()).filter(last).map(|at| visited[at].map(|class| self.get(class))).collect())
    }

    /// Whether something comes from where this module does not tell what it is. The standard library's is known.
    fn is_foreign(&self, value: &Value) -> bool {
        match value {
            Value::Imported(name) => {
                let top = name.split('.').next().unwrap_or_default();
                !stdlib::contains(top, self.version)
            }
            Value::Other => true,
            Value::Class(_) | Value::Module(_) | Value::Builtin(_) | Value::NoClass(_) => false,
        }
    }
}

fn is_one_of(value: &Value, roots: &[&str]) -> bool {
    matches!(value, Value::Imported(name) if roots.contains(&name.as_str()))
}
