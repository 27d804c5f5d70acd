//! Keeping secrets out of everything that is printed.

use std::fmt;
use std::sync::{PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

const MASK: &str = "***";

/// The longest excerpt of a body that an error carries, in characters.
const EXCERPT: usize = 400;

/// Words that, anywhere in the name of a query parameter, mark its value as a secret.
const SECRET_WORDS: [&str; 8] =
    ["token", "secret", "passw", "signature", "credential", "apikey", "api_key", "api-key"];

/// Whole names of query parameters whose values are secrets.
const SECRET_NAMES: [&str; 7] = ["auth", "authorization", "code", "jwt", "key", "pwd", "sig"];

/// The URL as it may be printed: without userinfo, without the values of token-like query parameters, and
/// without the fragment.
pub(crate) fn url(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for URLs that cannot have userinfo, which then have none to hide.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let parameters: Vec<_> = query.split('&').map(parameter).collect();
        url.set_query(Some(&parameters.join("&")));
    }
    url.into()
}

/// One `name=value` of a query, as written, its value masked when the name is that of a secret.
fn parameter(written: &str) -> String {
    let Some((name, _)) = written.split_once('=') else { return written.to_owned() };
    let lower = name.to_ascii_lowercase();
    let secret =
        SECRET_NAMES.contains(&lower.as_str()) || SECRET_WORDS.iter().any(|word| lower.contains(word));
    if secret { format!("{name}={MASK}") } else { written.to_owned() }
}

/// The secrets that the client knows, and the removal of them from text.
#[derive(Default)]
pub(crate) struct Redactor {
    secrets: RwLock<Vec<SecretString>>,
}

impl Redactor {
    pub(crate) fn new(secrets: Vec<SecretString>) -> Self {
        Self { secrets: RwLock::new(secrets) }
    }

    /// Hides `secret` from now on.
    pub(crate) fn add(&self, secret: SecretString) {
        self.secrets.write().unwrap_or_else(PoisonError::into_inner).push(secret);
    }

    /// `text` without the known secrets and without those in `more`.
    pub(crate) fn scrub(&self, text: &str, more: &[&str]) -> String {
        let known = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        let mut secrets: Vec<&str> =
            known.iter().map(ExposeSecret::expose_secret).chain(more.iter().copied()).collect();
        // The longest first: a secret may begin with another one. The empty one is everywhere.
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
    }

    /// One line of bounded length that shows how `text` begins, without secrets.
    ///
    /// Control characters become spaces and runs of white space one space, so that no answer of a server can
    /// begin a line of its own in a log.
    pub(crate) fn excerpt(&self, text: &str, more: &[&str]) -> String {
        // Scrubbed before it is cut, or a secret cut in half would stay.
        let scrubbed = self.scrub(text, more);
        let plain: String = scrubbed.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
        let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(EXCERPT) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.secrets.read().unwrap_or_else(PoisonError::into_inner).len();
        write!(f, "Redactor({known} secrets)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(given: &str) -> String {
        url(&Url::parse(given).unwrap())
    }

    #[test]
    fn userinfo_and_fragment_are_removed_from_a_url() {
        assert_eq!(redacted("https://me:hunter2@host:8443/a/b?c=d#e"), "https://host:8443/a/b?c=d");
    }

    #[test]
    fn values_of_token_like_query_parameters_are_masked_and_others_kept_as_written() {
        assert_eq!(
            redacted("https://h/p?page=2&access_token=abc&X-Amz-Signature=def&sig=ghi&q=a%20b&sign=kept"),
            "https://h/p?page=2&access_token=***&X-Amz-Signature=***&sig=***&q=a%20b&sign=kept"
        );
    }

    #[test]
    fn a_secret_that_contains_another_leaves_no_remainder() {
        let redactor = Redactor::new(vec!["abc".into(), "abcdef".into(), "".into()]);
        assert_eq!(redactor.scrub("x abcdef y abc z", &["y"]), "x *** *** *** z");
    }

    #[test]
    fn an_excerpt_is_one_bounded_line_without_control_characters() {
        let redactor = Redactor::default();
        assert_eq!(redactor.excerpt(" a\r\n::error::b\u{1b}[31m\tc ", &[]), "a ::error::b [31m c");
        let long = redactor.excerpt(&"ä".repeat(1000), &[]);
        assert_eq!(long.chars().count(), EXCERPT + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_secret_across_the_cut_of_an_excerpt_does_not_show_its_beginning() {
        let redactor = Redactor::new(vec!["SECRETSECRET".into()]);
        let text = format!("{}SECRETSECRET", "a".repeat(EXCERPT - 4));
        assert!(!redactor.excerpt(&text, &[]).contains("SEC"));
    }
}
