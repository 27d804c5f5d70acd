//! The classes of a module: what they derive from, what they define, and under which names the module has them.

mod judge;
mod scope;
mod walk;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::module::Module;
use crate::position::Position;
use crate::version::PythonVersion;

pub use judge::{Abstractness, Derivation, Lookup};

/// The classes that importing a module makes, and what its names stand for afterwards.
///
/// The module is read as the interpreter of one version runs it on import: code under `TYPE_CHECKING`, under
/// `if __name__ == "__main__"` and for other versions does not count. Where ways through the module differ, as in
/// `try: … except ImportError: …`, a name stands for everything that one of them gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Classes {
    pub(super) version: PythonVersion,
    pub(super) all: Vec<Class>,
    pub(super) attributes: BTreeMap<String, Attribute>,
}

/// Which class of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ClassId(pub(super) usize);

/// A stretch of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// Where it begins, as an editor shows it.
    pub position: Position,
    /// The offset of its first byte in the decoded text, which for UTF-8 is the file, byte order mark included.
    pub start: u32,
    /// The offset after its last byte.
    pub end: u32,
}

/// A class statement at the top of a module, or in a block there that runs on import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Which one it is.
    pub id: ClassId,
    /// The name in the statement.
    pub name: String,
    /// Where the name stands.
    pub at: Extent,
    /// What it derives from, in order.
    pub bases: Vec<Base>,
    /// What `metaclass=` may stand for; empty without one.
    pub metaclass: Vec<Value>,
    /// What its body binds, by name.
    pub members: BTreeMap<String, Member>,
    /// Whether only some ways through the module make it.
    pub conditional: bool,
}

/// An argument in a class statement's brackets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Base {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub at: Extent,
    /// What it may stand for; never empty.
    pub values: Vec<Value>,
}

/// A method, or another name that a class body binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Where its name stands.
    pub at: Extent,
    /// What binds it.
    pub kind: MemberKind,
    /// Whether an `@abstractmethod` leaves it to subclasses.
    pub is_abstract: bool,
    /// Whether only some ways through the class body bind it.
    pub conditional: bool,
}

/// What binds a name in a class body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberKind {
    /// `def`.
    Method,
    /// `async def`.
    AsyncMethod,
    /// A value that cannot be called: `setup = None`.
    Data,
    /// Anything else: `setup = shared_setup`.
    Attribute,
}

/// What a name stands for, as far as the source tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A class of this module.
    Class(ClassId),
    /// A module or an attribute of one, by the name under which it was imported in full:
    /// `acme.base.Adapter`, `.base.Adapter` after `from .base import Adapter`.
    Imported(String),
    /// A module itself, by its full name: `os` after `import os as system`.
    Module(String),
    /// A name that the module does not bind: `object`.
    Builtin(String),
    /// What is evidently no class, in words: a string, a function, an instance.
    NoClass(String),
    /// Something else, such as the result of a call.
    Other,
}

/// A name of the module after its import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// What it may stand for; never empty. Whether it is bound at all, [`Definitions`](crate::Definitions) tell.
    pub values: Vec<Value>,
    /// Where it is bound last.
    pub at: Extent,
}

impl Module {
    /// The module's classes, as an interpreter of this version makes them.
    #[must_use]
    pub fn classes(&self, version: PythonVersion) -> Classes {
        self.tree.walk(|body| walk::classes(&self.source, body, version))
    }
}

impl Classes {
    /// Every class, in the order in which they are made.
    #[must_use]
    pub fn all(&self) -> &[Class] {
        &self.all
    }

    /// One class of this module; an id of another module names another class, or none.
    #[must_use]
    pub fn get(&self, id: ClassId) -> &Class {
        &self.all[id.0]
    }

    /// What a name of the module stands for, if a statement binds it. A `from … import *` binds none that is told here.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.get(name)
    }

    /// Every name that a statement binds, in alphabetical order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.attributes.iter().map(|(name, attribute)| (name.as_str(), attribute))
    }

    /// The names under which the module has a class, in alphabetical order; none for one that is overwritten.
    #[must_use]
    pub fn names_of(&self, class: ClassId) -> Vec<&str> {
        let has = |attribute: &Attribute| attribute.values.contains(&Value::Class(class));
        self.attributes
            .iter()
            .filter(|(_, attribute)| has(attribute))
            .map(|(name, _)| name.as_str())
            .collect()
    }
}
