use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// The short name of a tag, without `refs/tags/`, valid by git's rules for reference names
/// (<https://git-scm.com/docs/git-check-ref-format>).
///
/// The rules are checked here, before anything is sent, because Gitea answers a malformed name with an empty
/// 500, which is also its answer to a lost race.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagName(String);

/// The short name of a branch, without `refs/heads/`, valid by the same rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchName(String);

impl TagName {
    /// `runtime-v1.4.0`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `refs/tags/runtime-v1.4.0`.
    #[must_use]
    pub fn full_ref(&self) -> String {
        format!("refs/tags/{}", self.0)
    }
}

impl BranchName {
    /// `main`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `refs/heads/main`.
    #[must_use]
    pub fn full_ref(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl FromStr for TagName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rule = |why: String| Invalid::new(text, "a tag name", why);
        // git itself refuses a leading dash only on its command line; a tag so named could not be typed
        if text.starts_with('-') {
            return Err(rule("it starts with `-`".to_owned()));
        }
        check("refs/tags/", text).map(Self).map_err(rule)
    }
}

impl FromStr for BranchName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rule = |why: String| Invalid::new(text, "a branch name", why);
        if text.starts_with('-') {
            return Err(rule("it starts with `-`".to_owned()));
        }
        check("refs/heads/", text).map(Self).map_err(rule)
    }
}

fn check(namespace: &str, name: &str) -> Result<String, String> {
    if name.len() > 200 {
        return Err("it has more than 200 bytes".to_owned());
    }
    let full = format!("{namespace}{name}");
    gix_validate::reference::name(full.as_str().into()).map_err(|error| error.to_string())?;
    Ok(name.to_owned())
}

impl fmt::Display for TagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_git_takes_are_taken() {
        for text in ["runtime-v1.4.0", "v1", "a/b", "release-ü", "x@y"] {
            assert_eq!(text.parse::<TagName>().unwrap().full_ref(), format!("refs/tags/{text}"));
            assert!(text.parse::<BranchName>().is_ok());
        }
    }

    #[test]
    fn names_that_git_refuses_are_refused_before_anything_is_sent() {
        for text in [
            "", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", ".a", "a.lock", "a/", "/a",
            "a//b", "@{", "a\u{7f}", "a.", "-a",
        ] {
            assert!(text.parse::<TagName>().is_err(), "{text:?} was accepted");
        }
    }
}
