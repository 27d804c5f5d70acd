//! A body of type `multipart/form-data`.
//!
//! <https://www.rfc-editor.org/rfc/rfc7578>, with names escaped as browsers do:
//! <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>

use bytes::{BufMut as _, Bytes, BytesMut};
use domain::Sha256;
use sha2::{Digest as _, Sha256 as Sha256Digest};

/// The one file of a form.
#[derive(Debug, Clone)]
pub(super) struct FilePart<'a> {
    pub(super) name: &'a str,
    pub(super) file_name: &'a str,
    pub(super) bytes: &'a Bytes,
    /// The digest of `bytes`, known already.
    pub(super) sha256: Sha256,
}

/// A form, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Encoded {
    /// The media type with the boundary in it.
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

/// Encodes fields in their order, repeated ones included, and then the file.
///
/// Values are sent byte by byte as they are. Equal forms make equal bytes.
pub(super) fn encode<'a>(
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    file: &FilePart<'_>,
) -> Encoded {
    let fields: Vec<_> = fields.into_iter().collect();
    let boundary = boundary(&fields, file);
    let room = fields.iter().map(|(name, value)| name.len() + value.len() + 150).sum::<usize>();
    let mut body = BytesMut::with_capacity(room + file.bytes.len() + 400);
    for (name, value) in fields {
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", escaped(name));
        body.put(head.as_bytes());
        body.put(value.as_bytes());
        body.put(&b"\r\n"[..]);
    }
    let (name, file_name) = (escaped(file.name), escaped(file.file_name));
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.put(head.as_bytes());
    body.put(&file.bytes[..]);
    body.put(format!("\r\n--{boundary}--\r\n").as_bytes());
    Encoded { content_type: format!("multipart/form-data; boundary={boundary}"), body: body.freeze() }
}

/// A digest of all that is between the boundaries: nothing can contain the digest of itself.
fn boundary(fields: &[(&str, &str)], file: &FilePart<'_>) -> Sha256 {
    let mut digest = Sha256Digest::new();
    for part in fields.iter().flat_map(|(name, value)| [name, value]).chain([&file.name, &file.file_name]) {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    digest.update(file.sha256.to_string());
    Sha256::from(<[u8; 32]>::from(digest.finalize()))
}

fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(bytes: &Bytes) -> FilePart<'_> {
        let sha256 = Sha256::from(<[u8; 32]>::from(Sha256Digest::digest(bytes)));
        FilePart { name: "content", file_name: "a-1.tar.gz", bytes, sha256 }
    }

    #[test]
    fn a_form_is_what_the_specification_says() {
        let bytes = Bytes::from_static(b"\x1f\x8b\r\n--");
        let encoded =
            encode([(":action", "file_upload"), ("classifiers", "A"), ("classifiers", "B")], &file(&bytes));
        let boundary = encoded.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(boundary.len(), 64, "a boundary is 70 characters at most");
        let expected = "--#\r\nContent-Disposition: form-data; name=\":action\"\r\n\r\nfile_upload\r\n\
            --#\r\nContent-Disposition: form-data; name=\"classifiers\"\r\n\r\nA\r\n\
            --#\r\nContent-Disposition: form-data; name=\"classifiers\"\r\n\r\nB\r\n\
            --#\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a-1.tar.gz\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n@\r\n--#--\r\n";
        let expected = expected.replace('#', boundary).into_bytes();
        let at = expected.iter().position(|byte| *byte == b'@').unwrap();
        assert_eq!(encoded.body[..], [&expected[..at], &bytes[..], &expected[at + 1..]].concat());
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let bytes = Bytes::new();
        let part = FilePart { file_name: "a\"\r\nX-Evil: b", ..file(&bytes) };
        let encoded = encode([], &part);
        let text = String::from_utf8(encoded.body.to_vec()).unwrap();
        assert!(text.contains("filename=\"a%22%0D%0AX-Evil: b\"\r\n"), "{text}");
    }

    proptest! {
        #[test]
        fn each_part_is_found_between_two_boundaries(values in proptest::collection::vec("[\\s\\S]{0,30}", 0..5), content in proptest::collection::vec(any::<u8>(), 0..100)) {
            let bytes = Bytes::from(content);
            let encoded = encode(values.iter().map(|value| ("field", value.as_str())), &file(&bytes));
            let boundary = encoded.content_type.split_once('=').unwrap().1;
            let mut rest = &encoded.body[..];
            let mut parts = Vec::new();
            let mark = format!("--{boundary}");
            while let Some(at) = rest.windows(mark.len()).position(|window| window == mark.as_bytes()) {
                parts.push(&rest[..at]);
                rest = &rest[at + mark.len()..];
            }
            prop_assert_eq!(rest, b"--\r\n");
            let contents: Vec<_> = parts[1..].iter().map(|part| {
                let at = part.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
                part[at + 4..part.len() - 2].to_vec()
            }).collect();
            let expected: Vec<_> = values.iter().map(|value| value.clone().into_bytes()).chain([bytes.to_vec()]).collect();
            prop_assert_eq!(contents, expected);
        }
    }
}
