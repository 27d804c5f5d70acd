//! The JSON form of a project's page.
//! <https://packaging.python.org/en/latest/specifications/simple-repository-api/#json-based-simple-api-for-python-package-indexes>

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::listing::{Listed, Listing, check_api_version};

#[derive(Deserialize)]
struct Page {
    meta: Meta,
    files: Vec<PageFile>,
    /// From version 1.1 of the API on.
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "api-version")]
    api_version: String,
}

#[derive(Deserialize)]
struct PageFile {
    filename: String,
    url: String,
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    yanked: Yanked,
}

/// Whether a file is yanked: a boolean, or the reason for a yes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Told(bool),
    Because(String),
}

impl Default for Yanked {
    fn default() -> Self {
        Self::Told(false)
    }
}

/// Reads a page; fails with the reason.
pub(crate) fn parse(body: &[u8]) -> Result<Listing, String> {
    /// The part that tells whether the rest can be understood.
    #[derive(Deserialize)]
    struct Head {
        meta: Meta,
    }

    // Another major version may have another shape: that is the reason to tell then, not the shape.
    if let Ok(head) = serde_json::from_slice::<Head>(body) {
        check_api_version(&head.meta.api_version)?;
    }
    let page: Page = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    check_api_version(&page.meta.api_version)?;
    let files = page.files.into_iter().map(|mut file| Listed {
        name: file.filename,
        url: file.url,
        sha256: file.hashes.remove("sha256"),
        yanked: match file.yanked {
            Yanked::Told(yanked) => yanked,
            Yanked::Because(reason) => !reason.is_empty(),
        },
    });
    Ok(Listing { files: files.collect(), versions: page.versions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(version: &str, files: &str) -> Result<Listing, String> {
        parse(format!(r#"{{"meta":{{"api-version":"{version}"}},"name":"a","files":{files}}}"#).as_bytes())
    }

    #[test]
    fn a_file_is_yanked_by_a_yes_or_by_a_reason() {
        let yanked = |told: &str| {
            let files = format!(r#"[{{"filename":"a-1.tar.gz","url":"a","hashes":{{}}{told}}}]"#);
            page("1.0", &files).unwrap().files[0].yanked
        };
        assert_eq!([r#","yanked":true"#, r#","yanked":"broken""#].map(yanked), [true, true]);
        assert_eq!(["", r#","yanked":false"#, r#","yanked":"""#].map(yanked), [false, false, false]);
    }

    #[test]
    fn later_minor_versions_are_read_and_another_major_version_is_told() {
        assert_eq!(page("1.99", "[]"), Ok(Listing::default()));
        let told = page("2.0", r#"{"moved":"elsewhere"}"#).unwrap_err();
        assert!(told.contains("version `2.0` of the simple API"), "{told}");
    }

    #[test]
    fn another_shape_is_told_by_what_is_missing() {
        for (body, what) in [
            ("", "EOF"),
            ("<html>", "expected value"),
            ("[]", "invalid"),
            (r#"{"message":"Not Found"}"#, "missing field `meta`"),
            (r#"{"meta":{"api-version":"1.0"}}"#, "missing field `files`"),
        ] {
            let told = parse(body.as_bytes()).unwrap_err();
            assert!(told.contains(what), "{body}: {told}");
        }
    }
}
