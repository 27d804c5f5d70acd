use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

/// Where code that mints a secret reports it, so that it is masked before its first use.
///
/// A plain closure, so that a library can take one without knowing this crate; get it from
/// [`Console::mask_sink`](crate::Console::mask_sink).
pub type MaskSink = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// Lines of a secret shorter than this are not masked by themselves: `}` would blot out half the log.
const SHORTEST_LINE: usize = 4;

/// The secrets of this process, for removing them from everything it prints.
///
/// The runner masks too, yet only in its log, and on a laptop nobody does.
#[derive(Default)]
pub(crate) struct Masks {
    /// Longest first, so that a secret that begins with another one is removed whole.
    texts: Vec<SecretString>,
}

impl Masks {
    /// Takes up a secret; returns the texts that are new, for the runner to mask as well.
    ///
    /// Of a secret of several lines, such as a private key, each line counts: logs are cut by lines.
    pub(crate) fn add(&mut self, secret: &SecretString) -> Vec<SecretString> {
        let whole = secret.expose_secret();
        let mut texts = vec![whole, whole.trim()];
        if whole.trim().contains(['\n', '\r']) {
            texts.extend(whole.split(['\n', '\r']).map(str::trim).filter(|line| line.len() >= SHORTEST_LINE));
        }
        let mut fresh = Vec::new();
        for text in texts {
            if !text.trim().is_empty() && !self.texts.iter().any(|known| known.expose_secret() == text) {
                self.texts.push(text.into());
                fresh.push(text.into());
            }
        }
        self.texts.sort_by_key(|text| std::cmp::Reverse(text.expose_secret().len()));
        fresh
    }

    /// The text with `***` in the place of every secret.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.texts.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "***"))
    }

    /// Whether a text holds a secret.
    pub(crate) fn found_in(&self, text: &str) -> bool {
        self.texts.iter().any(|secret| text.contains(secret.expose_secret()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_removed_wherever_it_stands() {
        let mut masks = Masks::default();
        masks.add(&"ghs_abc".into());
        masks.add(&"ghs_abcdef".into());
        assert_eq!(masks.redact("a ghs_abcdef b ghs_abc"), "a *** b ***");
        assert!(masks.found_in("x=ghs_abc"));
        assert!(!masks.found_in("x=ghs_ab"));
    }

    #[test]
    fn every_line_of_a_key_is_a_secret_too_but_not_its_brackets() {
        let mut masks = Masks::default();
        let fresh = masks.add(&"{\nMIIEpAIB\nAAKCAQEA\n}\n".into());
        let fresh = fresh.iter().map(secrecy::ExposeSecret::expose_secret).collect::<Vec<_>>();
        assert_eq!(fresh, ["{\nMIIEpAIB\nAAKCAQEA\n}\n", "{\nMIIEpAIB\nAAKCAQEA\n}", "MIIEpAIB", "AAKCAQEA"]);
        assert_eq!(masks.redact("} AAKCAQEA"), "} ***");
    }

    #[test]
    fn an_empty_secret_masks_nothing() {
        let mut masks = Masks::default();
        assert!(masks.add(&" \n".into()).is_empty());
        assert_eq!(masks.redact("a b"), "a b");
    }
}
