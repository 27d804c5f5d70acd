//! Key ids of Amazon Web Services.

use super::placeholder::is_placeholder;
use super::runs::{Alphabet, Runs};
use super::token::Match;
use super::{Certainty, Kind};

/// How long a key id is, prefix and all.
const LENGTH: usize = 20;

/// `AKIA` (long-lived) or `ASIA` (temporary), and sixteen capitals or digits.
pub(super) fn at(runs: &mut Runs<'_>, at: usize) -> Option<Match> {
    let word = runs.from(at, Alphabet::Alphanumeric);
    let fits =
        word.len() == LENGTH && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let prefix = word.get(..4).map(String::from_utf8_lossy)?;
    fits.then(|| Match {
        kind: Kind::Aws,
        certainty: Certainty::Shaped,
        length: LENGTH,
        prefix: prefix.into_owned(),
        stands_for_one: is_placeholder(word),
    })
}
