//! An instruction and what it says.

use text::Span;

use super::flag::Flag;
use super::heredoc::Heredoc;
use super::keyword::Keyword;
use crate::mapped::Mapped;

/// An instruction of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Which.
    pub keyword: Keyword,
    /// Its name, as it is written.
    pub keyword_span: Span,
    /// All of it, from its name to the end of its last line, here-documents included.
    pub span: Span,
    /// Its flags, in order.
    pub flags: Vec<Flag>,
    /// What follows them.
    pub arguments: Arguments,
    /// The here-documents that it opens, in order.
    pub heredocs: Vec<Heredoc>,
}

impl Instruction {
    /// The value of the first flag of a name.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|flag| flag.name == name)?.value.as_deref()
    }

    /// The text that the shell gets to see when this is a `RUN` in shell form, here-documents included.
    ///
    /// `RUN <<EOF` alone runs what the here-document holds; otherwise the shell reads here-documents itself.
    #[must_use]
    pub fn shell_text(&self) -> Option<Mapped> {
        let Arguments::Command(CommandLine::Shell(line)) = &self.arguments else { return None };
        match self.heredocs.as_slice() {
            [] => Some(line.clone()),
            [only, ..] if super::heredoc::of_word(line.text(), line.span()).is_some() => {
                Some(only.contents())
            }
            several => {
                let mut text = line.clone();
                for heredoc in several {
                    text.push("\n", Span::at(heredoc.body.span().start));
                    text.append(&heredoc.body);
                    text.push(&heredoc.name, heredoc.end.unwrap_or(Span::at(heredoc.body.span().end)));
                }
                Some(text)
            }
        }
    }
}

/// What an instruction says, by its own rules. Nothing is expanded yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// `FROM image [AS name]`.
    From {
        /// The image, or the name of a stage above.
        image: Mapped,
        /// The name of the stage that begins here.
        name: Option<Mapped>,
    },
    /// `ARG name[=value] …`.
    Declarations(Vec<Declaration>),
    /// `ENV` and `LABEL`.
    Pairs(Vec<Pair>),
    /// `RUN`, `CMD`, `ENTRYPOINT` and `SHELL`.
    Command(CommandLine),
    /// `COPY` and `ADD`.
    Transfer {
        /// What is copied.
        sources: Vec<Transferred>,
        /// Where to.
        destination: Mapped,
    },
    /// `HEALTHCHECK`: its command; none for `HEALTHCHECK NONE`.
    Healthcheck(Option<CommandLine>),
    /// `EXPOSE` and `VOLUME`.
    Words(Vec<Mapped>),
    /// `MAINTAINER`, `STOPSIGNAL`, `USER` and `WORKDIR`.
    Text(Mapped),
    /// `ONBUILD`: the instruction that waits for the build of a stage on top.
    Trigger(Box<Instruction>),
    /// Text that does not follow the instruction's rules; a [`Problem`](super::Problem) says why.
    Unread(Mapped),
}

/// A command, in one of the two forms that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// Shell form: text that a shell runs. It may be empty.
    Shell(Mapped),
    /// Exec form: what is run, without a shell. It may be empty, too.
    Exec(Vec<Mapped>),
}

impl CommandLine {
    /// Its place; none for an empty array.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Shell(text) => Some(text.span()),
            Self::Exec(words) => words.iter().map(Mapped::span).reduce(Span::to),
        }
    }
}

/// A build argument's declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its name.
    pub name: Mapped,
    /// Its default, quotes included; none without an equals sign.
    pub value: Option<Mapped>,
}

/// A name and its value, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: Mapped,
    /// The value.
    pub value: Mapped,
    /// Whether the old form is meant: `ENV name value`, where the rest of the line is the value.
    pub old_form: bool,
}

/// What `COPY` or `ADD` copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transferred {
    /// A path, a pattern, or for `ADD` a URL or repository.
    Path(Mapped),
    /// A here-document, by its index in [`Instruction::heredocs`].
    Heredoc(usize),
}
