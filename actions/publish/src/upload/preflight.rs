//! What an index would refuse, found before anything is sent.
//!
//! A version that was uploaded is taken for ever, and a release of which half was refused is worse than none: all
//! that can be known beforehand is asked here, of both files, and told at once.

use std::collections::BTreeSet;
use std::fmt;

use domain::ArchiveKind;
use pep440_rs::VersionSpecifiers;
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};
use url::Url;

use crate::distribution::{CoreMetadata, Distribution, Release};

use super::form;
use super::target::Registry;

/// The versions of the core metadata that are known.
const METADATA_VERSIONS: [&str; 8] = ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"];
/// Fields that can be there more than once. <https://packaging.python.org/en/latest/specifications/core-metadata/>
const LISTS: [&str; 16] = [
    "classifier",
    "dynamic",
    "import-name",
    "import-namespace",
    "license-file",
    "obsoletes",
    "obsoletes-dist",
    "platform",
    "project-url",
    "provides",
    "provides-dist",
    "provides-extra",
    "requires",
    "requires-dist",
    "requires-external",
    "supported-platform",
];
/// What a long description can be written in.
const DESCRIPTION_TYPES: [&str; 3] = ["text/plain", "text/x-rst", "text/markdown"];
/// What PyPI allows a summary, in characters.
const LONGEST_SUMMARY: usize = 512;
/// What PyPI allows the label of a project's page, in characters.
const LONGEST_LABEL: usize = 32;

/// Something that an index would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The file.
    pub file: String,
    /// What is wrong with it, and how to mend that.
    pub what: String,
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.file, self.what)
    }
}

/// Everything that stands in the way of publishing a release; pure, without a network.
///
/// Some of it only PyPI minds (`registry`), such as the platforms that a wheel may be for.
#[must_use]
pub fn preflight(release: &Release, registry: Registry) -> Vec<Objection> {
    release.distributions().into_iter().flat_map(|distribution| objections(distribution, registry)).collect()
}

fn objections(distribution: &Distribution, registry: Registry) -> Vec<Objection> {
    let mut found = Found(Vec::new());
    let metadata = distribution.metadata();
    fields(metadata, &mut found);
    version(distribution, &mut found);
    license(distribution, &mut found);
    requirements(metadata, &mut found);
    texts(metadata, &mut found);
    if matches!(registry, Registry::PyPi | Registry::TestPyPi) {
        pypi(distribution, &mut found);
    }
    let file = distribution.file_name();
    found.0.into_iter().map(|what| Objection { file: file.to_owned(), what }).collect()
}

/// Objections as they are found.
struct Found(Vec<String>);

impl Found {
    fn when(&mut self, wrong: bool, what: impl FnOnce() -> String) {
        if wrong {
            self.0.push(what());
        }
    }
}

fn fields(metadata: &CoreMetadata, found: &mut Found) {
    match metadata.get("metadata-version") {
        Some(version) => found.when(!METADATA_VERSIONS.contains(&version), || {
            format!("its core metadata is of version `{version}`: build it with one of up to 2.5, which indexes know")
        }),
        None => found.0.push("its core metadata has no `Metadata-Version`: build it again".to_owned()),
    }
    let names: BTreeSet<&str> = metadata.names().collect();
    for name in names {
        let often = metadata.all(name).count() > 1 && !LISTS.contains(&name);
        found.when(often, || {
            format!("its core metadata has the field `{name}` more than once: give it one value")
        });
        found.when(!form::is_known(name), || {
            format!("its core metadata has the field `{name}`, which no index knows: leave it out")
        });
    }
}

fn version(distribution: &Distribution, found: &mut Found) {
    let version = distribution.version();
    if version.is_local() {
        found.0.push(format!(
            "`{version}` is a local version, for local builds only: release without what follows the `+`"
        ));
        return;
    }
    let told = distribution.metadata().get("version").unwrap_or_default();
    found.when(told != version.to_string(), || {
        format!("the version `{told}` is not normalised: some indexes sort and compare it as a text; write `{version}`")
    });
    let name = distribution.project().in_file_names();
    let expected = match distribution.kind() {
        ArchiveKind::Wheel => format!("{name}-{version}-"),
        ArchiveKind::Sdist => format!("{name}-{version}.tar.gz"),
    };
    found.when(!distribution.file_name().starts_with(&expected), || {
        format!(
            "the name of the file is not normalised: build it with a tool that begins it with `{expected}`"
        )
    });
}

/// <https://peps.python.org/pep-0639/>
fn license(distribution: &Distribution, found: &mut Found) {
    let metadata = distribution.metadata();
    let classified = metadata.all("classifier").any(|classifier| classifier.starts_with("License ::"));
    match metadata.get("license-expression") {
        Some(expression) => {
            if let Err(error) = spdx::Expression::parse_mode(expression, spdx::ParseMode::STRICT) {
                found.0.push(format!(
                    "its license `{expression}` is no SPDX expression ({}): see https://spdx.org/licenses",
                    error.reason
                ));
            }
            found.when(classified, || {
                "it has a license expression and a classifier `License ::`, which PyPI refuses: drop the classifier"
                    .to_owned()
            });
        }
        None => found
            .when(!classified && metadata.get("license").is_none_or(|text| text.trim().is_empty()), || {
                "it names no license: say which in its metadata, `license = \"MIT\"`".to_owned()
            }),
    }
    let is_standard = metadata.get("metadata-version").is_some_and(|version| version >= "2.4");
    for file in metadata.all("license-file").filter(|_| is_standard) {
        let path = distribution.license_path(file);
        found.when(!distribution.members().contains(&path), || {
            format!(
                "its metadata names the license file `{file}`, and there is no `{path}` in it: build it again"
            )
        });
    }
}

fn requirements(metadata: &CoreMetadata, found: &mut Found) {
    match metadata.get("requires-python") {
        Some(range) => found.when(range.parse::<VersionSpecifiers>().is_err(), || {
            format!("`Requires-Python: {range}` is no range of versions: write it as `>=3.11`")
        }),
        None => found.0.push(
            "it has no `Requires-Python`, so that installers offer it to every Python: set `requires-python`"
                .to_owned(),
        ),
    }
    for requirement in metadata.all("requires-dist") {
        match requirement.parse::<Requirement<VerbatimUrl>>() {
            Ok(Requirement { version_or_url: Some(VersionOrUrl::Url(_)), .. }) => found.0.push(format!(
                "it depends on `{requirement}` by URL, which indexes refuse: depend on a version of it"
            )),
            Ok(_) => {}
            Err(_) => {
                found.0.push(format!("its dependency `{requirement}` cannot be read: write it by PEP 508"));
            }
        }
    }
}

fn texts(metadata: &CoreMetadata, found: &mut Found) {
    if let Some(summary) = metadata.get("summary") {
        found.when(summary.contains('\n') || summary.chars().count() > LONGEST_SUMMARY, || {
            format!("its summary is longer than a line of {LONGEST_SUMMARY} characters: move the rest to the readme")
        });
    }
    if let Some(kind) = metadata.get("description-content-type") {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        found.when(!DESCRIPTION_TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)), || {
            format!("its description is of type `{kind}`: use one of {}", DESCRIPTION_TYPES.join(", "))
        });
    }
    for page in metadata.all("project-url") {
        let (label, url) = page.split_once(',').unwrap_or(("", page));
        let is_web = url.trim().parse::<Url>().is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let fits = (1..=LONGEST_LABEL).contains(&label.trim().chars().count());
        found.when(!is_web || !fits, || {
            format!(
                "`Project-URL: {page}` is not a label of up to {LONGEST_LABEL} characters, a comma and a web address"
            )
        });
    }
}

/// What PyPI alone refuses.
fn pypi(distribution: &Distribution, found: &mut Found) {
    if let Some([_, _, platforms]) = distribution.tags() {
        found.when(platforms.split('.').any(|platform| platform.starts_with("linux_")), || {
            format!("PyPI takes no wheel for `{platforms}`: build it as a `manylinux` or `musllinux` one")
        });
    }
    let private =
        distribution.metadata().all("classifier").find(|classifier| classifier.starts_with("Private ::"));
    found.when(private.is_some(), || {
        let classifier = private.unwrap_or_default();
        format!("its classifier `{classifier}` forbids publishing it: PyPI refuses such a package")
    });
}

#[cfg(test)]
#[path = "preflight_tests.rs"]
mod tests;
