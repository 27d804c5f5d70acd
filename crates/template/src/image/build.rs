//! Carrying out instructions, as far as they can be without building anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use text::Span;

use super::accounts::Accounts;
use super::files::{Copied, CopyFrom, CopySource, Files};
use super::installs::{Bind, Install};
use super::paths::{absolute, clean};
use super::reference::Reference;
use super::scope::{Binding, BindingKind, Scope};
use super::step::RunStep;
use super::trace::{Reason, Trace};
use super::{Argument, Base, CommandSetting, Fault, FaultKind, Image, Setting};
use crate::dockerfile::expand::{ExpandError, expand};
use crate::dockerfile::{
    Arguments, CommandLine, Declaration, Dockerfile, Instruction, Keyword, Pair, Stage, Transferred,
};
use crate::mapped::Mapped;
use crate::shell::program;

/// How much text variables may become in all instructions together.
const MOST_EXPANDED: usize = 1 << 22;
/// How many stages that something is copied from are followed.
const MOST_SIDE_STAGES: usize = 16;

/// The image that the last stage makes.
pub(super) fn image(file: &Dockerfile) -> Option<Image> {
    let last = file.stages.len().checked_sub(1)?;
    let names = Names::of(file);
    let mut builder = Builder::new(file, &names);
    builder.chain(last);
    builder.side_stages();
    Some(builder.finish())
}

/// Which stage a name means at each place of the file.
struct Names {
    /// For each stage, the one that its `FROM` names.
    parents: Vec<Option<usize>>,
    /// All stages of a name, in order.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Names {
    fn of(file: &Dockerfile) -> Self {
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
    fn before(&self, name: &str, index: usize) -> Option<usize> {
        let stages = self.by_name.get(name)?;
        stages.partition_point(|stage| *stage < index).checked_sub(1).map(|at| stages[at])
    }
}

/// What is known before the first `FROM`.
struct Globals {
    scope: Scope,
    escape: char,
    budget: usize,
    faults: Vec<Fault>,
}

impl Globals {
    fn new(file: &Dockerfile) -> Self {
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
    fn image(&mut self, stage: &Stage) -> Result<(String, Vec<String>), FaultKind> {
        match &stage.from.arguments {
            Arguments::From { image, .. } => self.expand(image),
            _ => Ok((String::new(), Vec::new())),
        }
    }
}

fn expand_within(
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

struct Builder<'f> {
    file: &'f Dockerfile,
    names: &'f Names,
    globals: Globals,
    scope: Scope,
    /// Whether only files are of interest: the stage is copied from.
    files_only: bool,
    budget: usize,
    shell: Vec<String>,
    directory: String,
    cmd_is_own: bool,
    wanted: Vec<usize>,
    image: Image,
}

impl<'f> Builder<'f> {
    fn new(file: &'f Dockerfile, names: &'f Names) -> Self {
        let base = Base { reference: None, text: String::new(), span: Span::default(), trace: Trace::new() };
        Self {
            file,
            names,
            globals: Globals::new(file),
            scope: Scope::default(),
            files_only: false,
            budget: MOST_EXPANDED,
            shell: vec!["/bin/sh".to_owned(), "-c".to_owned()],
            directory: "/".to_owned(),
            cmd_is_own: false,
            wanted: Vec::new(),
            image: Image {
                base,
                stages: Vec::new(),
                arguments: Vec::new(),
                environment: BTreeMap::new(),
                accounts: Accounts::default(),
                files: Files::default(),
                runs: Vec::new(),
                user: None,
                workdir: None,
                entrypoint: None,
                cmd: None,
                faults: Vec::new(),
            },
        }
    }

    fn finish(mut self) -> Image {
        self.image.faults.append(&mut self.globals.faults);
        self.image.faults.sort_by_key(|fault| fault.span);
        self.image.faults.dedup();
        self.image
    }

    /// Carries out a stage and those that it is built on.
    fn chain(&mut self, last: usize) {
        let mut stages: Vec<_> =
            std::iter::successors(Some(last), |stage| self.names.parents[*stage]).collect();
        self.base(&stages);
        stages.reverse();
        let mut triggers: Vec<&Instruction> = Vec::new();
        for &index in &stages {
            self.cmd_is_own = false;
            for trigger in std::mem::take(&mut triggers) {
                self.instruction(trigger, index);
            }
            for instruction in &self.file.stages[index].instructions {
                if let Arguments::Trigger(trigger) = &instruction.arguments {
                    triggers.push(trigger);
                }
                self.instruction(instruction, index);
            }
        }
        self.image.stages = stages;
    }

    /// Resolves the base image, from the final stage down.
    fn base(&mut self, stages: &[usize]) {
        for (depth, &index) in stages.iter().enumerate() {
            let stage = &self.file.stages[index];
            let span = match &stage.from.arguments {
                Arguments::From { image, .. } => image.span(),
                _ => stage.from.span,
            };
            let expanded = self.globals.image(stage);
            let base = &mut self.image.base;
            base.span = span;
            let Ok((text, names)) = expanded else { return };
            for name in names {
                if let Some(binding) =
                    self.globals.scope.get(&name).filter(|binding| !binding.span.is_empty())
                {
                    let value = binding.value.as_deref().unwrap_or_default();
                    base.trace.push(Reason::new(binding.span, format!("`{name}` is `{value}` by default")));
                }
            }
            let lowest = depth + 1 == stages.len();
            let what = if lowest { "the image" } else { "the stage" };
            base.trace.push(Reason::new(span, format!("builds on {what} `{text}`")));
            if lowest {
                base.reference = Reference::parse(&text).filter(|_| text != "scratch");
                if matches!(stage.from.arguments, Arguments::From { .. }) && base.reference.is_none() {
                    let kind = match text.as_str() {
                        "scratch" => None,
                        "" => Some(FaultKind::EmptyBase),
                        _ => Some(FaultKind::BaseName(text.clone())),
                    };
                    self.image.faults.extend(kind.map(|kind| Fault { span, kind }));
                }
                self.image.base.text = text;
            }
        }
    }

    /// Follows the files of stages that something is copied from.
    fn side_stages(&mut self) {
        let mut followed = BTreeMap::new();
        let mut wanted = std::mem::take(&mut self.wanted);
        while let Some(index) = wanted.pop() {
            if followed.contains_key(&index) || followed.len() >= MOST_SIDE_STAGES {
                continue;
            }
            let mut side = Builder { files_only: true, ..Builder::new(self.file, self.names) };
            side.chain(index);
            wanted.append(&mut side.wanted);
            followed.insert(index, side.image.files);
        }
        self.image.files.stages = followed;
    }

    fn expand(&mut self, text: &Mapped) -> Option<String> {
        match expand_within(text, self.file.escape, &self.scope, &mut self.budget) {
            Ok((text, _)) => Some(text),
            Err(kind) => {
                self.image.faults.push(Fault { span: text.span(), kind });
                None
            }
        }
    }

    fn instruction(&mut self, instruction: &Instruction, stage: usize) {
        let span = instruction.span;
        match (instruction.keyword, &instruction.arguments) {
            (Keyword::Arg, Arguments::Declarations(declarations)) => {
                for declaration in declarations {
                    self.declare(declaration, stage);
                }
            }
            (Keyword::Env, Arguments::Pairs(pairs)) => self.set(pairs),
            (Keyword::Run, Arguments::Command(_)) if !self.files_only => self.run(instruction, stage),
            (Keyword::Copy | Keyword::Add, Arguments::Transfer { sources, destination }) => {
                self.copy(instruction, sources, destination, stage);
            }
            (Keyword::Workdir, Arguments::Text(path)) => self.workdir(path, span),
            (Keyword::User, Arguments::Text(user)) => {
                let text = self.expand(user);
                self.image.user = Some(Setting { text, span });
            }
            (Keyword::Shell, Arguments::Command(CommandLine::Exec(words))) => {
                self.shell = words.iter().map(|word| word.text().to_owned()).collect();
            }
            (Keyword::Entrypoint, Arguments::Command(line)) => {
                let empty = matches!(line, CommandLine::Exec(words) if words.is_empty());
                self.image.entrypoint = (!empty).then(|| self.command(line, span));
                if !self.cmd_is_own {
                    self.image.cmd = None;
                }
            }
            (Keyword::Cmd, Arguments::Command(line)) => {
                self.cmd_is_own = true;
                self.image.cmd = Some(self.command(line, span));
            }
            _ => {}
        }
    }

    fn command(&self, line: &CommandLine, span: Span) -> CommandSetting {
        CommandSetting { line: line.clone(), shell: self.shell.clone(), span }
    }

    fn declare(&mut self, declaration: &Declaration, stage: usize) {
        let Declaration { name, value } = declaration;
        let span = value.as_ref().map_or(name.span(), |value| name.span().to(value.span()));
        let own = value.as_ref().map(|value| self.expand(value));
        let name = name.text();
        let global = self.globals.scope.get(name).and_then(|binding| binding.value.clone());
        let default = match own {
            Some(own) => own,
            None => global.clone(),
        };
        if value.is_some() || global.is_some() {
            self.scope.bind(name, Binding::new(default.clone(), BindingKind::Argument, span));
        } else if self.scope.get(name).is_none() {
            // It is declared and not set: a build may still set it.
            self.scope.bind(name, Binding::unset(span));
        }
        let global_default = value.is_none() && global.is_some();
        self.image.arguments.push(Argument { name: name.to_owned(), default, global_default, stage, span });
    }

    fn set(&mut self, pairs: &[Pair]) {
        let values: Vec<_> = pairs.iter().map(|pair| self.expand(&pair.value)).collect();
        for (Pair { name, value, .. }, expanded) in pairs.iter().zip(values) {
            let span = name.span().to(value.span());
            let binding = Binding::new(expanded, BindingKind::Environment, span);
            self.scope.bind(name.text(), binding.clone());
            self.image.environment.insert(name.text().to_owned(), binding);
        }
    }

    fn run(&mut self, instruction: &Instruction, stage: usize) {
        let directory = Some(Arc::from(self.directory.as_str()));
        let binds = self.binds(instruction, stage);
        let mut step = RunStep::of(instruction, stage, &self.scope, &self.shell, directory);
        for command in &step.execution.commands {
            let program = program(&command.argv);
            self.image.accounts.apply(command, &program);
            let before = self.image.files.copies.len();
            step.installs.extend(Install::of(command, &program, &binds, before));
            self.image.files.apply(command, &program);
        }
        self.image.runs.push(step);
    }

    /// What `--mount=type=bind` shows to the commands of a `RUN`.
    fn binds(&mut self, instruction: &Instruction, stage: usize) -> Arc<[Bind]> {
        let mounts = instruction.flags.iter().filter(|flag| flag.name == "mount");
        let mut binds = Vec::new();
        for flag in mounts {
            let Some(options) = &flag.value else { continue };
            let mut bind = Bind {
                source: String::new(),
                target: String::new(),
                from: CopyFrom::Context,
                span: flag.span,
            };
            let mut is_bind = true;
            for option in options.split(',') {
                let (name, value) = option.split_once('=').unwrap_or((option, ""));
                let value = self.expand(&Mapped::verbatim(value, flag.span.start)).unwrap_or_default();
                match name.to_ascii_lowercase().as_str() {
                    "type" => is_bind = value == "bind",
                    "source" | "src" => bind.source = clean(&value),
                    "target" | "dst" | "destination" => bind.target = absolute(&self.directory, &value),
                    "from" => match self.stage_or_image(&value, stage) {
                        Some(from) => bind.from = from,
                        None => is_bind = false,
                    },
                    _ => {}
                }
            }
            if is_bind && !bind.target.is_empty() {
                binds.push(bind);
            }
        }
        binds.into()
    }

    fn workdir(&mut self, path: &Mapped, span: Span) {
        let text = self.expand(path).map(|path| absolute(&self.directory, &path));
        if let Some(path) = &text {
            self.directory.clone_from(path);
            self.image.files.folder(path);
        }
        self.image.workdir = Some(Setting { text, span });
    }

    fn copy(
        &mut self,
        instruction: &Instruction,
        sources: &[Transferred],
        destination: &Mapped,
        stage: usize,
    ) {
        let Some(target) = self.expand(destination) else { return };
        let Some(from) = self.copy_from(instruction, stage) else { return };
        let path = absolute(&self.directory, &target);
        let into = target.ends_with('/')
            || matches!(target.as_str(), "" | "." | "..")
            || target.ends_with("/.")
            || sources.len() > 1
            || self.image.files.lands_in(&path);
        for source in sources {
            let (source, span) = match source {
                Transferred::Heredoc(index) => {
                    let heredoc = &instruction.heredocs[*index];
                    let (text, name) = (heredoc.contents(), heredoc.name.clone());
                    (CopySource::Document { text, name }, heredoc.opener)
                }
                Transferred::Path(word) => {
                    let Some(text) = self.expand(word) else { continue };
                    let remote = text.contains("://") || text.starts_with("git@");
                    let source = if remote && instruction.keyword == Keyword::Add {
                        CopySource::Made("a download".to_owned())
                    } else {
                        CopySource::Path { path: clean(&text), from: from.clone() }
                    };
                    (source, word.span())
                }
            };
            self.image.files.add(Copied { source, destination: path.clone(), into, span });
        }
    }

    /// Where `COPY` copies from; none where that stops the build.
    fn copy_from(&mut self, instruction: &Instruction, stage: usize) -> Option<CopyFrom> {
        let Some(from) = instruction.flag("from").filter(|_| instruction.keyword == Keyword::Copy) else {
            return Some(CopyFrom::Context);
        };
        let found = self.stage_or_image(from, stage);
        if found.is_none() {
            let flag = instruction.flags.iter().find(|flag| flag.name == "from");
            let span = flag.map_or(instruction.keyword_span, |flag| flag.span);
            self.image.faults.push(Fault { span, kind: FaultKind::NoSuchStage(from.to_owned()) });
        }
        found
    }

    /// What `from` means to an instruction of a stage: a stage above, by its number or name, or an image; none for
    /// what can be neither.
    fn stage_or_image(&mut self, from: &str, stage: usize) -> Option<CopyFrom> {
        let number = from.parse::<usize>().ok();
        let named = match number {
            Some(index) => Some(index).filter(|index| *index < stage),
            None => self.names.before(&from.to_lowercase(), stage),
        };
        match named {
            Some(index) => {
                self.wanted.push(index);
                Some(CopyFrom::Stage(index))
            }
            None if number.is_some() || from.contains('$') => None,
            None => Some(CopyFrom::Image(from.to_owned())),
        }
    }
}
