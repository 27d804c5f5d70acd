//! The framing of git's protocols: four hexadecimal digits of length, then the data.
//! <https://git-scm.com/docs/gitprotocol-common#_pkt_line_format>

/// An answer that does not follow git's protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The framing is broken: what answered is most likely not a git server.
    #[error("the answer is not in git's pkt-line format at byte {0}")]
    Framing(usize),
    /// The answer ended before the flush packet that closes it.
    #[error("the answer ended early, after {0} bytes")]
    Truncated(usize),
    /// A line that the protocol does not know here.
    #[error("the answer holds a line that the protocol does not know: `{0}`")]
    Line(String),
    /// The server reported an error of its own.
    #[error("the git server answered: {0}")]
    Server(String),
}

/// One packet of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    /// Data, its trailing line feed removed.
    Line(&'a [u8]),
    /// `0000`, the end of a section.
    Flush,
    /// `0001`, between a command and its arguments.
    Delimiter,
}

/// `text` as one packet. Requests are short, so the limit of 65,516 bytes is never near.
pub(crate) fn line(text: &str) -> Vec<u8> {
    format!("{:04x}{text}", text.len() + 4).into_bytes()
}

pub(crate) const FLUSH: &[u8] = b"0000";
pub(crate) const DELIMITER: &[u8] = b"0001";

/// The packets of `answer` up to its first flush; an answer without one was cut short.
pub(crate) fn until_flush(answer: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut lines = Vec::new();
    let mut at = 0;
    loop {
        let (packet, next) = packet(answer, at)?;
        at = next;
        match packet {
            Packet::Flush => return Ok(lines),
            Packet::Delimiter => {}
            Packet::Line(line) => match line.strip_prefix(b"ERR ") {
                Some(message) => {
                    return Err(Malformed::Server(String::from_utf8_lossy(message).into_owned()));
                }
                None => lines.push(line),
            },
        }
    }
}

fn packet(answer: &[u8], at: usize) -> Result<(Packet<'_>, usize), Malformed> {
    let rest = &answer[at..];
    let (digits, rest) = rest.split_at_checked(4).ok_or(Malformed::Truncated(answer.len()))?;
    let length = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .and_then(|digits| usize::from_str_radix(digits, 16).ok())
        .ok_or(Malformed::Framing(at))?;
    match length {
        0 => Ok((Packet::Flush, at + 4)),
        1 => Ok((Packet::Delimiter, at + 4)),
        2 | 3 => Err(Malformed::Framing(at)),
        length => {
            let data = rest.get(..length - 4).ok_or(Malformed::Truncated(answer.len()))?;
            Ok((Packet::Line(data.strip_suffix(b"\n").unwrap_or(data)), at + length))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_its_own_length() {
        assert_eq!(line("command=ls-refs\n"), b"0014command=ls-refs\n");
    }

    #[test]
    fn lines_are_read_up_to_the_flush() {
        assert_eq!(until_flush(b"0006a\n0001000abcdefg0000rest").unwrap(), [b"a".as_slice(), b"bcdefg"]);
        assert_eq!(until_flush(b"0000").unwrap(), Vec::<&[u8]>::new());
    }

    #[test]
    fn an_answer_that_was_cut_short_is_not_taken_for_a_short_answer() {
        for cut in 0..b"0006a\n0000".len() {
            assert!(
                matches!(until_flush(&b"0006a\n0000"[..cut]), Err(Malformed::Truncated(_))),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn a_web_page_is_not_a_git_server() {
        assert_eq!(until_flush(b"<!DOCTYPE html>"), Err(Malformed::Framing(0)));
        assert_eq!(until_flush(b"+123abc"), Err(Malformed::Framing(0)));
        assert_eq!(until_flush(b"0003"), Err(Malformed::Framing(0)));
    }

    #[test]
    fn the_servers_own_error_is_told() {
        assert_eq!(until_flush(b"000eERR no way0000"), Err(Malformed::Server("no way".into())));
    }
}
