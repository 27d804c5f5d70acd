//! Moving refs by a push: compare-and-swap on the server, in one request.
//! <https://git-scm.com/docs/gitprotocol-pack#_pushing_data_to_a_server>
//!
//! Only refs move: every new value names an object that the server already has, so the pack is empty. Each
//! command carries the old value, and the server refuses it when the ref has moved since: a lease, which
//! neither forge's REST interface offers.

use domain::CommitSha;

use crate::Malformed;
use crate::pkt_line::{FLUSH, line, until_flush};

/// The path of the service below a repository's URL; send it a `POST`.
pub const PATH: &str = "git-receive-pack";

/// The request's headers.
pub const HEADERS: [(&str, &str); 2] = [
    ("content-type", "application/x-git-receive-pack-request"),
    ("accept", "application/x-git-receive-pack-result"),
];

/// A pack of version 2 with no objects: its header and the SHA-1 of that header.
const EMPTY_PACK: [u8; 32] =
    *b"PACK\0\0\0\x02\0\0\0\0\x02\x9d\x08\x82\x3b\xd8\xa8\xea\xb5\x10\xad\x6a\xc7\x5c\x82\x3c\xfd\x3e\xd3\x1e";

/// One ref to create or to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The ref's full name.
    pub name: String,
    /// What it must hold now; `None` when it must not exist.
    pub old: Option<CommitSha>,
    /// What it shall hold: an object that the server has.
    pub new: CommitSha,
}

/// What came of one update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The ref holds the new value.
    Moved,
    /// The server left the ref as it was and said why.
    Refused(String),
}

/// The body that asks for `updates`.
#[must_use]
pub fn request(updates: &[Update]) -> Vec<u8> {
    let mut body = Vec::new();
    for (at, Update { name, old, new }) in updates.iter().enumerate() {
        let null = "0".repeat(new.as_str().len());
        let old = old.as_ref().map_or(null.as_str(), CommitSha::as_str);
        let capabilities = if at == 0 {
            concat!("\0report-status agent=runtime-actions/", env!("CARGO_PKG_VERSION"), "\n")
        } else {
            "\n"
        };
        body.extend(line(&format!("{old} {new} {name}{capabilities}")));
    }
    body.extend_from_slice(FLUSH);
    body.extend_from_slice(&EMPTY_PACK);
    body
}

/// What came of each of `updates`, in their order.
///
/// # Errors
/// When the answer is not git's, is cut short, or leaves out an update.
pub fn parse(updates: &[Update], answer: &[u8]) -> Result<Vec<Outcome>, Malformed> {
    let lines = until_flush(answer)?;
    let lines: Vec<_> = lines.into_iter().map(String::from_utf8_lossy).collect();
    let unpacked =
        lines.first().and_then(|line| line.strip_prefix("unpack ")).ok_or(Malformed::Framing(0))?;
    if unpacked != "ok" {
        return Err(Malformed::Server(format!("unpack {unpacked}")));
    }
    updates
        .iter()
        .map(|update| {
            lines[1..]
                .iter()
                .find_map(|line| outcome(line, &update.name))
                .ok_or_else(|| Malformed::Line(format!("no word about `{}`", update.name)))
        })
        .collect()
}

fn outcome(line: &str, name: &str) -> Option<Outcome> {
    if line.strip_prefix("ok ") == Some(name) {
        return Some(Outcome::Moved);
    }
    let reason = line.strip_prefix("ng ")?.strip_prefix(name)?.strip_prefix(' ')?;
    Some(Outcome::Refused(reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(name: &str, old: Option<char>) -> Update {
        let id = |digit: char| digit.to_string().repeat(40).parse().unwrap();
        Update { name: name.to_owned(), old: old.map(id), new: id('b') }
    }

    fn answer(lines: &[&str]) -> Vec<u8> {
        let mut body: Vec<u8> = lines.iter().flat_map(|text| line(text)).collect();
        body.extend_from_slice(FLUSH);
        body
    }

    #[test]
    fn each_update_tells_what_the_ref_must_hold_now() {
        let body = request(&[update("refs/tags/v1", Some('a')), update("refs/tags/v1.4", None)]);
        let text = String::from_utf8_lossy(&body);
        let (a, b, null) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        assert!(text.contains(&format!("{a} {b} refs/tags/v1\0report-status agent=")), "{text}");
        assert!(text.contains(&format!("{null} {b} refs/tags/v1.4\n0000PACK")), "{text}");
    }

    #[test]
    fn every_update_has_an_outcome_of_its_own() {
        let updates = [update("refs/tags/v1", Some('a')), update("refs/tags/v1.4", None)];
        let told = answer(&["unpack ok\n", "ng refs/tags/v1.4 stale info\n", "ok refs/tags/v1\n"]);
        assert_eq!(parse(&updates, &told).unwrap(), [Outcome::Moved, Outcome::Refused("stale info".into())]);
    }

    #[test]
    fn silence_about_an_update_is_an_error() {
        let updates = [update("refs/tags/v1", None)];
        assert!(parse(&updates, &answer(&["unpack ok\n"])).is_err());
        assert!(parse(&updates, &answer(&["unpack ok\n", "ok refs/tags/v10\n"])).is_err());
        assert!(parse(&updates, &answer(&["unpack index-pack failed\n", "ok refs/tags/v1\n"])).is_err());
        assert!(parse(&updates, b"").is_err());
    }
}
