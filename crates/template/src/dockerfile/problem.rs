//! What stops a build, or will.

use text::Span;

use super::keyword::Keyword;

/// Something in a Dockerfile that stops its build, or that is going to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The smallest culprit.
    pub span: Span,
    /// What is wrong.
    pub kind: ProblemKind,
}

impl Problem {
    pub(super) const fn new(span: Span, kind: ProblemKind) -> Self {
        Self { span, kind }
    }

    /// Whether the file does not build because of it; otherwise it builds today and should still be mended.
    #[must_use]
    pub const fn stops_build(&self) -> bool {
        !matches!(self.kind, ProblemKind::EmptyContinuation | ProblemKind::ControlCharacter(_))
    }
}

/// What is wrong. Printed, it is the message for that place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// No instruction at all.
    #[error("the file has no instructions")]
    NoInstructions,
    /// No `FROM`.
    #[error("the file has no `FROM`")]
    NoStage,
    /// A line that begins with something else than an instruction.
    #[error("`{}` is no instruction", printable(.0))]
    UnknownInstruction(String),
    /// A line that holds a continuation and nothing to continue.
    #[error("the line continues nothing")]
    OnlyContinued,
    /// Only `ARG` may stand before the first `FROM`.
    #[error("{0} stands before the first `FROM`")]
    BeforeFrom(Keyword),
    /// A number of arguments that the instruction does not take.
    #[error("{keyword} takes {wanted}")]
    Arguments {
        /// The instruction.
        keyword: Keyword,
        /// How many it takes, in words.
        wanted: &'static str,
    },
    /// A word that should be `name=value`.
    #[error("`{}` is not of the form `name=value`", printable(.0))]
    NotAPair(String),
    /// `=value`.
    #[error("{0} names nothing before `=`")]
    BlankName(Keyword),
    /// A flag that the instruction does not have.
    #[error("{keyword} has no flag `--{}`", printable(.flag))]
    UnknownFlag {
        /// The instruction.
        keyword: Keyword,
        /// The flag.
        flag: String,
    },
    /// A flag without the value that it takes, or with one that is neither `true` nor `false` where those are meant.
    #[error("the flag `--{}` needs {wanted}", printable(.flag))]
    FlagValue {
        /// The flag.
        flag: String,
        /// What it needs, in words.
        wanted: &'static str,
    },
    /// A flag given twice.
    #[error("the flag `--{}` is given twice", printable(.0))]
    RepeatedFlag(String),
    /// A JSON array with something else than strings in it.
    #[error("the JSON array holds something else than strings")]
    NotStrings,
    /// `SHELL` without a JSON array.
    #[error("SHELL takes a JSON array of strings")]
    ShellNotJson,
    /// A here-document without an end.
    #[error("the here-document `{}` has no end", printable(.0))]
    UnterminatedHeredoc(String),
    /// A here-document where `COPY` wants its destination.
    #[error("{0} cannot copy to a here-document")]
    HeredocDestination(Keyword),
    /// A stage's name that is not allowed.
    #[error("`{}` cannot be the name of a stage", printable(.0))]
    StageName(String),
    /// An instruction that cannot be a trigger.
    #[error("{0} cannot follow ONBUILD")]
    Trigger(Keyword),
    /// `HEALTHCHECK` with neither `CMD` nor `NONE`.
    #[error("HEALTHCHECK takes `CMD` and a command, or `NONE` alone")]
    Healthcheck,
    /// A parser directive given twice.
    #[error("a parser directive is given twice")]
    RepeatedDirective,
    /// `# escape=` with something else than a backslash or a backtick.
    #[error("the escape character can only be a backslash or a backtick")]
    EscapeCharacter,
    /// A line longer than `BuildKit` reads.
    #[error("the line is longer than 65535 bytes")]
    LineTooLong,
    /// A blank line between an instruction and its continuation: deprecated.
    #[error("a blank line within an instruction")]
    EmptyContinuation,
    /// A control character: what an editor or `sed` left behind.
    #[error("the control character U+{:04X}", u32::from(*.0))]
    ControlCharacter(char),
}

impl ProblemKind {
    /// What would mend it, where the message does not say so already.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoInstructions | Self::NoStage => "begin with `FROM` and the base image",
            Self::UnknownInstruction(_) => {
                "begin the line with an instruction; if it continues the one before, that line must end with `\\`"
            }
            Self::OnlyContinued => "remove the line",
            Self::BeforeFrom(_) => "move it below `FROM`; only `ARG` may stand above",
            Self::NotAPair(_) => "put the value in quotes if it contains spaces",
            Self::UnknownFlag { .. } => "flags stand between the instruction and its arguments",
            Self::RepeatedFlag(_) | Self::RepeatedDirective => "keep one of them",
            Self::NotStrings => "put every element in double quotes",
            Self::ShellNotJson => "write `SHELL [\"/bin/bash\", \"-c\"]`",
            Self::UnterminatedHeredoc(_) => {
                "end it by a line that holds its name and nothing else, not even spaces in front"
            }
            Self::StageName(_) => "begin with a letter; letters, digits, `-`, `_` and `.` may follow",
            Self::LineTooLong => "continue on the next line with `\\`, or move the command to a script",
            Self::EmptyContinuation => "remove the blank line, or make it a comment",
            Self::ControlCharacter(_) => "delete the character",
            _ => return None,
        })
    }
}

/// Untrusted text within a message: bounded, and without what a terminal would act upon.
fn printable(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
