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
    Because(#[expect(dead_code, reason = "told to people by the index itself")] String),
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
        yanked: matches!(file.yanked, Yanked::Told(true) | Yanked::Because(_)),
    });
    Ok(Listing { files: files.collect(), versions: page.versions })
}
