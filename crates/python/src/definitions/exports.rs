use ruff_python_ast::Expr;
use serde::Serialize;

use crate::definitions::Definitions;

/// What `from module import *` brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exports {
    /// The names of `__all__`.
    Listed(Vec<String>),
    /// The module has no `__all__`: its names without a leading underscore.
    Public(Vec<String>),
    /// `__all__` is computed.
    Unknown,
}

/// What is known of `__all__`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum All {
    #[default]
    Absent,
    Names(Vec<String>),
    Computed,
}

impl All {
    /// `__all__ = …`
    pub(super) fn assign(&mut self, value: &Expr) {
        *self = literal_names(value).map_or(Self::Computed, Self::Names);
    }

    /// `__all__ += …`, `__all__.extend(…)`
    pub(super) fn extend(&mut self, value: &Expr) {
        match (&mut *self, literal_names(value)) {
            (Self::Names(names), Some(more)) => names.extend(more),
            _ => *self = Self::Computed,
        }
    }

    /// `__all__.append(…)`
    pub(super) fn append(&mut self, value: &Expr) {
        match (&mut *self, literal_name(value)) {
            (Self::Names(names), Some(name)) => names.push(name),
            _ => *self = Self::Computed,
        }
    }

    /// Any other change.
    pub(super) fn compute(&mut self) {
        *self = Self::Computed;
    }
}

/// The strings of a list or tuple display, and of sums of them.
fn literal_names(value: &Expr) -> Option<Vec<String>> {
    match value {
        Expr::List(list) => list.elts.iter().map(literal_name).collect(),
        Expr::Tuple(tuple) => tuple.elts.iter().map(literal_name).collect(),
        Expr::BinOp(sum) => {
            let mut names = literal_names(&sum.left)?;
            names.extend(literal_names(&sum.right)?);
            Some(names)
        }
        _ => None,
    }
}

fn literal_name(value: &Expr) -> Option<String> {
    Some(value.as_string_literal_expr()?.value.chars().collect())
}

impl Definitions {
    /// What `from module import *` brings, apart from what the module's own star imports bring.
    #[must_use]
    pub fn exports(&self) -> Exports {
        match &self.all {
            All::Names(names) => Exports::Listed(names.clone()),
            All::Computed => Exports::Unknown,
            All::Absent if self.dynamic => Exports::Unknown,
            All::Absent => Exports::Public(
                self.names().filter(|name| !name.starts_with('_')).map(str::to_owned).collect(),
            ),
        }
    }
}
