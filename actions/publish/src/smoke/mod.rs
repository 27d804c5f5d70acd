//! The smoke test: the package, installed as users install it, and tried.
//!
//! 1. [`Installation`]: the wheel in a fresh virtual environment, by uv, with what it depends on.
//! 2. [`Installation::check`]: the manifest's imports, attributes and commands, and every declared entry point, each
//!    in a process of its own with the manifest's time-out.
//! 3. [`SmokeReport`]: how each went, with Python's traceback where it failed.
//!
//! The [proof](package::proof) knows every import and runs none; here the few that the manifest names run for real.

mod check;
mod checking;
mod driver;
mod error;
mod installation;

pub use check::{Check, Checked, Outcome, SmokeReport};
pub use error::SmokeError;
pub use installation::{Builds, Installation, Surroundings};
