//! The JSON form of a project's page.
//! <https://packaging.python.org/en/latest/specifications/simple-repository-api/#json-based-simple-api-for-python-package-indexes>

use std::collections::BTreeMap;

use domain::ProjectName;
use serde::Deserialize;

use crate::listing::{Listed, Listing, check_api_version};

#[derive(Deserialize)]
struct Page {
    meta: Meta,
    files: Vec<PageFile>,
    /// The project's normalised name; held against the one that was asked for, where it is told.
    name: Option<String>,
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

/// Reads the page of a project; fails with the reason. One that says it is another project's is none of it: a proxy
/// or a cache mixed them up, and what it names would be taken for this project's versions.
pub(crate) fn parse(body: &[u8], project: &ProjectName) -> Result<Listing, String> {
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
    if let Some(name) = page.name.filter(|name| name.parse().ok().as_ref() != Some(project)) {
        return Err(format!("it is the page of `{}`", name.escape_debug()));
    }
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

    fn read(body: &str) -> Result<Listing, String> {
        parse(body.as_bytes(), &"A-b".parse().unwrap())
    }

    fn page(version: &str, files: &str) -> Result<Listing, String> {
        read(&format!(r#"{{"meta":{{"api-version":"{version}"}},"name":"a-b","files":{files}}}"#))
    }

    #[test]
    fn a_page_of_another_project_is_refused() {
        let named =
            |name: &str| read(&format!(r#"{{"meta":{{"api-version":"1.0"}},{name}"files":[]}}"#)).map(|_| ());
        assert_eq!(named(r#""name":"a-b","#), Ok(()));
        assert_eq!(named(r#""name":"A_B","#), Ok(()));
        assert_eq!(named(""), Ok(()));
        assert_eq!(named(r#""name":"a-c","#), Err("it is the page of `a-c`".to_owned()));
        assert_eq!(named(r#""name":"","#), Err("it is the page of ``".to_owned()));
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
            let told = read(body).unwrap_err();
            assert!(told.contains(what), "{body}: {told}");
        }
    }
}
