//! Paths in images, and patterns for them.

/// Where a path leads from a folder: absolute, without `.` and `..`, and without a slash at its end.
pub(super) fn absolute(folder: &str, path: &str) -> String {
    let joined = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    format!("/{}", clean(&joined))
}

/// A path without `.`, `..` and slashes at either end; what leads out of the top stays at the top.
pub(super) fn clean(path: &str) -> String {
    let mut components: Vec<&str> = Vec::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => drop(components.pop()),
            other => components.push(other),
        }
    }
    components.join("/")
}

/// The part of `path` below `folder`, both absolute; none where it lies elsewhere or is the folder itself.
pub(super) fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/')?;
    (!rest.is_empty()).then_some(rest)
}

/// The last component.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path is a pattern.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// What a match may cost: a pattern's length times a name's. No file system has names as long as that.
const LONGEST_MATCH: usize = 1 << 20;

/// Whether one component matches a pattern of one component: `*`, `?`, `[a-z]`, `[^a]`, `\x`.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    if pattern.len().saturating_mul(name.len()) > LONGEST_MATCH {
        return false;
    }
    let (mut at, mut read) = (0, 0);
    // Where to go on when what follows the last star does not fit: one character further.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match one(&pattern[at..], name[read]) {
            Some(_) if pattern[at] == '*' => {
                star = Some((at, read));
                at += 1;
            }
            Some(length) => {
                at += length;
                read += 1;
            }
            None => {
                let Some((back, tried)) = star else { return false };
                (at, read) = (back + 1, tried + 1);
                star = Some((back, tried + 1));
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

/// How much of the pattern stands for `character`; one for a star, which stands for anything.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match pattern {
        ['*' | '?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == character).then_some(2),
        ['[', rest @ ..] => {
            let (negated, rest) = match rest {
                ['^', rest @ ..] => (true, rest),
                rest => (false, rest),
            };
            let end = rest.iter().skip(1).position(|one| *one == ']')? + 1;
            let mut found = false;
            let mut set = &rest[..end];
            while let [first, more @ ..] = set {
                set = match more {
                    ['-', last, more @ ..] => {
                        found |= (*first..=*last).contains(&character);
                        more
                    }
                    more => {
                        found |= *first == character;
                        more
                    }
                };
            }
            (found != negated).then_some(end + 2 + usize::from(negated))
        }
        [plain, ..] => (*plain == character).then_some(1),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_cleaned() {
        assert_eq!(absolute("/app", "./a/../b/"), "/app/b");
        assert_eq!(absolute("/app", "/x//y"), "/x/y");
        assert_eq!(absolute("/app", "."), "/app");
        assert_eq!(absolute("/", "../../a"), "/a");
        assert_eq!(below("/app/a/b", "/app"), Some("a/b"));
        assert_eq!(below("/a", "/"), Some("a"));
        assert_eq!(below("/apple", "/app"), None);
    }

    #[test]
    fn patterns_match_within_a_component() {
        for (pattern, name, wanted) in [
            ("*.sh", "run.sh", true),
            ("*.sh", "run.py", false),
            ("r?n.[st][a-h]", "run.sh", true),
            ("[^r]*", "run.sh", false),
            ("a*b*c", "aXbYbc", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[", "[", false),
            ("**", "", true),
        ] {
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
        }
    }
}
