//! Lists of patterns, as `ssh_config(5)` has them.

/// Patterns with `*` and `?`, of which one that begins with `!` excludes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternList(Vec<String>);

impl PatternList {
    /// The patterns of a comma-separated list; `None` when one is empty.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let patterns: Vec<_> = text.split(',').map(str::to_owned).collect();
        let is_one = |one: &String| !one.trim_start_matches('!').is_empty();
        patterns.iter().all(is_one).then_some(Self(patterns))
    }

    /// Whether one of them matches, and none that excludes does.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (excluded, included): (Vec<_>, Vec<_>) = self.0.iter().partition(|one| one.starts_with('!'));
        let is_match = |pattern: &str| matches(pattern.as_bytes(), text.as_bytes());
        !excluded.iter().any(|one| is_match(&one[1..])) && included.iter().any(|one| is_match(one))
    }

    /// As it is written.
    pub(crate) fn written(&self) -> String {
        self.0.join(",")
    }
}

/// Goes back to the last `*` only, and so takes no more steps than pattern times text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(one) if *one == b'?' || *one == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((begun, taken)) => {
                    star = Some((begun, taken + 1));
                    at = begun + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|one| *one == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_those_of_ssh_do() {
        let list = |text: &str| PatternList::parse(text).unwrap();
        for text in ["git", "file,git", "g?t", "*", "g*t", "**", "git*", "*,!file", "*git"] {
            assert!(list(text).matches("git"), "{text}");
        }
        for text in ["file", "gi", "gitt", "Git", "*,!git", "!file", "g?", "!g*,git", "*a*b"] {
            assert!(!list(text).matches("git"), "{text}");
        }
        for text in ["", "git,", "!", ",git"] {
            assert_eq!(PatternList::parse(text), None, "{text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!matches(&b"*a".repeat(500), &[b'a'; 400]));
        assert!(!matches(&[&b"*a".repeat(200)[..], b"b"].concat(), &vec![b'a'; 20_000]));
    }
}
