//! One pass over bytes.

use super::runs::Runs;
use super::token::Match;
use super::wide::Narrowed;
use super::{Certainty, Secret, aws, macaroon, pem, token, web_token};

/// The credentials in a file, in the order in which they stand; no two overlap.
///
/// Bytes need not be text: a key in a picture's comment is a key. Spans are of the bytes that were given, and in UTF-8
/// they lie on character boundaries. UTF-16 is understood if a byte order mark says so, or if the
/// file begins with characters of ASCII in it.
#[must_use]
pub fn scan(bytes: &[u8]) -> Vec<Secret> {
    let narrowed = Narrowed::of(bytes);
    let mut runs = Runs::of(&narrowed.bytes);
    let mut ends = pem::Ends::default();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(head) = runs.bytes[at..].first_chunk::<4>() {
        let start = at;
        at += 1;
        let Some(lead) = Lead::of(*head) else { continue };
        let begins = runs.begins(start);
        if !begins && !head.starts_with(b"gh") {
            continue;
        }
        let Some(matched) = lead.matched(&mut runs, start, &mut ends) else { continue };
        // a checksum that is right is no accident, whatever stands before it
        if !begins && matched.certainty != Certainty::Verified {
            continue;
        }
        at = start + matched.length;
        if !matched.stands_for_one {
            found.push(Secret {
                kind: matched.kind,
                certainty: matched.certainty,
                span: narrowed.span(start, at),
                redacted: format!("{}***", matched.prefix),
            });
        }
    }
    found
}

/// What may begin with four bytes.
#[derive(Debug, Clone, Copy)]
enum Lead {
    Token,
    Aws,
    Macaroon,
    Webhook,
    WebToken,
    Pem,
}

impl Lead {
    fn of(head: [u8; 4]) -> Option<Self> {
        Some(match &head {
            b"sk-a" | b"ghp_" | b"gho_" | b"ghu_" | b"ghs_" | b"ghr_" | b"gith" | b"xoxb" | b"xoxp"
            | b"xoxa" | b"xoxr" | b"xoxs" | b"xoxo" | b"xoxe" | b"xoxc" | b"xoxd" | b"xapp" => Self::Token,
            b"AKIA" | b"ASIA" => Self::Aws,
            b"pypi" => Self::Macaroon,
            b"hook" => Self::Webhook,
            // `{"`, `{ `, and a brace at the end of a line
            [b'e', b'y', b'J' | b'A', _] | [b'e', b'w', b'o', _] => Self::WebToken,
            b"----" => Self::Pem,
            _ => return None,
        })
    }

    fn matched(self, runs: &mut Runs<'_>, at: usize, ends: &mut pem::Ends) -> Option<Match> {
        match self {
            Self::Token => token::at(runs, at),
            Self::Aws => aws::at(runs, at),
            Self::Macaroon => macaroon::at(runs, at),
            Self::Webhook => token::webhook(runs, at),
            Self::WebToken => web_token::at(runs, at),
            Self::Pem => pem::at(runs.bytes, at, ends),
        }
    }
}
