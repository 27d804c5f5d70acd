//! Shell text: what `RUN` and wrapper scripts say, and what running it would do.
//!
//! [`parse`] takes any text into commands and words, as `sh` and, where they differ, `bash` read it; what it cannot
//! make sense of is a [`Problem`] and the rest is read all the same. [`run`] follows a script without running it: which
//! commands it comes to, with which arguments as far as they can be known, and how it ends.
//!
//! The rules: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>.

mod command;
mod document;
mod fields;
mod options;
mod parameter;
mod parser;
mod program;
mod quoting;
mod run;
mod simple;
mod syntax;
mod value;
mod word;

#[cfg(test)]
mod tests;

pub use options::{Given, Options};
pub use parser::{Expansion, Problem, ProblemKind, Script, parse};
pub use program::{Program, program};
pub use run::{Directory, Ending, Executed, Execution, Start, run, run_argv};
pub use syntax::{
    Arm, Assignment, Chain, Command, Document, Joint, List, Pipeline, Redirect, RedirectKind, Simple,
};
pub use value::{Field, Value};
pub use word::{Operator, Parameter, Part, Word};
