use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// The SHA-256 of a file: what an index, an installer and we mean by "these very bytes".
///
/// Made from a digest's bytes or read from its 64 hexadecimal digits; printed in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

impl From<[u8; 32]> for Sha256 {
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl FromStr for Sha256 {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(text, "a SHA-256 digest", "give all 64 hexadecimal digits");
        if text.len() != 64 {
            return Err(invalid());
        }
        let mut digest = [0; 32];
        for (byte, digits) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |of: u8| char::from(of).to_digit(16).and_then(|value| u8::try_from(value).ok());
            let (Some(high), Some(low)) = (digit(digits[0]), digit(digits[1])) else { return Err(invalid()) };
            *byte = high << 4 | low;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_digest_is_read_in_either_case_and_printed_in_lower_case() {
        let digest: Sha256 = EMPTY.to_uppercase().parse().unwrap();
        assert_eq!(digest, EMPTY.parse().unwrap());
        assert_eq!(digest.to_string(), EMPTY);
        assert_eq!(Sha256::from([0x0f; 32]).to_string(), "0f".repeat(32));
    }

    #[test]
    fn anything_but_64_digits_is_no_digest() {
        for text in
            ["", &EMPTY[1..], &format!("{EMPTY}0"), &"g".repeat(64), &"é".repeat(32), &"+f".repeat(32)]
        {
            assert!(text.parse::<Sha256>().is_err(), "{text:?} was accepted");
        }
    }
}
