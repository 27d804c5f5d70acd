//! The texts of here-documents: what is a comment elsewhere is the content of a file there.

use template::dockerfile::{Instruction, Keyword};
use template::{Mapped, shell};
use text::{Source, Span};

use super::Built;

/// Where the here-documents of the Dockerfile, or of one of its scripts, stand, in order.
pub(super) fn of(built: &Built, source: &Source) -> Vec<Span> {
    let mut spans: Vec<Span> = if source.path() == built.source.path() {
        let stages = built.dockerfile.stages.iter().flat_map(|stage| &stage.instructions);
        stages.flat_map(of_instruction).collect()
    } else if built.scripts.contains_key(source.path()) {
        of_script(&Mapped::verbatim(source.text(), 0))
    } else {
        Vec::new()
    };
    spans.sort_unstable();
    spans
}

/// A here-document that `RUN` runs is a script: only what its commands read is content.
fn of_instruction(instruction: &Instruction) -> Vec<Span> {
    if instruction.keyword != Keyword::Run {
        return instruction.heredocs.iter().map(|heredoc| heredoc.body.span()).collect();
    }
    if instruction.heredocs.is_empty() {
        return Vec::new();
    }
    instruction.shell_text().map(|text| of_script(&text)).unwrap_or_default()
}

fn of_script(text: &Mapped) -> Vec<Span> {
    shell::parse(text).documents.iter().map(|document| document.body.span()).collect()
}
