//! Stretches of bytes of one alphabet.

/// The letters that a credential may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Letters and digits.
    Alphanumeric,
    /// These and `_`.
    Word,
    /// These, `_` and `-`: base64url.
    Url,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || (byte == b'_' && self != Self::Alphanumeric)
            || (byte == b'-' && self == Self::Url)
    }
}

/// The bytes that are searched, with the ends of stretches that have been walked: however many prefixes a stretch
/// holds, it is walked once for each alphabet.
pub(super) struct Runs<'bytes> {
    pub(super) bytes: &'bytes [u8],
    /// By alphabet, the last stretch: from where it was walked and its end.
    known: [(usize, usize); 3],
}

impl<'bytes> Runs<'bytes> {
    pub(super) fn of(bytes: &'bytes [u8]) -> Self {
        Self { bytes, known: [(0, 0); 3] }
    }

    /// The bytes of an alphabet that begin at an offset.
    pub(super) fn from(&mut self, at: usize, alphabet: Alphabet) -> &'bytes [u8] {
        let known = &mut self.known[alphabet as usize];
        if !(known.0 <= at && at < known.1) {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let length = rest.iter().position(|byte| !alphabet.has(*byte)).unwrap_or(rest.len());
            *known = (at, at + length);
        }
        self.bytes.get(at..known.1).unwrap_or_default()
    }

    /// Whether something begins at an offset, rather than being the middle of a longer word.
    ///
    /// In files that hold text in text, an escape may stand right before: `\n`, `\u003d`, `%3D`.
    pub(super) fn begins(&self, at: usize) -> bool {
        let before = &self.bytes[..at];
        match before {
            [] | [.., b'\\', b'n' | b'r' | b't' | b'f' | b'b'] => true,
            [.., last] if !last.is_ascii_alphanumeric() => true,
            [.., b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
            [.., b'\\', b'u', a, b, c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()),
            _ => false,
        }
    }
}
