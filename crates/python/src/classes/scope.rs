//! What names stand for while a module runs.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, Identifier, StmtImport, StmtImportFrom};

use super::{Attribute, Extent, Value};

/// As many meanings of one name as are told apart.
const MOST_VALUES: usize = 16;
/// The longest dotted name that is followed.
const LONGEST_NAME: usize = 512;

/// The names of the module so far.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) names: BTreeMap<String, Attribute>,
    /// The modules of every `from … import *`.
    stars: Vec<String>,
    /// How many blocks are around that may not run.
    pub(super) depth: usize,
}

impl Scope {
    /// Gives a name a meaning: the only one, or one more where the binding may not happen.
    pub(super) fn bind(&mut self, name: &str, values: Vec<Value>, at: Extent) {
        let attribute = Attribute { values, at };
        if self.depth == 0 {
            self.names.insert(name.to_owned(), attribute);
            return;
        }
        match self.names.get_mut(name) {
            Some(known) => {
                known.at = at;
                attribute.values.into_iter().for_each(|value| add(&mut known.values, value));
            }
            None => {
                self.names.insert(name.to_owned(), attribute);
            }
        }
    }

    /// Takes a name away, if that surely happens.
    pub(super) fn unbind(&mut self, name: &str) {
        if self.depth == 0 {
            self.names.remove(name);
        }
    }

    /// `import a.b` binds `a`, `import a.b as c` binds `c` to the submodule.
    pub(super) fn import(&mut self, import: &StmtImport, extent: impl Fn(&Identifier) -> Extent) {
        for alias in &import.names {
            let module = alias.name.as_str();
            let top = module.split('.').next().unwrap_or_default();
            let (name, what) = alias.asname.as_ref().map_or((top, top), |name| (name.as_str(), module));
            let at = extent(alias.asname.as_ref().unwrap_or(&alias.name));
            let value = match imported(what.to_owned()) {
                Value::Imported(module) => Value::Module(module),
                value => value,
            };
            self.bind(name, vec![value], at);
        }
    }

    pub(super) fn import_from(&mut self, import: &StmtImportFrom, extent: impl Fn(&Identifier) -> Extent) {
        let mut module = ".".repeat(import.level as usize);
        module.push_str(import.module.as_ref().map_or("", |name| name.as_str()));
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                // one too many makes an unbound name stand for anything, as `add` has it
                if self.stars.len() <= MOST_VALUES && !self.stars.contains(&module) {
                    self.stars.push(module.clone());
                }
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind(name.as_str(), vec![member(&module, alias.name.as_str())], extent(name));
        }
    }

    /// What an expression may stand for.
    pub(super) fn values(&self, expr: &Expr) -> Vec<Value> {
        match expr {
            Expr::Name(name) => self.lookup(name.id.as_str()),
            Expr::Attribute(attribute) => {
                let mut values = Vec::new();
                for value in self.values(&attribute.value) {
                    let value = match value {
                        Value::Imported(module) | Value::Module(module) => {
                            member(&module, attribute.attr.as_str())
                        }
                        _ => Value::Other,
                    };
                    add(&mut values, value);
                }
                values
            }
            // `Base[Config]`: the base is `Base`; what is in a list is no list
            Expr::Subscript(subscript) => {
                let values = self.values(&subscript.value).into_iter();
                let element = |value| if matches!(value, Value::NoClass(_)) { Value::Other } else { value };
                values.map(element).collect()
            }
            Expr::Named(named) => self.values(&named.value),
            Expr::If(choice) => self.any(&[&*choice.body, &*choice.orelse]),
            Expr::BoolOp(choice) => self.any(&choice.values.iter().collect::<Vec<_>>()),
            _ => vec![literal(expr).map_or(Value::Other, |what| Value::NoClass(what.to_owned()))],
        }
    }

    fn any(&self, choices: &[&Expr]) -> Vec<Value> {
        let mut values = Vec::new();
        for choice in choices {
            self.values(choice).into_iter().for_each(|value| add(&mut values, value));
        }
        values
    }

    fn lookup(&self, name: &str) -> Vec<Value> {
        if let Some(attribute) = self.names.get(name) {
            return attribute.values.clone();
        }
        let mut values = Vec::new();
        for module in &self.stars {
            add(&mut values, member(module, name));
        }
        add(&mut values, Value::Builtin(name.to_owned()));
        values
    }
}

/// What a literal is, in words; nothing that is made of code, but for functions without a name.
pub(super) fn literal(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::NoneLiteral(_) => "`None`",
        Expr::BooleanLiteral(_) => "a boolean",
        Expr::NumberLiteral(_) => "a number",
        Expr::StringLiteral(_) | Expr::FString(_) => "a string",
        Expr::BytesLiteral(_) => "bytes",
        Expr::Tuple(_) => "a tuple",
        Expr::List(_) | Expr::ListComp(_) => "a list",
        Expr::Dict(_) | Expr::DictComp(_) => "a dictionary",
        Expr::Set(_) | Expr::SetComp(_) => "a set",
        Expr::Lambda(_) => "a function",
        _ => return None,
    })
}

/// Adds a meaning; one too many makes the name stand for anything.
fn add(values: &mut Vec<Value>, value: Value) {
    if values.contains(&value) {
        return;
    }
    if values.len() < MOST_VALUES {
        values.push(value);
    } else if !values.contains(&Value::Other) {
        values.push(Value::Other);
    }
}

fn imported(name: String) -> Value {
    if name.len() > LONGEST_NAME { Value::Other } else { Value::Imported(name) }
}

/// An attribute of an imported module.
fn member(module: &str, name: &str) -> Value {
    let dot = if module.is_empty() || module.ends_with('.') { "" } else { "." };
    imported(format!("{module}{dot}{name}"))
}
