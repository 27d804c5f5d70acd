//! Core metadata, the file that tells installers and indexes what a package is.
//!
//! Version 2.4: <https://packaging.python.org/en/latest/specifications/core-metadata/>

use std::fmt::Write as _;

use domain::PackageVersion;

use crate::manifest::{Keyword, Manifest};

/// The text of `METADATA` in a wheel and of `PKG-INFO` in an sdist, which are the same.
///
/// `readme` is Markdown. Every value has been parsed as a single line before, so none can begin a field of its own.
#[must_use]
pub fn core_metadata(manifest: &Manifest, version: &PackageVersion, readme: &str) -> String {
    let project = &manifest.project;
    let mut text = String::new();
    let mut field = |name: &str, value: &str| {
        writeln!(text, "{name}: {value}").expect("writing to a string cannot fail");
    };
    field("Metadata-Version", "2.4");
    field("Name", manifest.package.name.as_str());
    field("Version", &version.to_string());
    field("Summary", project.description.as_str());
    field("License-Expression", project.license.as_str());
    for file in &project.license_files {
        field("License-File", file.as_str());
    }
    if !project.keywords.is_empty() {
        field("Keywords", &project.keywords.iter().map(Keyword::as_str).collect::<Vec<_>>().join(","));
    }
    for classifier in &project.classifiers {
        field("Classifier", classifier.as_str());
    }
    for (label, url) in &project.urls {
        field("Project-URL", &format!("{label}, {url}", label = label.as_str()));
    }
    field("Requires-Python", project.requires_python.as_str());
    for dependency in &project.dependencies {
        field("Requires-Dist", dependency.as_str());
    }
    field("Description-Content-Type", "text/markdown");
    text.push('\n');
    text.push_str(readme);
    text
}
