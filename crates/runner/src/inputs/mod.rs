//! Inputs: declared once, in a clap struct, and given in a workflow or on a command line.
//!
//! An action derives [`clap::Parser`] for a struct; every field with a long flag is an input of that name, and so is
//! the one field that may be typed as a bare word. A word that is typed takes the place of the variable's.
//!
//! | field type | in a workflow | on a laptop |
//! |---|---|---|
//! | `bool` | `dry-run: true`, in the spellings YAML has for it | `--dry-run` |
//! | `String`, a `ValueEnum`, anything with `FromStr` | `on-no-pr: skip` | `--on-no-pr skip` |
//! | [`List<T>`] | comma or line separated | `--labels a,b` |
//! | a `ValueEnum` without a flag | `command: build` | `build`, as a bare word |
//! | [`Lines<T>`] | line separated | `--inputs 'a=b'` |
//! | [`SecretString`](secrecy::SecretString), `Option` of it | `token: ${{ … }}` | the [`Binding`]'s variable, never a flag |
//!
//! An empty input is an unset one. Both ways end in the same parser, and a bad value in one sentence that
//! names the input and what it may be ([`InputError`]). A secret's type says that it is one: its value never
//! passes through clap's argument list or messages.

mod arguments;
mod declared;
mod error;
mod list;
mod parse;
mod secret;
mod switch;

pub use arguments::arguments;
pub use declared::{Binding, DeclaredInput, declared_inputs};
pub use error::InputError;
pub use list::{Lines, List};
pub(crate) use parse::{Parsed, parse};
pub(crate) use secret::secrets;
pub use switch::{Switch, switch};
