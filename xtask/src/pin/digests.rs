//! Which image an action has in a release.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};

/// The digest of each action's image.
#[derive(Debug)]
pub(super) struct Digests(BTreeMap<String, String>);

impl Digests {
    /// Reads lines of `name sha256:…`.
    ///
    /// # Errors
    ///
    /// When a line is none, or an action stands twice.
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        let mut digests = BTreeMap::new();
        for line in text.lines() {
            let (action, digest) =
                line.split_once(' ').with_context(|| format!("`{line}` names no digest"))?;
            ensure!(is_digest(digest), "`{digest}`, of {action}, is no digest");
            let before = digests.insert(action.to_owned(), digest.to_owned());
            ensure!(before.is_none(), "{action} stands there twice");
        }
        Ok(Self(digests))
    }

    /// That of an action.
    pub(super) fn of(&self, action: &str) -> Option<&str> {
        self.0.get(action).map(String::as_str)
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hexadecimal| {
        hexadecimal.len() == 64
            && hexadecimal.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_one_whole_digest() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let digests = Digests::read(&format!("auto-tag {digest}\n")).unwrap();
        assert_eq!(digests.of("auto-tag"), Some(digest.as_str()));
        assert_eq!(digests.of("cascade"), None);
        for text in ["auto-tag", "auto-tag sha256:", "auto-tag null", &format!("a {digest}\na {digest}")] {
            assert!(Digests::read(text).is_err(), "{text}");
        }
    }
}
