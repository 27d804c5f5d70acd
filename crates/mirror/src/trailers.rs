//! What a commit of a mirror says of itself, in the last paragraph of its message.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use domain::{PackageVersion, Sha256};

use crate::place::{MirrorSource, MirrorTarget};

/// The trailers of a mirror's commit. They stand inside of what is signed, each once and in this order:
///
/// ```text
/// Mirror-Target: github.com/acme/runtime#refs/heads/main
/// Mirror-Source: github.com/acme/core@<commit> workspace
/// Mirror-Version: 1.4.0
/// Mirror-Sequence: 7
/// Mirror-Builder: 1
/// Mirror-Tree-SHA256: <64 hexadecimal digits>
/// ```
///
/// There is one way to write them, and no other is read: what two readers could take for two things is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailers {
    /// The branch that the commit is for.
    pub target: MirrorTarget,
    /// What its tree was made from.
    pub source: MirrorSource,
    /// The version that was published.
    pub version: PackageVersion,
    /// The how manieth commit of the mirror this is, from 1: an older commit, put on top again, would be signed well,
    /// but not be the next.
    pub sequence: NonZeroU64,
    /// The format of trees that the builder made: an upgrade of the tool must not make older commits look forged.
    pub builder: u32,
    /// The digest of the tree, by [`tree_hash`](crate::tree_hash()).
    pub tree: Sha256,
}

const KEYS: [&str; 6] = [
    "Mirror-Target",
    "Mirror-Source",
    "Mirror-Version",
    "Mirror-Sequence",
    "Mirror-Builder",
    "Mirror-Tree-SHA256",
];

/// Why a message has no trailers that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrailerError {
    /// There are none.
    #[error("its message has no `Mirror-` trailers")]
    None,
    /// The last paragraph has another line where one of them should be.
    #[error("its message has `{}` where `{key}` should stand", excerpt(.found))]
    Expected {
        /// The key that should come here.
        key: &'static str,
        /// The line that does, empty at the end.
        found: String,
    },
    /// A line elsewhere that a less strict reader would take for one.
    #[error("its message has a second `{}`", excerpt(.0))]
    Stray(String),
    /// The value is none.
    #[error("its `{key}` cannot be read: {why}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong with its value.
        why: String,
    },
    /// The value is written in another way than publish writes it.
    #[error("its `{key}` is written in an unusual way: `{}`", excerpt(.found))]
    Unusual {
        /// The key.
        key: &'static str,
        /// The value.
        found: String,
    },
}

fn excerpt(line: &str) -> String {
    line.chars().take(80).flat_map(char::escape_debug).collect()
}

impl Trailers {
    /// Reads them from a commit's message.
    ///
    /// # Errors
    /// When they are not there, not alone, or not as [`Display`](fmt::Display) writes them.
    pub fn parse(message: &str) -> Result<Self, TrailerError> {
        let (before, block) = message.rsplit_once("\n\n").unwrap_or(("", message));
        let is_one = |line: &&str| line.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("Mirror-"));
        if !block.lines().any(|line| is_one(&line)) {
            return Err(TrailerError::None);
        }
        if let Some(stray) = before.lines().find(is_one) {
            return Err(TrailerError::Stray(stray.to_owned()));
        }
        let mut lines = Lines(block);
        let trailers = Self {
            target: lines.next(KEYS[0])?,
            source: lines.next(KEYS[1])?,
            version: lines.next(KEYS[2])?,
            sequence: lines.next(KEYS[3])?,
            builder: lines.next(KEYS[4])?,
            tree: lines.next(KEYS[5])?,
        };
        match lines.0.lines().find(|line| !line.is_empty()) {
            Some(line) if is_one(&line) => Err(TrailerError::Stray(line.to_owned())),
            _ if !lines.0.is_empty() => {
                Err(TrailerError::Expected { key: "the end", found: lines.0.to_owned() })
            }
            _ => Ok(trailers),
        }
    }
}

/// The lines that are left.
struct Lines<'a>(&'a str);

impl Lines<'_> {
    /// The value of the next line, which must be that of `key`, written as it is printed.
    fn next<T>(&mut self, key: &'static str) -> Result<T, TrailerError>
    where
        T: FromStr<Err: fmt::Display> + fmt::Display,
    {
        let (line, rest) = self.0.split_once('\n').unwrap_or((self.0, ""));
        let value = line
            .strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(": "))
            .filter(|_| self.0.len() > line.len())
            .ok_or_else(|| TrailerError::Expected { key, found: line.to_owned() })?;
        self.0 = rest;
        let parsed: T =
            value.parse().map_err(|error| TrailerError::Value { key, why: format!("{error}") })?;
        if parsed.to_string() == value {
            Ok(parsed)
        } else {
            Err(TrailerError::Unusual { key, found: value.to_owned() })
        }
    }
}

impl fmt::Display for Trailers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: [&dyn fmt::Display; 6] =
            [&self.target, &self.source, &self.version, &self.sequence, &self.builder, &self.tree];
        KEYS.into_iter().zip(values).try_for_each(|(key, value)| writeln!(f, "{key}: {value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::trailers;

    fn error(message: &str) -> String {
        Trailers::parse(message).unwrap_err().to_string()
    }

    #[test]
    fn trailers_are_read_as_they_are_written() {
        let message = format!("acme-runtime 1.7.0\n\nGenerated.\n\n{}", trailers(7));
        assert_eq!(Trailers::parse(&message).unwrap(), trailers(7));
    }

    #[test]
    fn a_message_of_a_person_has_none() {
        for message in ["", "\n", "Mend a typo\n", "Mend\n\nSigned-off-by: A <a@acme.test>\n", "é\n"] {
            assert_eq!(Trailers::parse(message), Err(TrailerError::None), "{message:?}");
        }
    }

    #[test]
    fn a_line_that_is_missing_doubled_moved_or_added_is_told() {
        let text = format!("Subject\n\n{}", trailers(7));
        let without = text.replace("Mirror-Version: 1.7.0\n", "");
        assert!(error(&without).contains("`Mirror-Sequence: 7` where `Mirror-Version` should stand"));
        let doubled = text.replace("Mirror-Sequence: 7\n", "Mirror-Sequence: 7\nMirror-Sequence: 8\n");
        assert!(error(&doubled).contains("where `Mirror-Builder` should stand"));
        assert!(error(&format!("{text}Mirror-Sequence: 8\n")).contains("a second `Mirror-Sequence: 8`"));
        assert!(error(&format!("{text}Reviewed-by: me\n")).contains("where `the end` should stand"));
        assert!(error(&format!("{text}\n")).contains("no `Mirror-` trailers"));
        assert!(error(text.trim_end()).contains("where `Mirror-Tree-SHA256` should stand"));
        let hidden = text.replace("Subject\n", "Subject\nmirror-sequence: 9\n");
        assert!(error(&hidden).contains("a second `mirror-sequence: 9`"));
    }

    #[test]
    fn a_value_is_written_in_one_way_only() {
        let text = trailers(7).to_string();
        for (from, to) in [
            ("Sequence: 7", "Sequence: 07"),
            ("Sequence: 7", "Sequence: +7"),
            ("Sequence: 7", "Sequence:  7"),
            ("Sequence: 7", "Sequence: 7 "),
            ("Sequence: 7", "Sequence: 0"),
            ("Sequence: 7", "Sequence: 7\r"),
            ("Version: 1.7.0", "Version: v1.7.0"),
            ("Version: 1.7.0", "Version: 1.7.0-RC1"),
            ("Builder: 1", "Builder: -1"),
            ("Tree-SHA256: ", "Tree-SHA256: A"),
        ] {
            assert!(text.contains(from), "{from}");
            assert!(Trailers::parse(&text.replace(from, to)).is_err(), "{to:?} was accepted");
        }
        let upper = text.lines().last().unwrap().rsplit(' ').next().unwrap().to_uppercase();
        let text = text.replace(&upper.to_lowercase(), &upper);
        assert!(error(&text).contains("written in an unusual way"));
    }
}
