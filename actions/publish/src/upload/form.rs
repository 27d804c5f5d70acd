//! The fields of an upload.
//!
//! <https://docs.pypi.org/api/upload/>: a field of the form is a field of the core metadata, most under its own
//! name in lower case with `_` for `-`. Fields that can be there repeatedly are sent repeatedly.

use domain::ArchiveKind;

use crate::distribution::Distribution;

use super::multipart::{Encoded, FilePart, encode};

/// Fields of the core metadata, and what the form calls them. The description is apart: it has two places.
const FIELDS: [(&str, &str); 28] = [
    ("metadata-version", "metadata_version"),
    ("name", "name"),
    ("version", "version"),
    ("summary", "summary"),
    ("description-content-type", "description_content_type"),
    ("keywords", "keywords"),
    ("author", "author"),
    ("author-email", "author_email"),
    ("maintainer", "maintainer"),
    ("maintainer-email", "maintainer_email"),
    ("license", "license"),
    ("license-expression", "license_expression"),
    ("license-file", "license_file"),
    ("home-page", "home_page"),
    ("download-url", "download_url"),
    ("project-url", "project_urls"),
    ("requires-python", "requires_python"),
    ("requires-dist", "requires_dist"),
    ("requires-external", "requires_external"),
    ("provides-extra", "provides_extra"),
    ("classifier", "classifiers"),
    ("platform", "platform"),
    ("supported-platform", "supported_platform"),
    ("dynamic", "dynamic"),
    // of old, and replaced by the `…-dist` ones
    ("provides", "provides"),
    ("provides-dist", "provides_dist"),
    ("obsoletes", "obsoletes"),
    ("obsoletes-dist", "obsoletes_dist"),
];

/// Fields that an index takes from the file itself; no tool sends them. <https://peps.python.org/pep-0794/>
const IN_THE_FILE_ALONE: [&str; 2] = ["import-name", "import-namespace"];

/// Whether a field of the core metadata is one that an index takes; `name` is in lower case.
pub(super) fn is_known(name: &str) -> bool {
    name == "description"
        || IN_THE_FILE_ALONE.contains(&name)
        || FIELDS.iter().any(|(known, _)| *known == name)
}

/// What is sent to an index to publish a file.
pub(super) fn form(distribution: &Distribution) -> Encoded {
    let fields = fields(distribution);
    let file = FilePart {
        name: "content",
        file_name: distribution.file_name(),
        bytes: distribution.bytes(),
        sha256: distribution.sha256(),
    };
    encode(fields.iter().map(|(name, value)| (*name, value.as_str())), &file)
}

/// Every field but the file, in the order in which they are sent.
pub(super) fn fields(distribution: &Distribution) -> Vec<(&'static str, String)> {
    let metadata = distribution.metadata();
    let filetype = match distribution.kind() {
        ArchiveKind::Wheel => "bdist_wheel",
        ArchiveKind::Sdist => "sdist",
    };
    let python = distribution.tags().map_or("source", |[python, ..]| python);
    let mut fields = vec![
        (":action", "file_upload".to_owned()),
        ("protocol_version", "1".to_owned()),
        ("filetype", filetype.to_owned()),
        ("pyversion", python.to_owned()),
        ("sha256_digest", distribution.sha256().to_string()),
        ("blake2_256_digest", distribution.blake2_256().to_owned()),
    ];
    for (name, field) in FIELDS {
        fields.extend(metadata.all(name).map(|value| (field, sent(name, value))));
    }
    fields.extend(metadata.description().map(|text| ("description", text.to_owned())));
    fields
}

/// A value in the form in which indexes expect it.
fn sent(name: &str, value: &str) -> String {
    let trimmed = |separator: char| value.split(separator).map(str::trim).collect::<Vec<_>>();
    match name {
        // letters, digits and dots are the identity of a name; what joins them is not
        "name" => {
            let words = value.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
        }
        "keywords" => trimmed(',').join(", "),
        "project-url" => match value.split_once(',') {
            Some((label, url)) => format!("{}, {}", label.trim(), url.trim()),
            None => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::distribution::fixtures::{METADATA, release_of};

    use super::*;

    #[test]
    fn a_wheel_is_sent_with_every_field_of_its_metadata() {
        let release = release_of(METADATA);
        let wheel = release.wheel();
        let (sha256, blake2) = (wheel.sha256().to_string(), wheel.blake2_256());
        let fields = fields(wheel);
        let sent: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let expected = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("filetype", "bdist_wheel"),
            ("pyversion", "py3"),
            ("sha256_digest", &sha256),
            ("blake2_256_digest", blake2),
            ("metadata_version", "2.4"),
            ("name", "acme-runtime"),
            ("version", "1.4.0"),
            ("summary", "runs"),
            ("description_content_type", "text/markdown"),
            ("keywords", "one, two"),
            ("license_expression", "MIT"),
            ("license_file", "LICENSE"),
            ("project_urls", "Home, https://acme.example/"),
            ("requires_python", ">=3.11"),
            ("requires_dist", "httpx>=0.27"),
            ("requires_dist", "rich; extra == \"cli\""),
            ("provides_extra", "cli"),
            ("classifiers", "Topic :: Utilities"),
            ("classifiers", "Programming Language :: Python :: 3"),
            ("description", "# Acme\n"),
        ];
        assert_eq!(sent, expected);
    }

    #[test]
    fn an_sdist_says_that_it_is_source() {
        let release = release_of(METADATA);
        let fields = fields(release.sdist());
        assert!(fields.contains(&("filetype", "sdist".to_owned())));
        assert!(fields.contains(&("pyversion", "source".to_owned())));
    }

    #[test]
    fn a_name_is_sent_with_dashes_between_its_words() {
        assert_eq!(sent("name", "Acme__Runtime.x"), "Acme-Runtime.x");
        assert_eq!(sent("name", "acme-runtime"), "acme-runtime");
    }
}
