//! Private keys in text, <https://www.rfc-editor.org/rfc/rfc7468>.

use super::placeholder::is_placeholder;
use super::token::Match;
use super::{Certainty, Kind};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
/// The longest label, `ENCRYPTED PRIVATE KEY` among them.
const LONGEST_LABEL: usize = 40;
/// As far behind the first line as the key itself begins, behind `Proc-Type:` and its likes.
const LONGEST_HEAD: usize = 512;
/// The fewest characters of a key; a mention of the format has none.
const LEAST: usize = 16;
/// The longest key, from its first line to its last.
const LONGEST: usize = 32 << 10;

/// Where the last lines of keys are, each found once.
#[derive(Default)]
pub(super) struct Ends {
    next: Option<usize>,
    seen: usize,
}

impl Ends {
    /// The next last line at or behind an offset; offsets ascend.
    fn from(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        if self.next.is_some_and(|next| next < at) || self.seen == 0 {
            self.seen = at.max(1);
            let rest = bytes.get(at..)?;
            self.next = rest.windows(END.len()).position(|window| window == END).map(|found| at + found);
        }
        self.next
    }
}

/// A private key: its first line, and the key itself behind it.
pub(super) fn at(bytes: &[u8], at: usize, ends: &mut Ends) -> Option<Match> {
    let label = bytes[at..].strip_prefix(BEGIN)?;
    let length = label.windows(5).take(LONGEST_LABEL).position(|window| window == b"-----")?;
    let label = &label[..length];
    let is_key = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    if !is_key
        || !label.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ')
    {
        return None;
    }
    let first_line = BEGIN.len() + length + 5;
    let head = &bytes[at + first_line..bytes.len().min(at + first_line + LONGEST_HEAD)];
    let key = key(head)?;
    // the byte 0x30, a sequence in DER, or the name that OpenSSH begins with
    let verified = matches!(key, [b'M', b'A'..=b'P', ..]) || key.starts_with(b"b3BlbnNzaC1rZXktdjE");
    let certainty = if verified { Certainty::Verified } else { Certainty::Shaped };
    let prefix = String::from_utf8_lossy(&bytes[at..at + first_line]).into_owned();
    let length = match ends.from(bytes, at).filter(|end| *end < at + LONGEST) {
        Some(end) => {
            let last = &bytes[end + END.len()..bytes.len().min(end + END.len() + LONGEST_LABEL + 5)];
            let closed = last.windows(5).position(|window| window == b"-----").map_or(0, |label| label + 5);
            end + END.len() + closed - at
        }
        None => first_line,
    };
    Some(Match { kind: Kind::PrivateKey, certainty, length, prefix, stands_for_one: is_placeholder(key) })
}

/// The first line of a key, behind line ends, quotes and escapes, comment signs and headers.
fn key(mut head: &[u8]) -> Option<&[u8]> {
    loop {
        head = without_separators(head);
        let length = head.iter().position(|byte| !is_base64(*byte)).unwrap_or(head.len());
        let (word, rest) = head.split_at(length);
        if word.len() >= LEAST {
            return Some(word);
        }
        // `Proc-Type: 4,ENCRYPTED`, and the checksum of a block for mail
        let is_header = rest.starts_with(b":") || (rest.starts_with(b"-") && !rest.starts_with(b"--"));
        if !is_header {
            return None;
        }
        let end = rest.windows(2).position(|pair| pair[0] == b'\n' || pair == b"\\n")?;
        head = &rest[end + 1..];
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn without_separators(mut text: &[u8]) -> &[u8] {
    const SIGNS: &[u8] = b" \t\r\n\"',#*>|\\";
    loop {
        let length = match text {
            [b'\\', b'n' | b'r' | b't', ..] | [b'+' | b'/', b' ', ..] => 2,
            [sign, ..] if SIGNS.contains(sign) => 1,
            _ => return text,
        };
        text = &text[length..];
    }
}
