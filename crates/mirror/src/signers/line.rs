//! One line of `allowed_signers`.

use ssh_key::{Algorithm, PublicKey};

use super::Signer;
use super::pattern::PatternList;
use super::validity::{Moment, Validity};

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It has no principals, or none but excluding ones.
    #[error("it begins with no principal")]
    Principals,
    /// It has no key.
    #[error("it has no public key")]
    NoKey,
    /// A control character, such as the line end of another system: what follows it would be a comment.
    #[error("it has a control character, {}", .0.escape_debug())]
    Control(char),
    /// What follows the key is a comment, and reads like more than that.
    #[error("`{}` stands behind the key, where everything is a comment", .0.escape_debug())]
    Behind(String),
    /// A quote is not closed.
    #[error("a quote is not closed")]
    Quote,
    /// Certificates are not supported.
    #[error("`cert-authority` is not supported: who the authority signs for is not written here")]
    Authority,
    /// An option that nobody knows.
    #[error("there is no option `{}`", .0.escape_debug())]
    Option(String),
    /// An option with a value that is none.
    #[error("`{option}` cannot be read: {why}")]
    Value {
        /// The option.
        option: &'static str,
        /// What is wrong with its value.
        why: &'static str,
    },
    /// An option is given twice.
    #[error("`{0}` is given twice")]
    Twice(&'static str),
    /// Another kind of key.
    #[error("a key of the kind `{0}` is not supported")]
    Kind(String),
    /// The key is none.
    #[error("the public key cannot be read: {0}")]
    Key(String),
}

impl LineError {
    /// What would mend it.
    #[must_use]
    pub fn mending(&self) -> &'static str {
        match self {
            Self::Authority => "list the public key itself, for as long as it is to count",
            Self::Kind(_) => "sign with a key that `ssh-keygen -t ed25519` made",
            Self::Option(_) | Self::Twice(_) => {
                "the options are `namespaces`, `valid-after` and `valid-before`, each once"
            }
            Self::Control(_) => "end each line with a line feed",
            Self::Behind(_) => "put options before the key, and each key on a line of its own",
            Self::Quote | Self::Value { .. } => "write it as ssh-keygen(1) says under ALLOWED SIGNERS",
            Self::Principals | Self::NoKey | Self::Key(_) => {
                "write `publish@acme.test namespaces=\"git\" ssh-ed25519 AAAA…`"
            }
        }
    }
}

/// The words of a line; blanks within quotes part none.
fn words(line: &str) -> Result<Vec<&str>, LineError> {
    let mut words = Vec::new();
    let (mut begin, mut is_quoted) = (0, false);
    let end = std::iter::once((line.len(), ' '));
    for (at, one) in line.char_indices().chain(end) {
        match one {
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' if !is_quoted || at == line.len() => {
                if begin < at {
                    words.push(&line[begin..at]);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
    if is_quoted { Err(LineError::Quote) } else { Ok(words) }
}

/// Whether a word names a kind of key. What does not is an option, or nonsense.
fn is_kind(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-", "rsa-"].iter().any(|start| word.starts_with(start))
}

/// Whether a word of a comment was meant to be more: it would change whom the line trusts, and when.
fn is_more_than_comment(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    is_kind(&word) || ["cert-authority", "namespaces=", "valid-"].iter().any(|start| word.starts_with(start))
}

/// Reads a line that is neither blank nor a comment.
pub(super) fn parse(line: &str, number: usize) -> Result<Signer, LineError> {
    if let Some(control) = line.chars().find(|one| one.is_control() && *one != '\t') {
        return Err(LineError::Control(control));
    }
    let words = words(line)?;
    let (principals, rest) = words.split_first().ok_or(LineError::Principals)?;
    let principals = principals.trim_matches('"');
    let list = PatternList::parse(principals).ok_or(LineError::Principals)?;
    if is_kind(principals) || principals.split(',').all(|one| one.starts_with('!')) {
        return Err(LineError::Principals);
    }
    let (options, key) = match rest {
        [options, key @ ..] if !is_kind(options) => (Some(*options), key),
        key => (None, key),
    };
    let (namespaces, validity) = options.map_or(Ok((None, Validity::default())), self::options)?;
    let [kind, encoded, comment @ ..] = key else { return Err(LineError::NoKey) };
    if *kind != Algorithm::Ed25519.as_str() {
        return Err(LineError::Kind((*kind).to_owned()));
    }
    let key = PublicKey::from_openssh(&format!("{kind} {encoded}"))
        .map_err(|error| LineError::Key(error.to_string()))?;
    if let Some(word) = comment.iter().find(|word| is_more_than_comment(word)) {
        return Err(LineError::Behind(word.chars().take(40).collect()));
    }
    Ok(Signer { line: number, principals: list.written(), key, namespaces, validity })
}

fn options(text: &str) -> Result<(Option<PatternList>, Validity), LineError> {
    let mut namespaces = None;
    let mut validity = Validity::default();
    for option in parted(text) {
        let (name, value) =
            option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let value = value.and_then(|value| value.strip_prefix('"')?.strip_suffix('"'));
        match name.to_ascii_lowercase().as_str() {
            "cert-authority" => return Err(LineError::Authority),
            "namespaces" => {
                let why = "write `namespaces=\"git\"`";
                let list = value.and_then(PatternList::parse);
                once(&mut namespaces, "namespaces", list.ok_or(why))?;
            }
            "valid-after" => once(&mut validity.after, "valid-after", moment(value))?,
            "valid-before" => once(&mut validity.before, "valid-before", moment(value))?,
            _ => return Err(LineError::Option(name.chars().take(40).collect())),
        }
    }
    if let (Some(after), Some(before)) = (validity.after, validity.before)
        && before <= after
    {
        return Err(LineError::Value { option: "valid-before", why: "it is not after `valid-after`" });
    }
    Ok((namespaces, validity))
}

fn moment(value: Option<&str>) -> Result<jiff::Timestamp, &'static str> {
    value.ok_or("write its time in quotes")?.parse::<Moment>().map(|moment| moment.0)
}

fn once<T>(
    place: &mut Option<T>,
    option: &'static str,
    value: Result<T, &'static str>,
) -> Result<(), LineError> {
    let value = value.map_err(|why| LineError::Value { option, why })?;
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(LineError::Twice(option)),
    }
}

/// The options of a list; commas within quotes part none.
fn parted(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|one| {
        is_quoted ^= one == '"';
        one == ',' && !is_quoted
    })
    .collect()
}
