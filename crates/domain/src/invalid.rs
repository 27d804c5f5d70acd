use std::fmt;

/// A text that is not what its place asks for.
///
/// It keeps the text, cut to a length fit for a log line, and the rule that the text breaks, so that whoever
/// prints it needs to add only where the text came from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {expected}: {rule}", Excerpt(.text))]
pub struct Invalid {
    text: String,
    expected: &'static str,
    rule: String,
}

impl Invalid {
    pub(crate) fn new(text: &str, expected: &'static str, rule: impl Into<String>) -> Self {
        Self { text: text.to_owned(), expected, rule: rule.into() }
    }

    /// What was expected in this place, as a noun phrase: `a repository name`.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// The text that is not.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rule that the text breaks, as the message tells it.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

/// Prints at most this many characters of a text, without control characters.
struct Excerpt<'a>(&'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 80;
        for (count, character) in self.0.chars().enumerate() {
            if count == LONGEST {
                return f.write_str("…");
            }
            write!(f, "{}", if character.is_control() { '\u{fffd}' } else { character })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_with_control_characters_becomes_one_short_line() {
        let printed = Invalid::new(&format!("a\nb{}", "x".repeat(200)), "a word", "too long").to_string();
        assert!(printed.starts_with("`a\u{fffd}bxxx"), "{printed}");
        assert!(printed.ends_with("x…` is not a word: too long"), "{printed}");
        assert_eq!(printed.lines().count(), 1);
    }
}
