//! Carrying out what brings files: `COPY`, `ADD` and mounts.

use std::sync::Arc;

use text::Span;

use super::build::Builder;
use super::files::{Copied, CopyFrom, CopySource, Entry, lets_start};
use super::installs::Bind;
use super::paths::{absolute, clean, is_pattern};
use super::{Fault, FaultKind};
use crate::dockerfile::expand::expand_heredoc;
use crate::dockerfile::{Instruction, Keyword, Transferred};
use crate::mapped::Mapped;

impl Builder<'_> {
    /// What `--mount=type=bind` shows to the commands of a `RUN`.
    pub(super) fn binds(&mut self, instruction: &Instruction, stage: usize) -> Arc<[Bind]> {
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

    pub(super) fn copy(
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
        let executable = instruction.flag("chmod").map(lets_start);
        for source in sources {
            let (source, span) = match source {
                Transferred::Heredoc(index) => {
                    let heredoc = &instruction.heredocs[*index];
                    let (mut text, name) = (heredoc.contents(), heredoc.name.clone());
                    if heredoc.expands {
                        text = self.expanded_document(text);
                    }
                    (CopySource::Document { text, name }, heredoc.opener)
                }
                Transferred::Path(word) => {
                    let Some(text) = self.expand(word) else { continue };
                    let remote = text.contains("://") || text.starts_with("git@");
                    let source = if remote && instruction.keyword == Keyword::Add {
                        CopySource::Made("a download".to_owned())
                    } else {
                        let path = clean(&text);
                        self.look_for(&path, &from, word.span());
                        CopySource::Path { path, from: from.clone() }
                    };
                    (source, word.span())
                }
            };
            let destination = path.clone();
            self.image.files.add(Copied { source, destination, into, executable, file: None, span });
        }
    }

    /// What is written out as a path must be there; a pattern may match nothing.
    fn look_for(&mut self, path: &str, from: &CopyFrom, span: Span) {
        let is_looked_for = *from == CopyFrom::Context && !path.is_empty() && !is_pattern(path);
        if is_looked_for && self.context.is_known() && self.context.entry(path) == Entry::Absent {
            self.image.faults.push(Fault { span, kind: FaultKind::NoSuchSource(path.to_owned()) });
        }
    }

    /// A here-document as the build writes it: variables replaced.
    fn expanded_document(&self, text: Mapped) -> Mapped {
        if !text.text().contains(['$', '\\']) {
            return text;
        }
        let Ok(expanded) = expand_heredoc(text.text(), &self.scope) else { return text };
        if expanded.text == text.text() {
            return text;
        }
        let mut whole = Mapped::default();
        whole.push(&expanded.text, text.span());
        whole
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
