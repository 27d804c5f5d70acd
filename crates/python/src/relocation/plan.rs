use crate::imports::{Import, Imported};
use crate::module::Module;
use crate::names::{Leading, Role};
use crate::relocation::{Edit, EditKind, LeftAlone, LeftAloneReason, RelocateError, Relocation, Report};

/// The last segments of strings that are file names rather than attributes: `config.yaml`.
const FILE_ENDINGS: [&str; 28] = [
    "cfg", "conf", "css", "csv", "db", "env", "html", "ini", "js", "json", "jsonl", "lock", "log", "md",
    "pid", "png", "py", "pyc", "rst", "sh", "sock", "sql", "sqlite", "toml", "txt", "xml", "yaml", "yml",
];

/// What is to be inserted where, and the account of it.
pub(super) struct Plan {
    /// Text by ascending offset.
    pub(super) insertions: Vec<(u32, String)>,
    /// The offsets, among those, that lie in strings; ascending.
    pub(super) strings: Vec<u32>,
    pub(super) report: Report,
}

/// Decides every edit of a file.
pub(super) fn plan(module: &Module, relocation: &Relocation) -> Result<Plan, RelocateError> {
    let report = Report { path: module.path().to_owned(), edits: Vec::new(), left_alone: Vec::new() };
    let plan = Plan { insertions: Vec::new(), strings: Vec::new(), report };
    let mut planner = Planner { module, relocation, plan };
    for import in &module.outline().imports {
        planner.import(import);
    }
    planner.strings()?;
    planner.look_alikes();
    planner.beyond_reading();
    let mut plan = planner.plan;
    plan.insertions.sort_by_key(|(offset, _)| *offset);
    plan.strings.sort_unstable();
    plan.report.edits.sort_by_key(|edit| edit.position);
    plan.report.left_alone.sort_by_key(|left| left.position);
    Ok(plan)
}

struct Planner<'a> {
    module: &'a Module,
    relocation: &'a Relocation,
    plan: Plan,
}

impl Planner<'_> {
    /// Text to come before a span and after it.
    fn edit(&mut self, span: (u32, u32), kind: EditKind, (ahead, behind): (String, String)) {
        let before = self.module.source.slice(span).to_owned();
        let after = format!("{ahead}{before}{behind}");
        let position = self.module.source.position(span.0);
        self.plan.report.edits.push(Edit { position, kind, before, after });
        self.plan.insertions.push((span.0, ahead));
        if !behind.is_empty() {
            self.plan.insertions.push((span.1, behind));
        }
    }

    fn left_alone(&mut self, span: (u32, u32), reason: LeftAloneReason, module: Option<&str>) {
        self.plan.report.left_alone.push(LeftAlone {
            position: self.module.source.position(span.0),
            reason,
            text: self.module.source.slice(span).to_owned(),
            module: module.map(str::to_owned),
        });
    }

    fn import(&mut self, import: &Import) {
        let top = import.top_level();
        if import.level > 0 || !self.relocation.moves(top) {
            return;
        }
        let package = &self.relocation.package;
        let (kind, behind) = match &import.what {
            Imported::Call(_) => return,
            Imported::Names(_) | Imported::Everything => (EditKind::From, String::new()),
            Imported::Module { alias: Some(_) } => (EditKind::ImportAs, String::new()),
            Imported::Module { alias: None } if import.module == top => {
                (EditKind::Import, format!(" as {top}"))
            }
            // the first alias loads the submodule, the second binds the name that the file goes on to use
            Imported::Module { alias: None } => {
                (EditKind::ImportSubmodule, format!(" as {top}, {package}.{top} as {top}"))
            }
        };
        self.edit(import.span, kind, (format!("{package}."), behind));
    }

    fn strings(&mut self) -> Result<(), RelocateError> {
        let module = self.module;
        for mention in &module.names.mentions {
            if self.is_own(mention.function) {
                continue;
            }
            let Some(top) = self.moving(&mention.name) else { continue };
            if mention.role != Role::DunderImport {
                self.string(&mention.name, EditKind::String);
            } else if self.relocation.dunder_imports.contains(top) {
                self.left_alone(mention.span, LeftAloneReason::DunderImport, Some(top));
            } else {
                return Err(RelocateError::DunderImport {
                    path: module.path().to_owned(),
                    position: module.source.position(mention.span.0),
                    module: mention.name.text.clone(),
                });
            }
        }
        for computed in &module.names.computed {
            if self.is_own(computed.function) {
                continue;
            }
            let top = computed.name.as_ref().and_then(|name| self.moving(name));
            match (&computed.name, top) {
                (Some(name), Some(_)) if computed.role != Role::DunderImport => {
                    self.string(name, EditKind::StringPrefix);
                    self.left_alone(computed.span, LeftAloneReason::ComputedRest, top);
                }
                _ => self.left_alone(computed.span, LeftAloneReason::Computed, top),
            }
        }
        Ok(())
    }

    /// Whether a function of a known name is one of the modules that move: a `mock.py` of their own.
    fn is_own(&self, function: &str) -> bool {
        function.split_once('.').is_some_and(|(top, _)| self.relocation.moves(top))
    }

    /// The moved module that a string begins with.
    fn moving<'n>(&self, name: &'n Leading) -> Option<&'n str> {
        name.top_level().filter(|top| self.relocation.moves(top))
    }

    fn string(&mut self, name: &Leading, kind: EditKind) {
        let ahead = format!("{}.", self.relocation.package);
        self.plan.report.edits.push(Edit {
            position: self.module.source.position(name.start),
            kind,
            before: name.text.clone(),
            after: format!("{ahead}{}", name.text),
        });
        self.plan.strings.push(name.start);
        self.plan.insertions.push((name.start, ahead));
    }

    fn look_alikes(&mut self) {
        let module = self.module;
        for look_alike in &module.names.look_alikes {
            let text = look_alike.text.as_str();
            let top = text.split(['.', ':']).next().unwrap_or_default();
            // `"adapters."`, to which a name is added
            let path = text.strip_suffix('.').unwrap_or(text);
            let segments = || path.split(['.', ':']);
            let is_path = segments()
                .all(|segment| segment.starts_with(|first: char| first.is_alphabetic() || first == '_'));
            let is_file = segments().next_back().is_some_and(|last| FILE_ENDINGS.contains(&last));
            if self.relocation.moves(top) && is_path && !is_file {
                self.left_alone(look_alike.span, LeftAloneReason::LookAlike, Some(top));
            }
        }
    }

    /// What could name a module in a way that no reading of the source follows.
    fn beyond_reading(&mut self) {
        let module = self.module;
        for handed_on in &module.names.handed_on {
            if !self.is_own(handed_on.function) {
                self.left_alone(handed_on.span, LeftAloneReason::HandedOn, None);
            }
        }
        for code in &module.names.code {
            if let Some(named) = code.words().find(|word| self.relocation.moves(word)) {
                self.left_alone(code.span, LeftAloneReason::Code, Some(named));
            }
        }
    }
}
