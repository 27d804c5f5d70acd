//! RECORD, a wheel's list of what it holds.
//! <https://packaging.python.org/en/latest/specifications/recording-installed-packages/>

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The text of RECORD: a line of path, hash and size for each entry, then its own path without either.
pub(crate) fn record<'a>(entries: impl Iterator<Item = (&'a str, &'a [u8])>, own_path: &str) -> String {
    let mut text = String::new();
    for (path, contents) in entries {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(contents));
        writeln!(text, "{},sha256={digest},{}", csv(path), contents.len())
            .expect("writing to a string cannot fail");
    }
    writeln!(text, "{},,", csv(own_path)).expect("writing to a string cannot fail");
    text
}

/// A field of CSV, quoted where a comma would end it early; paths hold no quote and no line break.
fn csv(path: &str) -> String {
    if path.contains(',') { format!("\"{path}\"") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_its_path_its_hash_and_its_size() {
        let text =
            record([("a/__init__.py", &b""[..]), ("a/b,c.txt", b"hi\n")].into_iter(), "a-1.dist-info/RECORD");
        assert_eq!(
            text,
            "a/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n\
             \"a/b,c.txt\",sha256=mOpuTyFvL7S2n_-bOkSELDhobKaF8_VdxIxdP7EQe-Q,3\n\
             a-1.dist-info/RECORD,,\n"
        );
    }
}
