use std::collections::HashMap;

use ruff_python_ast::{Alias, Expr};

/// The packages whose functions take a module's name.
const ROOTS: [&str; 10] = [
    "importlib",
    "importlib_resources",
    "builtins",
    "runpy",
    "pkgutil",
    "pkg_resources",
    "sys",
    "unittest",
    "mock",
    "pytest",
];

/// The builtins that take a module's name, or code.
const BUILTINS: [&str; 4] = ["__import__", "compile", "eval", "exec"];

/// What the names of a file stand for, as far as they come from a package that takes module names.
///
/// Scopes and order are not followed: a file that gives one name two meanings is read as having both.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    origins: HashMap<String, Vec<String>>,
}

impl Aliases {
    /// `import a.b` makes `a` mean `a`; `import a.b as c` makes `c` mean `a.b`.
    pub(crate) fn import(&mut self, alias: &Alias) {
        let module = alias.name.as_str();
        let top = module.split('.').next().unwrap_or_default();
        match &alias.asname {
            Some(name) => self.add(name.as_str(), top, module.to_owned()),
            None => self.add(top, top, top.to_owned()),
        }
    }

    /// `from a import b as c` makes `c` mean `a.b`.
    pub(crate) fn import_from(&mut self, module: &str, names: &[Alias]) {
        let top = module.split('.').next().unwrap_or_default();
        for alias in names {
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.add(name.as_str(), top, format!("{module}.{}", alias.name));
        }
    }

    fn add(&mut self, name: &str, top: &str, origin: String) {
        // what is imported by the name of a builtin is another
        if ROOTS.contains(&top) || BUILTINS.contains(&name) {
            let origins = self.origins.entry(name.to_owned()).or_default();
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
    }

    /// The full names that an expression may have: `importlib.import_module` for `load` after
    /// `from importlib import import_module as load`.
    pub(crate) fn resolve(&self, expr: &Expr) -> Vec<String> {
        let Some(root) = root(expr) else { return Vec::new() };
        let full = |origin: &str| {
            let mut name = origin.to_owned();
            attributes(expr, &mut name);
            name
        };
        match (self.origins.get(root), root) {
            (Some(origins), _) => origins.iter().map(|origin| full(origin)).collect(),
            // the fixtures of pytest and pytest-mock, which are parameters
            (None, "monkeypatch" | "mocker") => vec![full(root)],
            (None, _) if BUILTINS.contains(&root) => vec![full(root)],
            (None, _) => Vec::new(),
        }
    }
}

/// `root` of `root.a.b`.
fn root(mut expr: &Expr) -> Option<&str> {
    loop {
        match expr {
            Expr::Name(name) => return Some(name.id.as_str()),
            Expr::Attribute(attribute) => expr = &attribute.value,
            _ => return None,
        }
    }
}

/// Adds `.a.b` of `root.a.b` to a name.
fn attributes(expr: &Expr, name: &mut String) {
    if let Expr::Attribute(attribute) = expr {
        attributes(&attribute.value, name);
        name.push('.');
        name.push_str(attribute.attr.as_str());
    }
}
