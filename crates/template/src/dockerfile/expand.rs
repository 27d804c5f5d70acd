//! What variables in an instruction stand for.

use super::lex::{LONGEST, Quotes, Rules, lex};

/// What the build knows by name: arguments and environment.
pub trait Variables {
    /// The value of a variable; none where it is not set.
    fn value(&self, name: &str) -> Option<String>;
}

impl<F: Fn(&str) -> Option<String>> Variables for F {
    fn value(&self, name: &str) -> Option<String> {
        self(name)
    }
}

/// A text with its variables replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// The variables that it names, set or not, in order.
    pub names: Vec<String>,
}

/// Replaces the variables in `word`, and resolves its quotes and escapes.
///
/// `$name`, `${name}`, and between the braces `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`, within each
/// other too. `escape` is the file's escape character.
///
/// # Errors
/// When `BuildKit` refuses it as well, or it grows beyond measure.
pub fn expand(word: &str, escape: char, variables: &dyn Variables) -> Result<Expanded, ExpandError> {
    let lexed = lex(word, Rules::new(escape), variables)?;
    Ok(Expanded { text: lexed.text, names: lexed.names })
}

/// Replaces the variables in a here-document, where quotes mean nothing.
///
/// # Errors
/// As of [`expand`].
pub fn expand_heredoc(text: &str, variables: &dyn Variables) -> Result<Expanded, ExpandError> {
    let lexed = lex(text, Rules { quotes: Quotes::Plain, ..Rules::new('\\') }, variables)?;
    Ok(Expanded { text: lexed.text, names: lexed.names })
}

/// A text whose variables cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// A quote or brace without its end.
    #[error("`{0}` is missing")]
    Unclosed(char),
    /// `${}`, `${:x}` and the like.
    #[error("between `${{` and `}}` stands no variable")]
    BadSubstitution,
    /// An operator that there is not.
    #[error("`{}` is no operator between `${{` and `}}`", .0.escape_debug())]
    Modifier(char),
    /// `${name:?message}` of a variable that is not set.
    #[error("`{name}` has no value, and the build asks for one")]
    Required {
        /// The variable.
        name: String,
        /// What the file says about it.
        message: String,
    },
    /// Expansions within each other beyond measure.
    #[error("expansions lie too deep within each other")]
    TooDeep,
    /// More text than any Dockerfile means.
    #[error("the text grows beyond {} KiB when expanded", LONGEST >> 10)]
    TooLong,
}

/// `value`, shortened by a pattern at its front (`#`) or end (`%`), or with what matches replaced (`/`).
pub(super) fn edited(
    value: &str,
    operator: char,
    (word, replacement): (String, String),
) -> Result<String, ExpandError> {
    let doubled = word.starts_with(operator);
    let pattern = if doubled { &word[1..] } else { &word };
    let pattern: Vec<char> = unescaped(pattern);
    let text: Vec<char> = value.chars().collect();
    // Patterns cost their length times the text's: both are short in every real file.
    if pattern.len().saturating_mul(text.len()) > LONGEST {
        return Err(ExpandError::TooLong);
    }
    let edited: String = match operator {
        '#' => text[prefix(&pattern, &text, doubled).unwrap_or(0)..].iter().collect(),
        '%' => {
            let reversed = |characters: &[char]| characters.iter().rev().copied().collect::<Vec<_>>();
            let cut = prefix(&reversed(&pattern), &reversed(&text), doubled).unwrap_or(0);
            text[..text.len() - cut].iter().collect()
        }
        _ => replaced(&pattern, &text, &replacement, doubled)?,
    };
    Ok(edited)
}

/// Wildcards in a pattern, kept apart from escaped ones by characters that no text holds.
const ANY: char = '\u{10fffe}';
const ONE: char = '\u{10ffff}';

fn unescaped(pattern: &str) -> Vec<char> {
    let mut characters = pattern.chars();
    let mut plain = Vec::new();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => characters.next().unwrap_or('\\'),
            '*' => ANY,
            '?' => ONE,
            other => other,
        });
    }
    plain
}

/// How many characters at the front of `text` the pattern matches: as many as can be, or as few.
fn prefix(pattern: &[char], text: &[char], longest: bool) -> Option<usize> {
    // One row of reachable pattern positions, moved along the text.
    let mut reachable = vec![false; pattern.len() + 1];
    reachable[0] = true;
    let mut found = None;
    for taken in 0..=text.len() {
        for at in 0..pattern.len() {
            if reachable[at] && pattern[at] == ANY {
                reachable[at + 1] = true;
            }
        }
        if reachable[pattern.len()] {
            found = Some(taken);
            if !longest {
                break;
            }
        }
        let Some(&character) = text.get(taken) else { break };
        for at in (0..pattern.len()).rev() {
            let moves = reachable[at] && (pattern[at] == ONE || pattern[at] == character);
            reachable[at + 1] = moves || (reachable[at + 1] && pattern.get(at + 1) == Some(&ANY));
        }
        reachable[0] = pattern.first() == Some(&ANY) && reachable[0];
    }
    found
}

fn replaced(
    pattern: &[char],
    text: &[char],
    replacement: &str,
    everywhere: bool,
) -> Result<String, ExpandError> {
    let mut edited = String::new();
    let mut at = 0;
    let mut open = true;
    let mut work = 0;
    while at < text.len() {
        work += pattern.len() * (text.len() - at);
        let length =
            if open { prefix(pattern, &text[at..], true).filter(|length| *length > 0) } else { None };
        if let Some(length) = length {
            edited.push_str(replacement);
            at += length;
            open = everywhere;
        } else {
            edited.push(text[at]);
            at += 1;
        }
        if edited.len() > LONGEST || (open && work > LONGEST) {
            return Err(ExpandError::TooLong);
        }
    }
    Ok(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(word: &str) -> Result<String, String> {
        let variables = |name: &str| {
            Some(match name {
                "set" => "value".to_owned(),
                "empty" => String::new(),
                "path" => "a/b/c.tar.gz".to_owned(),
                _ => return None,
            })
        };
        expand(word, '\\', &variables).map(|expanded| expanded.text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_of_a_variable_is_replaced() {
        for (word, wanted) in [
            ("$set-$unset-${set}", "value--value"),
            ("${unset:-${set}!}", "value!"),
            ("${empty:-d}|${empty-d}", "d|"),
            ("${set:+s}|${empty:+s}|${empty+s}|${unset+s}", "s||s|"),
            ("${path#*/}|${path##*/}|${path%.*}|${path%%.*}", "b/c.tar.gz|c.tar.gz|a/b/c.tar|a/b/c"),
            ("${path/a/x}|${path//a/x}|${set//?/-}", "x/b/c.tar.gz|x/b/c.txr.gz|-----"),
            (r#"\$set "$set" '$set' "\$set""#, "$set value $set $set"),
            ("$", "$"),
            ("$(x)", "$(x)"),
        ] {
            assert_eq!(expanded(word).as_deref(), Ok(wanted), "{word}");
        }
    }

    #[test]
    fn what_build_kit_refuses_is_refused() {
        for word in ["${set", "${}", "${:x}", "${{x}}", "${set^}", "${set:#x}", "'", "\"", "${unset:?why}"] {
            assert!(expanded(word).is_err(), "{word}");
        }
        assert!(expanded(&"${a:-".repeat(100)).is_err(), "too deep");
    }

    #[test]
    fn text_that_doubles_again_and_again_is_refused() {
        let double = |_: &str| Some("x".repeat(LONGEST));
        assert_eq!(expand("$a$a", '\\', &double), Err(ExpandError::TooLong));
    }
}
