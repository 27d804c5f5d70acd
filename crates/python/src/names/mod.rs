//! Where strings name modules: arguments of known functions, keys of `sys.modules`, and look-alikes.

mod code;
mod literal;
mod table;
mod walk;

use crate::context::Context;
use crate::imports::{Call, ComputedImport, Import, Imported, Reference, Region};
use crate::source::Source;

pub(crate) use literal::Leading;
pub(crate) use table::Role;
pub(crate) use walk::walk;

/// A string that a known function takes as a module's name.
#[derive(Debug)]
pub(crate) struct Mention {
    pub(crate) role: Role,
    /// The function's full name; `sys.modules` for a key.
    pub(crate) function: &'static str,
    /// Where the argument begins and ends.
    pub(crate) span: (u32, u32),
    pub(crate) name: Leading,
    /// What a relative name is relative to.
    pub(crate) anchor: Option<Anchor>,
}

/// The package that a relative name in a call is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// `__package__`, or `__name__` in an `__init__.py`: relative as a statement would be.
    Here,
    /// A literal.
    Package(String),
}

/// An argument that a known function takes as a module's name, and that is not a literal.
#[derive(Debug)]
pub(crate) struct Computed {
    pub(crate) role: Role,
    pub(crate) function: &'static str,
    pub(crate) span: (u32, u32),
    pub(crate) name: Option<Leading>,
}

/// A string that looks like a module's name and is not known to be one.
#[derive(Debug)]
pub(crate) struct LookAlike {
    pub(crate) span: (u32, u32),
    pub(crate) text: String,
}

/// A function that takes a module's name, or `sys.modules`, where it is not called or asked but handed on:
/// `load = import_module`, `map(import_module, names)`. What becomes of it only a run would tell.
#[derive(Debug)]
pub(crate) struct HandedOn {
    /// The function's full name, or `sys.modules`.
    pub(crate) function: &'static str,
    pub(crate) span: (u32, u32),
}

/// A string whose text is run as code: `exec("import config")`.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) span: (u32, u32),
    pub(crate) text: String,
}

/// Everything that the strings of a module say about modules, each list in source order.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) mentions: Vec<Mention>,
    pub(crate) computed: Vec<Computed>,
    pub(crate) look_alikes: Vec<LookAlike>,
    pub(crate) handed_on: Vec<HandedOn>,
    pub(crate) code: Vec<Code>,
}

impl Names {
    /// The imports that calls with literal names make, and those whose names are computed.
    pub(crate) fn imports(&self, source: &Source, regions: &[Region]) -> (Vec<Import>, Vec<ComputedImport>) {
        let mut contexts = Contexts::of(regions);
        let mut imports = Vec::new();
        let mut computed = Vec::new();
        for mention in &self.mentions {
            if !matches!(mention.role, Role::Import | Role::DunderImport | Role::Probe) {
                continue;
            }
            let context = contexts.at(mention.span.0);
            let position = source.position(mention.span.0);
            let function = mention.function;
            match mention.target() {
                Some((level, module)) => imports.push(Import {
                    position,
                    level,
                    module,
                    what: Imported::Call(Call { function, probes: mention.role == Role::Probe }),
                    context,
                    span: mention.span,
                }),
                None => computed.push(ComputedImport {
                    position,
                    function,
                    argument: source.slice(mention.span).to_owned(),
                    prefix: None,
                    context,
                }),
            }
        }
        let mut contexts = Contexts::of(regions);
        for unknown in &self.computed {
            if unknown.role == Role::Key {
                continue;
            }
            let known = unknown.name.as_ref().map(|name| name.text.as_str());
            computed.push(ComputedImport {
                position: source.position(unknown.span.0),
                function: unknown.function,
                argument: source.slice(unknown.span).to_owned(),
                prefix: known.and_then(|text| Some(text[..=text.rfind('.')?].to_owned())),
                context: contexts.at(unknown.span.0),
            });
        }
        computed.sort_by_key(|import| import.position);
        (imports, computed)
    }
}

impl Names {
    /// What calls reach by name, and the keys of `sys.modules`.
    pub(crate) fn references(&self, source: &Source, regions: &[Region]) -> Vec<Reference> {
        let mut contexts = Contexts::of(regions);
        let of_role = self.mentions.iter().filter(|mention| matches!(mention.role, Role::Target | Role::Key));
        let references = of_role.map(|mention| Reference {
            position: source.position(mention.span.0),
            function: mention.function,
            name: mention.name.text.clone(),
            reaches: mention.role == Role::Target,
            context: contexts.at(mention.span.0),
        });
        references.collect()
    }
}

impl Mention {
    /// The level and the module that the name stands for.
    fn target(&self) -> Option<(u32, String)> {
        let text = self.name.text.as_str();
        let rest = text.trim_start_matches('.');
        let dots = text.len() - rest.len();
        match (&self.anchor, dots) {
            (_, 0) => Some((0, rest.to_owned())),
            (Some(Anchor::Here), _) => Some((u32::try_from(dots).ok()?, rest.to_owned())),
            (Some(Anchor::Package(package)), _) => {
                let mut segments: Vec<&str> = package.split('.').collect();
                segments.truncate((segments.len() + 1).checked_sub(dots)?);
                segments.extend(rest.split('.').filter(|segment| !segment.is_empty()));
                Some((0, segments.join(".")))
            }
            (None, _) => None,
        }
    }
}

/// Looks up the contexts of ascending offsets, in one pass over the regions.
struct Contexts<'a> {
    ahead: std::iter::Peekable<std::slice::Iter<'a, Region>>,
    /// The regions that the last offset was in, the innermost last.
    around: Vec<&'a Region>,
}

impl<'a> Contexts<'a> {
    fn of(regions: &'a [Region]) -> Self {
        Self { ahead: regions.iter().peekable(), around: Vec::new() }
    }

    fn at(&mut self, offset: u32) -> Context {
        while let Some(region) = self.ahead.next_if(|region| region.start <= offset) {
            self.leave(region.start);
            self.around.push(region);
        }
        self.leave(offset);
        self.around.last().map(|region| region.context).unwrap_or_default()
    }

    fn leave(&mut self, offset: u32) {
        while self.around.last().is_some_and(|region| region.end <= offset) {
            self.around.pop();
        }
    }
}
