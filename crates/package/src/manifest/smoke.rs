//! `[smoke]`: what must work once the package is installed.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::words::{ModuleName, ObjectReference};

/// What must work once the package is installed in a fresh environment.
///
/// The proof holds imports and attributes against the package before anything is installed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Smoke {
    /// Modules that must import.
    pub imports: Vec<ModuleName>,
    /// Objects that must exist.
    pub attributes: Vec<ObjectReference>,
    /// Commands that must end with success, each as its words: `["molecule-runtime", "--help"]`. The first word is a
    /// program of the environment: one that the package installs, or `python`.
    #[serde(deserialize_with = "commands")]
    pub commands: Vec<Vec<String>>,
    /// What their environment holds beside the bare minimum.
    #[serde(deserialize_with = "environment")]
    pub environment: BTreeMap<String, String>,
    /// How long each may take.
    pub timeout_seconds: NonZeroU32,
}

/// Long enough for the slowest import of a machine-learning library.
const PATIENCE: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");

impl Default for Smoke {
    fn default() -> Self {
        Self {
            imports: Vec::new(),
            attributes: Vec::new(),
            commands: Vec::new(),
            environment: BTreeMap::new(),
            timeout_seconds: PATIENCE,
        }
    }
}

/// Commands that name a program by its name alone, and hold nothing that no system can hand on.
fn commands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<String>>, D::Error> {
    let commands = Vec::<Vec<String>>::deserialize(deserializer)?;
    for command in &commands {
        let program = command.first().filter(|program| !program.is_empty());
        let Some(program) = program else { return Err(D::Error::custom("a command has no words")) };
        if program.contains(['/', '\\']) {
            return Err(D::Error::custom(format!(
                "`{program}` is a path: name a program that is installed with the package"
            )));
        }
        if command.iter().any(|word| word.contains('\0')) {
            return Err(D::Error::custom(format!("a word of the command `{program}` has a NUL character")));
        }
    }
    Ok(commands)
}

/// Variables whose names and values a system can hand on.
fn environment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let variables = BTreeMap::<String, String>::deserialize(deserializer)?;
    for (name, value) in &variables {
        if name.is_empty() || name.contains(['=', '\0']) {
            let name = name.escape_debug();
            return Err(D::Error::custom(format!("`{name}` is not the name of a variable")));
        }
        if value.contains('\0') {
            return Err(D::Error::custom(format!("the value of `{name}` has a NUL character")));
        }
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        toml::from_str::<Smoke>(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn what_nobody_can_run_is_refused() {
        assert_eq!(error("commands = [[\"acme\"], []]"), "a command has no words");
        assert!(error("commands = [[\"/bin/sh\"]]").starts_with("`/bin/sh` is a path"));
        assert!(error("commands = [[\"acme\", \"\\u0000\"]]").contains("NUL"));
        assert_eq!(error("[environment]\n\"A=B\" = \"\""), "`A=B` is not the name of a variable");
        assert!(error("[environment]\nA = \"\\u0000\"").contains("the value of `A`"));
        assert!(error("timeout-seconds = 0").contains("nonzero"));
    }

    #[test]
    fn what_is_not_said_is_nothing_and_a_minute() {
        let smoke: Smoke = toml::from_str("").unwrap();
        assert!(smoke.imports.is_empty() && smoke.commands.is_empty());
        assert_eq!(smoke.timeout_seconds.get(), 60);
    }
}
