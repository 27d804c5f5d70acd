//! Commands and how they are put together.

use text::Span;

use super::word::Word;
use crate::mapped::Mapped;

/// Commands in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The chains.
    pub chains: Vec<Chain>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The first one.
    pub first: Pipeline,
    /// The others, each with what joins it to those before.
    pub rest: Vec<(Joint, Pipeline)>,
    /// Whether `&` ends it, so that nothing waits for it.
    pub background: bool,
}

/// What joins two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Whether `!` stands in front.
    pub negated: bool,
    /// The commands, at least one.
    pub commands: Vec<Command>,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A program, a builtin or a function, with its arguments; or assignments alone.
    Simple(Simple),
    /// `{ …; }`
    Group(List),
    /// `( … )`
    Subshell(List),
    /// `if …; then …; elif …; then …; else …; fi`
    If {
        /// Conditions, each with what follows it.
        branches: Vec<(List, List)>,
        /// What follows when none holds.
        otherwise: Option<List>,
    },
    /// `while` and `until`.
    Loop {
        /// What is run before each round.
        condition: List,
        /// What is run in each round.
        body: List,
    },
    /// `for` and `select`.
    For {
        /// The variable that takes the words one by one; none for `for ((…))`.
        variable: Option<String>,
        /// The words; the arguments where none are listed.
        words: Vec<Word>,
        /// What is run in each round.
        body: List,
    },
    /// `case … in …) …;; esac`
    Case {
        /// What is matched.
        word: Word,
        /// The branches.
        arms: Vec<Arm>,
    },
    /// A function's definition, which runs nothing.
    Function {
        /// Its name.
        name: String,
        /// What a call runs.
        body: Box<Command>,
    },
    /// `[[ … ]]` and `(( … ))`: a question without side effects.
    Test,
}

/// A branch of `case`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// What it matches.
    pub patterns: Vec<Word>,
    /// What is run then.
    pub body: List,
}

/// A simple command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simple {
    /// `name=value` in front.
    pub assignments: Vec<Assignment>,
    /// The command's name and its arguments; nothing for assignments alone.
    pub words: Vec<Word>,
    /// Where input comes from and output goes.
    pub redirects: Vec<Redirect>,
    /// Its place.
    pub span: Span,
}

/// `name=value`, or `name=(…)` of `bash`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The value; none for an array, and for `+=`, whose values are not followed.
    pub value: Option<Word>,
    /// The elements of an array.
    pub elements: Option<Vec<Word>>,
    /// Its place.
    pub span: Span,
}

/// Where a command's input comes from or its output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Which way.
    pub kind: RedirectKind,
    /// The file, or the name that ends a here-document.
    pub target: Word,
    /// The here-document, by its index in [`Script::documents`](super::Script::documents).
    pub document: Option<usize>,
}

/// The kinds of redirection that make a difference here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`
    Input,
    /// `>`, `>|`, `&>`
    Output,
    /// `>>`, `&>>`
    Append,
    /// `<<`, `<<-`
    Document,
    /// `<<<`
    Text,
    /// `>&`, `<&`, `<>`
    Other,
}

/// A here-document: the text that a command reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The text, tabs in front of lines taken off for `<<-`.
    pub body: Mapped,
    /// Whether variables in it are expanded: its name is not quoted.
    pub expands: bool,
}
