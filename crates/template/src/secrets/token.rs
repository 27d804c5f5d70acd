//! Credentials that are one word behind a prefix.

use super::placeholder::{is_elided, is_placeholder, is_prose};
use super::runs::{Alphabet, Runs};
use super::{Certainty, Kind};

/// A match: what it is and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) kind: Kind,
    pub(super) certainty: Certainty,
    pub(super) length: usize,
    pub(super) prefix: String,
    /// Whether it is a placeholder, by its own words.
    pub(super) stands_for_one: bool,
}

/// As many characters as a token is taken to have at most. It also bounds the work where prefix follows on prefix.
const LONGEST: usize = 256;

/// How a kind of token is written.
struct Form {
    kind: Kind,
    prefix: &'static str,
    alphabet: Alphabet,
    /// The fewest characters behind the prefix.
    least: usize,
    /// From how many on an ellipsis behind it cuts nothing off.
    whole: usize,
}

const fn form(kind: Kind, prefix: &'static str, alphabet: Alphabet, least: usize, whole: usize) -> Form {
    Form { kind, prefix, alphabet, least, whole }
}

const FORMS: [Form; 17] = [
    form(Kind::Anthropic, "sk-ant-", Alphabet::Url, 26, 90),
    form(Kind::GitHub, "ghp_", Alphabet::Alphanumeric, GITHUB, GITHUB),
    form(Kind::GitHub, "gho_", Alphabet::Alphanumeric, GITHUB, GITHUB),
    form(Kind::GitHub, "ghu_", Alphabet::Alphanumeric, GITHUB, GITHUB),
    form(Kind::GitHub, "ghs_", Alphabet::Alphanumeric, GITHUB, GITHUB),
    form(Kind::GitHub, "ghr_", Alphabet::Alphanumeric, GITHUB, GITHUB),
    form(Kind::GitHubFineGrained, "github_pat_", Alphabet::Word, 36, 82),
    form(Kind::Slack, "xoxb-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxp-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxa-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxr-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxs-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxo-", Alphabet::Url, 20, 50),
    // of a browser's session: `xoxd-` is the cookie
    form(Kind::Slack, "xoxc-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxd-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xoxe-", Alphabet::Url, 20, 50),
    form(Kind::Slack, "xapp-", Alphabet::Url, 20, 50),
];

/// How many characters a GitHub token has behind its prefix: thirty random ones and six of checksum.
const GITHUB: usize = 36;

/// The token that begins at an offset, if one does.
pub(super) fn at(runs: &mut Runs<'_>, at: usize) -> Option<Match> {
    let rest = &runs.bytes[at..];
    let form = FORMS.iter().find(|form| rest.starts_with(form.prefix.as_bytes()))?;
    let body = runs.from(at + form.prefix.len(), form.alphabet);
    let body = trimmed(&body[..body.len().min(LONGEST)], form.alphabet);
    if body.len() < form.least || !fits(form, body) {
        return None;
    }
    let length = form.prefix.len() + body.len();
    let verified = form.kind == Kind::GitHub && has_checksum(body);
    let certainty = if verified { Certainty::Verified } else { Certainty::Shaped };
    // what follows a whole token is no part of it: `KEY-example`
    let own = length.min(form.prefix.len() + form.whole);
    let stands_for_one =
        is_placeholder(&rest[..own]) || (is_elided(&rest[length..]) && body.len() < form.whole);
    let prefix = form.prefix.to_owned();
    Some(Match { kind: form.kind, certainty, length, prefix, stands_for_one: stands_for_one && !verified })
}

/// The address of a Slack webhook: a team, an app, and the secret.
pub(super) fn webhook(runs: &mut Runs<'_>, at: usize) -> Option<Match> {
    const PREFIX: &str = "hooks.slack.com/services/";
    if !runs.bytes[at..].starts_with(PREFIX.as_bytes()) {
        return None;
    }
    let mut end = at + PREFIX.len();
    for (lead, least) in [("T", 8), ("B", 8), ("", 20)] {
        let part = runs.from(end, Alphabet::Alphanumeric);
        if !part.starts_with(lead.as_bytes()) || part.len() < least {
            return None;
        }
        end += part.len() + usize::from(least < 20);
        if least < 20 && runs.bytes.get(end - 1) != Some(&b'/') {
            return None;
        }
    }
    Some(Match {
        kind: Kind::SlackWebhook,
        certainty: Certainty::Shaped,
        length: end - at,
        prefix: PREFIX.to_owned(),
        stands_for_one: is_placeholder(&runs.bytes[at..end]),
    })
}

/// A body without dashes at its end: those are a rule, or a sentence's.
fn trimmed(body: &[u8], alphabet: Alphabet) -> &[u8] {
    let end = match alphabet {
        Alphabet::Url => body.iter().rposition(|byte| *byte != b'-').map_or(0, |last| last + 1),
        _ => body.len(),
    };
    &body[..end]
}

fn fits(form: &Form, body: &[u8]) -> bool {
    match form.kind {
        Kind::Slack if form.prefix == "xoxd-" => {
            body.iter().any(u8::is_ascii_digit) && body.iter().any(u8::is_ascii_uppercase)
        }
        Kind::Slack => body.iter().any(u8::is_ascii_digit) && body.contains(&b'-'),
        Kind::Anthropic => {
            // `api03-` and its likes are the prefix of what is random
            let random = body.iter().position(|byte| *byte == b'-').map_or(body, |at| &body[at + 1..]);
            !is_prose(random)
        }
        Kind::GitHubFineGrained => !is_prose(body),
        _ => true,
    }
}

/// Whether the last six characters are the CRC-32 of those before them, in base 62.
fn has_checksum(body: &[u8]) -> bool {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some((random, checksum)) = body.split_at_checked(GITHUB - 6).filter(|_| body.len() == GITHUB) else {
        return false;
    };
    let mut rest = crc32fast::hash(random) as usize;
    checksum.iter().rev().all(|digit| {
        let expected = DIGITS[rest % DIGITS.len()];
        rest /= DIGITS.len();
        *digit == expected
    })
}
