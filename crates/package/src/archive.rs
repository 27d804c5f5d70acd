//! What the two archives of a release share.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// An archive: a wheel or an sdist, ready to be written down or uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Its file name, which installers read name and version from.
    pub file_name: String,
    /// What it holds: paths, in the order of the archive.
    pub entries: Vec<String>,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Archive {
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(&self.bytes))
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}
