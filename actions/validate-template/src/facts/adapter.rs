//! The template's adapter, as far as its source tells.

use python::{Abstractness, Class, ClassId, Classes, Derivation, Existence, PythonVersion, Value};

use super::PythonFile;
use crate::contract::Contract;

/// What the source of the adapter's module tells of its classes.
#[derive(Debug)]
pub struct AdapterClasses {
    /// Every class of the module.
    pub classes: Classes,
    /// The full names of the base class.
    pub roots: Vec<String>,
    /// The classes that are adapters and are not there for others to derive from.
    pub concrete: Vec<ClassId>,
    /// The adapters that lack what the base class leaves to them, with the names of that.
    pub unfinished: Vec<(ClassId, Vec<String>)>,
    /// Whether the source cannot tell of some class what it derives from.
    pub is_doubtful: bool,
    /// What the module's attribute is that the runtime asks for.
    pub chosen: Chosen,
}

/// What the attribute is that the runtime takes the adapter from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// The module does not have it.
    Absent,
    /// A class of the module.
    Class(ClassId),
    /// Something from elsewhere, or that only a run can tell.
    CannotTell,
    /// A built-in, such as `None` or `object`.
    NoClass,
}

impl AdapterClasses {
    /// Judges a module that was parsed; none where it is broken.
    #[must_use]
    pub fn of(file: &PythonFile, contract: &Contract) -> Option<Self> {
        let module = file.module.as_ref().ok()?;
        let version = contract.image.python.parse().unwrap_or(PythonVersion::three(11));
        let classes = module.classes(version);
        let adapter = &contract.adapter;
        let roots: Vec<String> =
            adapter.base_modules.iter().map(|module| format!("{module}.{}", adapter.base_class)).collect();
        let names: Vec<&str> = roots.iter().map(String::as_str).collect();
        let (mut concrete, mut unfinished, mut is_doubtful) = (Vec::new(), Vec::new(), false);
        for (class, derivation) in classes.deriving(&names) {
            match derivation {
                Derivation::No => {}
                Derivation::CannotTell => is_doubtful = true,
                Derivation::Yes if classes.names_of(class.id).is_empty() => {}
                Derivation::Yes => match classes.abstractness(class.id, &names) {
                    Abstractness::Left(left) if !classes.has_subclasses(class.id) => {
                        unfinished
                            .push((class.id, left.iter().map(|(name, _)| (*name).to_owned()).collect()));
                    }
                    Abstractness::Left(_) | Abstractness::Marked => {}
                    Abstractness::Concrete if classes.has_subclasses(class.id) => {}
                    Abstractness::Concrete => concrete.push(class.id),
                },
            }
        }
        let existence = module.outline().definitions.find(&adapter.attribute);
        let chosen = chosen(&classes, &adapter.attribute, &existence);
        Some(Self { classes, roots, concrete, unfinished, is_doubtful, chosen })
    }

    /// The class that the runtime would take, or would if the module named it.
    #[must_use]
    pub fn adapter(&self) -> Option<&Class> {
        match (self.chosen, self.concrete.as_slice()) {
            (Chosen::Class(id), _) => Some(self.classes.get(id)),
            (Chosen::Absent, [id]) => Some(self.classes.get(*id)),
            _ => None,
        }
    }

    /// Whether the adapter comes from a module that is not looked into.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.chosen == Chosen::CannotTell
    }

    /// Whether a class derives from the base class, as far as the source tells.
    #[must_use]
    pub fn derivation(&self, class: ClassId) -> Derivation {
        let roots: Vec<&str> = self.roots.iter().map(String::as_str).collect();
        let found = self.classes.deriving(&roots).into_iter().find(|(found, _)| found.id == class);
        found.map_or(Derivation::No, |(_, derivation)| derivation)
    }
}

fn chosen(classes: &Classes, attribute: &str, existence: &Existence) -> Chosen {
    let values = classes.attribute(attribute).map(|attribute| attribute.values.as_slice());
    match (existence, values) {
        (Existence::No, _) => Chosen::Absent,
        (_, Some([Value::Class(id)])) => Chosen::Class(*id),
        (_, Some([Value::Builtin(_)])) => Chosen::NoClass,
        _ => Chosen::CannotTell,
    }
}
