//! Who made a commit, and when: claims that anybody may make.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// A name, an address and a time, as in a commit's `author` and `committer`.
///
/// None of it is ever believed by itself: only the time is used, where a signature covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    name: String,
    email: String,
    time: Timestamp,
    zone: String,
}

/// A text that git would not take for a person and a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not `name <address> seconds zone`", .0.escape_debug())]
pub struct IdentityError(String);

impl Identity {
    /// A person at a time, to the second, in UTC.
    ///
    /// # Errors
    /// When the name or the address has a character that git's format has no place for.
    pub fn new(name: &str, email: &str, time: Timestamp) -> Result<Self, IdentityError> {
        format!("{name} <{email}> {} +0000", time.as_second()).parse()
    }

    /// The time, to the second.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }
}

impl FromStr for Identity {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let refuse = || IdentityError(text.chars().take(120).collect());
        let (person, when) = text.rsplit_once("> ").ok_or_else(refuse)?;
        let (name, email) = person.rsplit_once(" <").ok_or_else(refuse)?;
        let (seconds, zone) = when.split_once(' ').ok_or_else(refuse)?;
        let bad = |text: &str| text.chars().any(|one| one.is_control() || matches!(one, '<' | '>'));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_zone = zone.len() == 5 && zone.starts_with(['+', '-']) && digits(&zone[1..]);
        // git sorts out leading zeros in ways of its own
        let is_time = digits(seconds) && (seconds == "0" || !seconds.starts_with('0'));
        if bad(name) || bad(email) || !is_zone || !is_time {
            return Err(refuse());
        }
        let time = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        Ok(Self {
            name: name.to_owned(),
            email: email.to_owned(),
            time: time.ok_or_else(refuse)?,
            zone: zone.to_owned(),
        })
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}> {} {}", self.name, self.email, self.time.as_second(), self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_written_as_they_are_read() {
        for text in ["A B <a@acme.test> 1700000000 +0000", "é <> 0 -0330", " <x> 1 +0000"] {
            assert_eq!(text.parse::<Identity>().unwrap().to_string(), text);
        }
        let made = Identity::new("publish", "publish@acme.test", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(made.to_string(), "publish <publish@acme.test> 0 +0000");
    }

    #[test]
    fn what_git_would_read_in_another_way_is_refused() {
        for text in [
            "",
            "A <a> 1",
            "A <a> +0000",
            "A a> 1 +0000",
            "A <a 1 +0000",
            "A <a> 01 +0000",
            "A <a> -1 +0000",
            "A <a> 1 0000",
            "A <a> 1 +000",
            "A <a> 1 +00é",
            "A <a>> 1 +0000",
            "A <<a> 1 +0000",
            "A\n <a> 1 +0000",
            "A <a> 99999999999999999999 +0000",
            "A <a> 999999999999999 +0000",
        ] {
            assert!(text.parse::<Identity>().is_err(), "{text:?} was accepted");
        }
        assert!(Identity::new("a\nparent x", "a", Timestamp::UNIX_EPOCH).is_err());
    }
}
