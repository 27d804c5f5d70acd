//! A Dockerfile as a whole.

use super::directive::Directive;
use super::instruction::{Arguments, Instruction};
use super::problem::Problem;

/// A Dockerfile, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The parser directives at its top.
    pub directives: Vec<Directive>,
    /// The character that escapes, and continues lines.
    pub escape: char,
    /// What stands before the first `FROM`: only `ARG` may.
    pub preamble: Vec<Instruction>,
    /// The stages, in order; the last one is the image.
    pub stages: Vec<Stage>,
    /// What stops the build, or will, in the order of the file.
    pub problems: Vec<Problem>,
}

impl Dockerfile {
    /// Every instruction, in order.
    pub fn instructions(&self) -> impl Iterator<Item = &Instruction> {
        let staged =
            self.stages.iter().flat_map(|stage| std::iter::once(&stage.from).chain(&stage.instructions));
        self.preamble.iter().chain(staged)
    }

    /// The stage that the image is made of.
    #[must_use]
    pub fn final_stage(&self) -> Option<&Stage> {
        self.stages.last()
    }
}

/// A stage: `FROM` and what follows, up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its `FROM`.
    pub from: Instruction,
    /// What follows.
    pub instructions: Vec<Instruction>,
}

impl Stage {
    /// Its name, in lower case: names of stages are the same in any case.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match &self.from.arguments {
            Arguments::From { name: Some(name), .. } => Some(name.text().to_lowercase()),
            _ => None,
        }
    }
}
