//! Digests in hexadecimal.

use blake2::Blake2b;
use blake2::digest::consts::U32;
use sha2::{Digest as _, Sha256};

/// In lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `BLAKE2b` with 256 bits, by which PyPI tells files apart.
pub(crate) fn blake2_256(bytes: &[u8]) -> String {
    hex(&Blake2b::<U32>::digest(bytes))
}
