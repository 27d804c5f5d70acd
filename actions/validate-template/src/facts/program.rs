//! What names of the template's modules stand for, followed from one module into the next.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use python::{ClassId, Classes, Derivation, Existence, PythonVersion, Value, stdlib};

use super::PythonFile;

/// How many imports are followed one after the other: more are a circle, or nobody's code.
const MOST_STEPS: usize = 16;

/// The modules of a template that the adapter reaches.
#[derive(Debug)]
pub(crate) struct Program<'a> {
    files: &'a [PythonFile],
    version: PythonVersion,
    /// The full names of the runtime's base class.
    roots: Vec<String>,
    by_module: BTreeMap<String, usize>,
    classes: RefCell<BTreeMap<usize, Rc<Classes>>>,
    derivations: RefCell<BTreeMap<usize, Rc<Derivations>>>,
    /// Of how many modules the derivations are being told just now.
    open: Cell<usize>,
}

type Derivations = BTreeMap<ClassId, Derivation>;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The runtime's base class.
    Root,
    /// Classes of a module of the template, by its place: several where its ways differ.
    Classes(usize, Vec<ClassId>),
    /// What is evidently no class, in words.
    NoClass(String),
    /// A module of the template does not have the name.
    Missing(usize, String),
    /// What comes from elsewhere, or what only a run can tell.
    CannotTell,
}

impl<'a> Program<'a> {
    pub(crate) fn new(files: &'a [PythonFile], version: PythonVersion, roots: Vec<String>) -> Self {
        let named = files.iter().enumerate().map(|(at, file)| (module_of(file.source.path()), at));
        let by_module = named.collect();
        let (classes, derivations) = (RefCell::default(), RefCell::default());
        Self { files, version, roots, by_module, classes, derivations, open: Cell::new(0) }
    }

    pub(crate) fn file(&self, at: usize) -> &'a PythonFile {
        &self.files[at]
    }

    /// The classes of a module; none where it is broken.
    pub(crate) fn classes(&self, at: usize) -> Option<Rc<Classes>> {
        if let Some(known) = self.classes.borrow().get(&at) {
            return Some(Rc::clone(known));
        }
        let module = self.files[at].module.as_ref().ok()?;
        let classes = Rc::new(module.classes(self.version));
        self.classes.borrow_mut().insert(at, Rc::clone(&classes));
        Some(classes)
    }

    /// What a name of a module stands for once the module is imported.
    pub(crate) fn attribute(&self, at: usize, name: &str) -> Meaning {
        let (mut at, mut name) = (at, name.to_owned());
        for _ in 0..MOST_STEPS {
            let values = match self.values(at, &name) {
                Ok(values) => values,
                Err(meaning) => return meaning,
            };
            let ids: Vec<_> = values.iter().filter_map(class_of).collect();
            match values.as_slice() {
                [Value::Imported(imported)] => match self.find(at, imported) {
                    Found::Name(next, attribute) => (at, name) = (next, attribute),
                    Found::Other(meaning) => return meaning,
                },
                values if ids.len() == values.len() => return Meaning::Classes(at, ids),
                // Where one way gives no class, another way does: `Adapter = None` behind `except ImportError`.
                values if ids.is_empty() && values.iter().all(is_no_class) => {
                    return values.first().map_or(Meaning::CannotTell, |value| self.meaning(at, value));
                }
                _ => return Meaning::CannotTell,
            }
        }
        Meaning::CannotTell
    }

    /// What the classes of a module derive from: the runtime's base class or not.
    pub(crate) fn derivation(&self, at: usize, class: ClassId) -> Derivation {
        self.derivations(at).get(&class).copied().unwrap_or(Derivation::CannotTell)
    }

    fn derivations(&self, at: usize) -> Rc<Derivations> {
        if let Some(known) = self.derivations.borrow().get(&at) {
            return Rc::clone(known);
        }
        let open = self.open.get();
        let Some(classes) = self.classes(at).filter(|_| open < MOST_STEPS) else { return Rc::default() };
        // A module that is asked while it is being told, since modules import each other, tells nothing.
        self.derivations.borrow_mut().insert(at, Rc::default());
        self.open.set(open + 1);
        let mut known = Derivations::new();
        for class in classes.all() {
            let values = class.bases.iter().flat_map(|base| &base.values);
            let derivation = values.map(|value| match value {
                // A class is made after its bases.
                Value::Class(base) => known.get(base).copied().unwrap_or(Derivation::CannotTell),
                value => self.derivation_by(at, value),
            });
            known.insert(class.id, derivation.max().unwrap_or(Derivation::No));
        }
        self.open.set(open);
        let known = Rc::new(known);
        self.derivations.borrow_mut().insert(at, Rc::clone(&known));
        known
    }

    /// What deriving from a value of another module makes of a class.
    fn derivation_by(&self, at: usize, base: &Value) -> Derivation {
        match self.meaning(at, base) {
            Meaning::Root => Derivation::Yes,
            Meaning::Classes(file, ids) => {
                let all = ids.iter().map(|id| self.derivation(file, *id));
                all.max().unwrap_or(Derivation::CannotTell)
            }
            Meaning::NoClass(_) => Derivation::No,
            Meaning::Missing(..) | Meaning::CannotTell if self.is_of_python(base) => Derivation::No,
            Meaning::Missing(..) | Meaning::CannotTell => Derivation::CannotTell,
        }
    }

    fn meaning(&self, at: usize, value: &Value) -> Meaning {
        match value {
            Value::Class(id) => Meaning::Classes(at, vec![*id]),
            Value::Imported(name) => match self.find(at, name) {
                Found::Name(file, attribute) => self.attribute(file, &attribute),
                Found::Other(meaning) => meaning,
            },
            Value::Module(_) => Meaning::NoClass("a module".to_owned()),
            Value::Builtin(_) => Meaning::NoClass("one of Python's own names".to_owned()),
            Value::NoClass(what) => Meaning::NoClass(what.clone()),
            Value::Other => Meaning::CannotTell,
        }
    }

    /// What a statement gives a name of a module, or why none tells.
    fn values(&self, at: usize, name: &str) -> Result<Vec<Value>, Meaning> {
        let Ok(module) = &self.files[at].module else { return Err(Meaning::CannotTell) };
        if module.outline().definitions.find(name) == Existence::No {
            return Err(Meaning::Missing(at, name.to_owned()));
        }
        let classes = self.classes(at).ok_or(Meaning::CannotTell)?;
        classes.attribute(name).map(|attribute| attribute.values.clone()).ok_or(Meaning::CannotTell)
    }

    /// Where the name leads by which something was imported.
    fn find(&self, at: usize, name: &str) -> Found {
        if self.roots.iter().any(|root| root == name) {
            return Found::Other(Meaning::Root);
        }
        let Some(name) = self.absolute(at, name) else { return Found::Other(Meaning::CannotTell) };
        if self.by_module.contains_key(&name) {
            return Found::Other(Meaning::NoClass("a module".to_owned()));
        }
        let parts =
            name.rsplit_once('.').and_then(|(module, name)| Some((*self.by_module.get(module)?, name)));
        parts.map_or(Found::Other(Meaning::CannotTell), |(file, name)| Found::Name(file, name.to_owned()))
    }

    /// A name as seen from the top: `.base.Adapter` in `adapters/mine.py` is `adapters.base.Adapter`.
    fn absolute(&self, at: usize, name: &str) -> Option<String> {
        let rest = name.trim_start_matches('.');
        let level = name.len() - rest.len();
        if level == 0 {
            return Some(name.to_owned());
        }
        let path = self.files[at].source.path();
        let mut package: Vec<&str> = path.split('/').collect();
        for _ in 0..level {
            package.pop()?;
        }
        if package.is_empty() {
            return None;
        }
        package.push(rest);
        Some(package.join("."))
    }

    /// Whether a value is of the standard library: nothing there derives from the runtime.
    fn is_of_python(&self, value: &Value) -> bool {
        let Value::Imported(name) = value else { return false };
        stdlib::contains(name.split('.').next().unwrap_or_default(), self.version)
    }
}

enum Found {
    /// A name of a module of the template.
    Name(usize, String),
    Other(Meaning),
}

pub(super) fn class_of(value: &Value) -> Option<ClassId> {
    if let Value::Class(id) = value { Some(*id) } else { None }
}

fn is_no_class(value: &Value) -> bool {
    matches!(value, Value::Module(_) | Value::Builtin(_) | Value::NoClass(_))
}

/// The name by which a file is imported.
fn module_of(path: &str) -> String {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".")
}
