//! The template's adapter, as far as its source tells.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use python::{Abstractness, Class, ClassId, Classes, Derivation, Extent};

use super::program::{Meaning, Program, class_of};
use super::{Facts, PythonFile};
use crate::contract::Contract;

/// What the source of the adapter's module tells of its classes, and those of the modules that it takes them from.
#[derive(Debug)]
pub struct AdapterClasses<'a> {
    /// The module that makes the class which the attribute is: the adapter's own, or one that it imports from.
    pub file: &'a PythonFile,
    /// Whether that is another module than the adapter's.
    pub is_imported: bool,
    /// Every class of that module.
    pub classes: Rc<Classes>,
    /// The full names of the base class.
    pub roots: Vec<String>,
    /// The classes that are adapters and are not there for others to derive from; of those that share one name, of
    /// which the module has one at a time, the last.
    pub concrete: Vec<ClassId>,
    /// The adapters that lack what the base class leaves to them, with the names of that.
    pub unfinished: Vec<(ClassId, Vec<String>)>,
    /// Whether the source cannot tell of some class what it derives from.
    pub is_doubtful: bool,
    /// What the module's attribute is that the runtime asks for.
    pub chosen: Chosen,
    /// Where the adapter's module binds that attribute last.
    pub bound_at: Option<Extent>,
    derivations: Vec<Derivation>,
}

/// What the attribute is that the runtime takes the adapter from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// The module does not have it.
    Absent,
    /// It is imported from a module of the template, by its path, that does not have this name.
    Missing(String, String),
    /// A class of [`AdapterClasses::file`]; several where the module's ways differ.
    Classes(Vec<ClassId>),
    /// Something from elsewhere, or that only a run can tell.
    CannotTell,
    /// What is evidently no class, in words: `a string`.
    NoClass(String),
}

impl<'a> AdapterClasses<'a> {
    /// Judges the adapter's module; none where there is none, or where it is broken.
    #[must_use]
    pub fn of(facts: &'a Facts, contract: &Contract) -> Option<Self> {
        facts.adapter(contract)?;
        let adapter = &contract.adapter;
        let version = contract.image.python_version();
        let roots: Vec<String> =
            adapter.base_modules.iter().map(|module| format!("{module}.{}", adapter.base_class)).collect();
        let program = Program::new(&facts.modules, version, roots.clone());
        // The first module is the adapter's.
        let bound_at = program.classes(0)?.attribute(&adapter.attribute).map(|attribute| attribute.at);
        let (at, chosen) = match program.attribute(0, &adapter.attribute) {
            Meaning::Classes(at, ids) => (at, Chosen::Classes(ids)),
            Meaning::NoClass(what) => (0, Chosen::NoClass(what)),
            Meaning::Missing(0, name) if name == adapter.attribute => (0, Chosen::Absent),
            Meaning::Missing(at, name) => {
                (0, Chosen::Missing(program.file(at).source.path().to_owned(), name))
            }
            Meaning::Root => (0, Chosen::NoClass(format!("the runtime's own `{}`", adapter.base_class))),
            Meaning::CannotTell => (0, Chosen::CannotTell),
        };
        let classes = program.classes(at)?;
        let derivations = classes.all().iter().map(|class| program.derivation(at, class.id)).collect();
        let mut known = Self {
            file: program.file(at),
            is_imported: at != 0,
            classes,
            roots,
            concrete: Vec::new(),
            unfinished: Vec::new(),
            is_doubtful: false,
            chosen,
            bound_at,
            derivations,
        };
        known.sort();
        Some(known)
    }

    /// Tells the adapters among the classes.
    fn sort(&mut self) {
        let classes = Rc::clone(&self.classes);
        let roots: Vec<&str> = self.roots.iter().map(String::as_str).collect();
        let (mut concrete, mut marked, mut unfinished) = (Vec::new(), Vec::new(), Vec::new());
        let names_of = names(&classes);
        let bases: BTreeSet<ClassId> = classes.all().iter().flat_map(bases_of).collect();
        for (class, derivation) in classes.all().iter().zip(&self.derivations) {
            if *derivation == Derivation::CannotTell {
                self.is_doubtful = true;
            }
            let is_there = names_of.contains_key(&class.id) && !bases.contains(&class.id);
            if *derivation != Derivation::Yes || !is_there {
                continue;
            }
            match classes.abstractness(class.id, &roots) {
                Abstractness::Left(left) => {
                    unfinished.push((class.id, left.iter().map(|(name, _)| (*name).to_owned()).collect()));
                }
                Abstractness::Marked => marked.push(class.id),
                Abstractness::Concrete => concrete.push(class.id),
            }
        }
        // What is marked as abstract and leaves nothing open can be made all the same: it is an adapter where it is
        // taken for one, and where nothing else is.
        let is_chosen = |id: &ClassId| matches!(&self.chosen, Chosen::Classes(ids) if ids.contains(id));
        if concrete.is_empty() || marked.iter().any(is_chosen) {
            concrete.append(&mut marked);
            concrete.sort_unstable();
        }
        if self.is_imported {
            concrete.retain(is_chosen);
        }
        // Of those that share their only name the last.
        let only_name = |id: ClassId| match names_of.get(&id).map(Vec::as_slice) {
            Some([name]) if *name == classes.get(id).name => Some(*name),
            _ => None,
        };
        let last: BTreeMap<&str, ClassId> =
            concrete.iter().filter_map(|id| Some((only_name(*id)?, *id))).collect();
        concrete.retain(|id| only_name(*id).is_none_or(|name| last[name] == *id));
        self.concrete = concrete;
        self.unfinished = unfinished;
    }

    /// The classes that the runtime may take, or would if the module named them.
    #[must_use]
    pub fn adapters(&self) -> Vec<&Class> {
        match (&self.chosen, self.concrete.as_slice()) {
            (Chosen::Classes(ids), _) => ids.iter().map(|id| self.classes.get(*id)).collect(),
            (Chosen::Absent, [id]) => vec![self.classes.get(*id)],
            _ => Vec::new(),
        }
    }

    /// Whether a class derives from the base class, as far as the source tells.
    #[must_use]
    pub fn derivation(&self, class: ClassId) -> Derivation {
        // Sorted: ids count the classes.
        let found = self.classes.all().binary_search_by_key(&class, |known| known.id);
        found.map_or(Derivation::No, |at| self.derivations[at])
    }
}

/// The names under which a module has its classes.
fn names(classes: &Classes) -> BTreeMap<ClassId, Vec<&str>> {
    let mut names = BTreeMap::<ClassId, Vec<&str>>::new();
    for (name, attribute) in classes.attributes() {
        for id in attribute.values.iter().filter_map(class_of) {
            names.entry(id).or_default().push(name);
        }
    }
    names
}

fn bases_of(class: &Class) -> impl Iterator<Item = ClassId> {
    class.bases.iter().flat_map(|base| &base.values).filter_map(class_of)
}
