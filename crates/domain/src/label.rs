use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::Invalid;

/// A label of a pull request, such as `release:minor`.
///
/// Compared without case: GitHub keeps one spelling of a label, Gitea may hold `Release:Major` beside
/// `release:major`, and a major release must not be missed for a capital letter.
#[derive(Clone)]
pub struct Label(String);

impl Label {
    /// The label as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Invalid::new(text, "a label", "it is empty"));
        }
        if trimmed.chars().any(char::is_control) {
            return Err(Invalid::new(text, "a label", "it holds a control character"));
        }
        Ok(Self(trimmed.to_owned()))
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Label {}

impl Hash for Label {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Label({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_equal_whatever_their_case() {
        let label: Label = " release:minor ".parse().unwrap();
        assert_eq!(label, "Release:Minor".parse().unwrap());
        assert_eq!(label.as_str(), "release:minor");
    }

    #[test]
    fn an_empty_label_or_one_with_a_line_break_is_refused() {
        assert!("  ".parse::<Label>().is_err());
        assert!("a\nb".parse::<Label>().is_err());
    }
}
