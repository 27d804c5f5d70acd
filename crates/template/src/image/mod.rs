//! The image that a Dockerfile's final stage makes, as far as its text tells.
//!
//! [`Image::of`] follows the stages that the final one is built on, instruction by instruction: what variables stand
//! for, which accounts are made and deleted, where copied files come from, what `pip` installs, and what is started.
//! Every fact carries the lines that prove it, so that a rule can cite them. Nothing is built.

mod accounts;
mod build;
mod copy;
mod files;
mod installs;
mod launch;
mod names;
mod origin;
mod paths;
mod presence;
mod printed;
mod reference;
mod run;
mod scope;
mod script;
mod step;
mod trace;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use text::Span;

use crate::dockerfile::Dockerfile;

pub use accounts::{Account, AccountEvent, AccountEventKind, Accounts, Uid};
pub use files::{BuildContext, Copied, CopyFrom, CopySource, Entry, Files};
pub use installs::{Install, Installer};
pub use launch::{End, Form, Launch, LaunchedBy, ScriptFault};
pub use origin::Origin;
pub use presence::Presence;
pub use reference::Reference;
pub use scope::{Binding, BindingKind};
pub use step::{RunStep, Used};
pub use trace::{Reason, Trace};

/// The image that a Dockerfile's final stage makes.
#[derive(Debug, Clone)]
pub struct Image {
    /// The image that it is built on.
    pub base: Base,
    /// The stages that it is made of, by their indices: the lowest first, the final one last.
    pub stages: Vec<usize>,
    /// Build arguments that are declared in those stages, in order; those before the first `FROM` are not among them.
    pub arguments: Vec<Argument>,
    /// The environment that containers start with, without what the base image brings.
    pub environment: BTreeMap<String, Binding>,
    /// Accounts that are made and deleted.
    pub accounts: Accounts,
    /// Where files come from.
    pub files: Files,
    /// Folders that containers mount something over, by `VOLUME`.
    pub volumes: Vec<String>,
    /// What is run to make it, in order.
    pub runs: Vec<RunStep>,
    /// Who containers run as; none where only the base image says.
    pub user: Option<Setting>,
    /// Where containers start; none where only the base image says.
    pub workdir: Option<Setting>,
    /// What containers start; none where only the base image says.
    pub entrypoint: Option<CommandSetting>,
    /// What the entrypoint is given, or what is started where there is none.
    pub cmd: Option<CommandSetting>,
    /// What cannot be followed, because it stops the build.
    pub faults: Vec<Fault>,
}

impl Image {
    /// The image that a Dockerfile makes; none where it has no stage.
    ///
    /// Build arguments have their defaults. The time that it takes is linear in the length of the Dockerfile.
    #[must_use]
    pub fn of(file: &Dockerfile) -> Option<Self> {
        build::image(file, &Nothing)
    }

    /// The same, with what scripts do that `RUN` starts, where `context` or the Dockerfile itself has them.
    #[must_use]
    pub fn built(file: &Dockerfile, context: &dyn BuildContext) -> Option<Self> {
        build::image(file, context)
    }

    /// The declaration of a build argument that is in effect at a place of the final stage: the last one before it.
    #[must_use]
    pub fn argument_before(&self, name: &str, place: Span) -> Option<&Argument> {
        self.arguments.iter().rev().find(|one| one.name == name && one.span.start < place.start)
    }

    /// What starting a container runs, once wrapper scripts are followed to their ends.
    ///
    /// `context` is what the image is built from; no file of it is run. None where only the base image says what is
    /// started.
    #[must_use]
    pub fn launch(&self, context: &dyn BuildContext) -> Option<Launch> {
        launch::launch(self, context)
    }
}

/// A context without any file.
struct Nothing;

impl BuildContext for Nothing {
    fn is_known(&self) -> bool {
        false
    }

    fn entry(&self, _: &str) -> Entry {
        Entry::Absent
    }

    fn text(&self, _: &str) -> Option<String> {
        None
    }
}

/// What an image is built on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The image's name, normalised; none for `scratch`, and for what is no image's name.
    pub reference: Option<Reference>,
    /// What `FROM` says, variables replaced.
    pub text: String,
    /// The place where `FROM` names it.
    pub span: Span,
    /// How the name comes about, from the final stage down.
    pub trace: Trace,
}

/// A build argument's declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it is when the build is given no value; none where it is not set then.
    pub default: Option<String>,
    /// Whether that comes from a declaration before the first `FROM`.
    pub global_default: bool,
    /// The stage, by its index.
    pub stage: usize,
    /// The declaration.
    pub span: Span,
}

/// A text that an instruction sets for the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The text, variables replaced; none where they cannot be.
    pub text: Option<String>,
    /// The instruction.
    pub span: Span,
}

/// A command that an instruction sets for the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSetting {
    /// The command.
    pub line: crate::dockerfile::CommandLine,
    /// The shell that runs it when it is in shell form.
    pub shell: Vec<String>,
    /// The instruction.
    pub span: Span,
}

/// Something that stops the build when instructions are carried out, though each of them can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    /// The place.
    pub span: Span,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What stops a build when instructions are carried out. Printed, it is the message for that place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// Variables that cannot be replaced.
    #[error("{0}")]
    Expand(#[from] crate::dockerfile::expand::ExpandError),
    /// `FROM` with a name that is empty once variables are replaced.
    #[error("the name of the base image is empty")]
    EmptyBase,
    /// A name that no image can have.
    #[error("`{}` cannot be the name of an image", .0.escape_debug())]
    BaseName(String),
    /// `--from` with a number or variable that names no stage above.
    #[error("`--from={}` names no stage above this one", .0.escape_debug())]
    NoSuchStage(String),
    /// `COPY` of what is not there.
    #[error("`{}` is not in the build context", .0.escape_debug())]
    NoSuchSource(String),
    /// `EXPOSE` with something that is no port.
    #[error("`{}` is no port that EXPOSE takes", .0.escape_debug())]
    Port(String),
    /// A script that cannot be started.
    #[error("`{}` cannot be started: {fault}", path.escape_debug())]
    Script {
        /// The script, in the image.
        path: String,
        /// Why.
        fault: ScriptFault,
    },
}

impl FaultKind {
    /// What would mend it, where the message does not say so already.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::EmptyBase => Some("declare the argument before `FROM`, with a default: `ARG TAG=…`"),
            Self::NoSuchStage(_) => {
                Some("copy from a stage above by its name; `--from` expands no variables")
            }
            Self::NoSuchSource(path) if path.starts_with("--") => {
                Some("flags stand in front of what is copied")
            }
            Self::Port(_) => Some("write a number up to 65535, perhaps with `/tcp` or `/udp`"),
            Self::NoSuchSource(_) => {
                Some("commit the file, and see that `.dockerignore` does not leave it out")
            }
            Self::Script { fault, .. } => Some(fault.hint()),
            Self::Expand(_) | Self::BaseName(_) => None,
        }
    }
}
