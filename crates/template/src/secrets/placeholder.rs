//! What stands in examples in the place of a credential.

/// What nobody's credential has in it, in lower case.
const WORDS: [&str; 6] = ["example", "xxxx", "placeholder", "redacted", "your-", "your_"];

/// As much of a match as is looked at.
const LOOKED_AT: usize = 256;

/// Whether a match is no credential but stands for one, by its own words.
pub(super) fn is_placeholder(matched: &[u8]) -> bool {
    let looked_at = matched[..matched.len().min(LOOKED_AT)].to_ascii_lowercase();
    WORDS.iter().any(|word| looked_at.windows(word.len()).any(|window| window == word.as_bytes()))
}

/// Whether a match is cut short by an ellipsis.
pub(super) fn is_elided(after: &[u8]) -> bool {
    after.starts_with(b"...") || after.starts_with("…".as_bytes())
}

/// Whether a body is made of words, `put-the-key-in-here`, as nothing random is.
pub(super) fn is_prose(body: &[u8]) -> bool {
    let separators = body.iter().filter(|byte| matches!(byte, b'-' | b'_')).count();
    separators >= 2 && body.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'))
}
