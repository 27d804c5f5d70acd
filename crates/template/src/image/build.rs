//! Carrying out instructions, as far as they can be without building anything.

use std::cell::Cell;
use std::collections::BTreeMap;

use text::Span;

use super::accounts::Accounts;
use super::files::{BuildContext, Files};
use super::names::{Globals, MOST_EXPANDED, Names, expand_within};
use super::paths::absolute;
use super::reference::Reference;
use super::run::MOST_SCRIPT;
use super::scope::{Binding, BindingKind, Scope};
use super::script::MOST_SEARCHED;
use super::trace::{Reason, Trace};
use super::{Argument, Base, CommandSetting, Fault, FaultKind, Image, Setting};
use crate::dockerfile::{Arguments, CommandLine, Declaration, Dockerfile, Instruction, Keyword, Pair};
use crate::mapped::Mapped;

/// How many stages that something is copied from are followed.
const MOST_SIDE_STAGES: usize = 16;

/// The image that the last stage makes.
pub(super) fn image(file: &Dockerfile, context: &dyn BuildContext) -> Option<Image> {
    let last = file.stages.len().checked_sub(1)?;
    let names = Names::of(file);
    let mut builder = Builder::new(file, &names, context);
    builder.chain(last);
    builder.side_stages();
    Some(builder.finish())
}

pub(super) struct Builder<'f> {
    file: &'f Dockerfile,
    pub(super) names: &'f Names,
    pub(super) context: &'f dyn BuildContext,
    globals: Globals,
    pub(super) scope: Scope,
    /// Whether only files are of interest: the stage is copied from.
    files_only: bool,
    budget: usize,
    /// How much text of scripts may still be followed.
    pub(super) script_budget: usize,
    pub(super) search_budget: Cell<usize>,
    pub(super) shell: Vec<String>,
    pub(super) directory: String,
    cmd_is_own: bool,
    pub(super) wanted: Vec<usize>,
    pub(super) image: Image,
}

impl<'f> Builder<'f> {
    fn new(file: &'f Dockerfile, names: &'f Names, context: &'f dyn BuildContext) -> Self {
        let base = Base { reference: None, text: String::new(), span: Span::default(), trace: Trace::new() };
        Self {
            file,
            names,
            context,
            globals: Globals::new(file),
            scope: Scope::default(),
            files_only: false,
            budget: MOST_EXPANDED,
            script_budget: MOST_SCRIPT,
            search_budget: Cell::new(MOST_SEARCHED),
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
                volumes: Vec::new(),
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
            let mut side = Builder { files_only: true, ..Builder::new(self.file, self.names, self.context) };
            side.chain(index);
            wanted.append(&mut side.wanted);
            followed.insert(index, side.image.files);
        }
        self.image.files.stages = followed;
    }

    pub(super) fn expand(&mut self, text: &Mapped) -> Option<String> {
        self.expand_with_names(text).0
    }

    /// What a text becomes, and the build arguments in it.
    fn expand_with_names(&mut self, text: &Mapped) -> (Option<String>, Vec<String>) {
        match expand_within(text, self.file.escape, &self.scope, &mut self.budget) {
            Ok((text, names)) => (Some(text), self.scope.carried(&names)),
            Err(kind) => {
                self.image.faults.push(Fault { span: text.span(), kind });
                (None, Vec::new())
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
            (Keyword::Expose, Arguments::Words(ports)) => self.expose(ports),
            (Keyword::Volume, Arguments::Words(paths)) => {
                for path in paths.iter().filter_map(|path| self.expand(path)).collect::<Vec<_>>() {
                    self.image.volumes.push(absolute("/", &path));
                }
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

    fn expose(&mut self, ports: &[Mapped]) {
        for word in ports {
            let text = self.expand(word).unwrap_or_default();
            if let Some(wrong) = text.split_whitespace().find(|port| !is_port(port)) {
                let kind = FaultKind::Port(wrong.to_owned());
                self.image.faults.push(Fault { span: word.span(), kind });
            }
        }
    }

    fn command(&self, line: &CommandLine, span: Span) -> CommandSetting {
        CommandSetting { line: line.clone(), shell: self.shell.clone(), span }
    }

    fn declare(&mut self, declaration: &Declaration, stage: usize) {
        let Declaration { name, value } = declaration;
        let span = value.as_ref().map_or(name.span(), |value| name.span().to(value.span()));
        let own = value.as_ref().map(|value| self.expand_with_names(value));
        let name = name.text();
        let mut carries = vec![name.to_owned()];
        let global = self.globals.scope.get(name).and_then(|binding| binding.value.clone());
        let default = match own {
            Some((own, arguments)) => {
                carries.extend(arguments);
                own
            }
            None => global.clone(),
        };
        if value.is_some() || global.is_some() {
            let binding = Binding::new(default.clone(), BindingKind::Argument, span);
            self.scope.bind(name, binding.carrying(carries));
        } else if self.scope.get(name).is_none() {
            // It is declared and not set: a build may still set it.
            self.scope.bind(name, Binding::unset(span).carrying(carries));
        }
        let global_default = value.is_none() && global.is_some();
        self.image.arguments.push(Argument { name: name.to_owned(), default, global_default, stage, span });
    }

    fn set(&mut self, pairs: &[Pair]) {
        let values: Vec<_> = pairs.iter().map(|pair| self.expand_with_names(&pair.value)).collect();
        for (Pair { name, value, .. }, (expanded, carries)) in pairs.iter().zip(values) {
            let span = name.span().to(value.span());
            let binding = Binding::new(expanded, BindingKind::Environment, span).carrying(carries);
            self.scope.bind(name.text(), binding.clone());
            self.image.environment.insert(name.text().to_owned(), binding);
        }
    }

    fn workdir(&mut self, path: &Mapped, span: Span) {
        let text = self.expand(path).map(|path| absolute(&self.directory, &path));
        if let Some(path) = &text {
            self.directory.clone_from(path);
            self.image.files.folder(path);
        }
        self.image.workdir = Some(Setting { text, span });
    }
}

/// Whether `EXPOSE` takes a word: a port or a range of ports, perhaps with a protocol; what is published is passed over.
fn is_port(word: &str) -> bool {
    let (ports, protocol) = word.rsplit_once('/').unwrap_or((word, "tcp"));
    let ports = ports.rsplit(':').next().unwrap_or(ports);
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let is_known = ["tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(protocol));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
    is_known && number(first).zip(number(last)).is_some_and(|(first, last)| first <= last)
}
