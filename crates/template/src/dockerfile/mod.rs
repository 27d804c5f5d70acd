//! Dockerfiles, by `BuildKit`'s rules.
//!
//! [`parse`] reads any text and never gives up: what would stop a build is a [`Problem`] with its place, and what
//! comes after it is read all the same. What is read: parser directives, continuation lines with comments and blank
//! lines between, here-documents, both forms of commands, flags, `ONBUILD`, any case of instruction names, a byte
//! order mark and `\r\n`. What variables stand for is told by [`expand`](mod@expand), and what an image is made of by
//! [`image`](crate::image).
//!
//! The rules: <https://docs.docker.com/reference/dockerfile/>, and where that page is silent, what `BuildKit`'s parser
//! does.

mod arguments;
mod directive;
pub mod expand;
mod flag;
mod heredoc;
mod instruction;
mod json;
mod keyword;
mod lex;
mod line;
mod parser;
mod problem;
mod stage;
mod words;

#[cfg(test)]
mod tests;

pub use directive::{Directive, DirectiveName};
pub use flag::Flag;
pub use heredoc::Heredoc;
pub use instruction::{Arguments, CommandLine, Declaration, Instruction, Pair, Transferred};
pub use keyword::Keyword;
pub use parser::parse;
pub use problem::{Problem, ProblemKind};
pub use stage::{Dockerfile, Stage};
