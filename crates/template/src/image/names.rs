//! Names of stages, and what is known before the first of them.

use std::collections::BTreeMap;

use super::scope::{Binding, BindingKind, Scope};
use super::{Fault, FaultKind};
use crate::dockerfile::expand::{ExpandError, expand};
use crate::dockerfile::{Arguments, Declaration, Dockerfile, Stage};
use crate::mapped::Mapped;

/// How much text variables may become in all instructions together.
pub(super) const MOST_EXPANDED: usize = 1 << 22;

/// Which stage a name means at each place of the file.
pub(super) struct Names {
    /// For each stage, the one that its `FROM` names.
    pub(super) parents: Vec<Option<usize>>,
    /// All stages of a name, in order.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Names {
    pub(super) fn of(file: &Dockerfile) -> Self {
        let mut names = Self { parents: Vec::new(), by_name: BTreeMap::new() };
        let mut globals = Globals::new(file);
        for (index, stage) in file.stages.iter().enumerate() {
            let parent = globals.image(stage).ok().and_then(|(name, _)| names.before(&name, index));
            names.parents.push(parent);
            if let Some(name) = stage.name() {
                names.by_name.entry(name).or_default().push(index);
            }
        }
        names
    }

    /// The last stage of a name above a stage. `FROM` wants it in lower case, as names are kept.
    pub(super) fn before(&self, name: &str, index: usize) -> Option<usize> {
        let stages = self.by_name.get(name)?;
        stages.partition_point(|stage| *stage < index).checked_sub(1).map(|at| stages[at])
    }
}

/// What is known before the first `FROM`.
pub(super) struct Globals {
    pub(super) scope: Scope,
    escape: char,
    budget: usize,
    pub(super) faults: Vec<Fault>,
}

impl Globals {
    pub(super) fn new(file: &Dockerfile) -> Self {
        let mut globals = Self {
            scope: Scope::predefined(),
            escape: file.escape,
            budget: MOST_EXPANDED,
            faults: Vec::new(),
        };
        for instruction in &file.preamble {
            let Arguments::Declarations(declarations) = &instruction.arguments else { continue };
            for Declaration { name, value } in declarations {
                let Some(value) = value else { continue };
                let value = globals.expand(value).ok().map(|(text, _)| text);
                let binding = Binding::new(value, BindingKind::Argument, instruction.span);
                globals.scope.bind(name.text(), binding);
            }
        }
        globals
    }

    fn expand(&mut self, text: &Mapped) -> Result<(String, Vec<String>), FaultKind> {
        let expanded = expand_within(text, self.escape, &self.scope, &mut self.budget);
        if let Err(kind) = &expanded {
            self.faults.push(Fault { span: text.span(), kind: kind.clone() });
        }
        expanded
    }

    /// The image that a stage's `FROM` names, and the variables in it.
    pub(super) fn image(&mut self, stage: &Stage) -> Result<(String, Vec<String>), FaultKind> {
        match &stage.from.arguments {
            Arguments::From { image, .. } => self.expand(image),
            _ => Ok((String::new(), Vec::new())),
        }
    }
}

pub(super) fn expand_within(
    text: &Mapped,
    escape: char,
    scope: &Scope,
    budget: &mut usize,
) -> Result<(String, Vec<String>), FaultKind> {
    let expanded = expand(text.text(), escape, scope)?;
    *budget = budget
        .checked_sub(expanded.text.len().saturating_sub(text.text().len()))
        .ok_or(ExpandError::TooLong)?;
    Ok((expanded.text, expanded.names))
}
