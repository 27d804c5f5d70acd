//! The pyproject.toml beside the package, from which `python -m build` and pip make the same package again.
//! <https://packaging.python.org/en/latest/specifications/pyproject-toml/>

use std::fmt::Write as _;

use domain::PackageVersion;
use toml::Value;

use crate::manifest::{Classifier, Dependency, Keyword, Manifest};
use crate::path::TreePath;

/// How every pyproject.toml begins that a build wrote.
const MARK: &str = "# Generated from the source repository's runtime-package.toml; edit that.\n";

/// Whether this is the text of a pyproject.toml that a build wrote, and so a build may replace it.
#[must_use]
pub fn is_generated_pyproject(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The text of pyproject.toml.
///
/// The backend is flit's: it ships a package's whole folder as it is, data files too, needs nothing else to be
/// installed, and knows license expressions from the version that is asked for.
#[must_use]
pub(crate) fn pyproject(manifest: &Manifest, version: &PackageVersion) -> String {
    let (package, project) = (&manifest.package, &manifest.project);
    let mut text = String::from(MARK);
    text.push_str(
        "[build-system]\n\
         requires = [\"flit_core>=3.12,<5\"]\n\
         build-backend = \"flit_core.buildapi\"\n\n\
         [project]\n",
    );
    let mut key = |name: &str, value: Value| {
        writeln!(text, "{name} = {value}").expect("writing to a string cannot fail");
    };
    key("name", string(package.name.as_str()));
    key("version", string(&version.to_string()));
    key("description", string(project.description.as_str()));
    key("readme", string("README.md"));
    key("requires-python", string(project.requires_python.as_str()));
    key("license", string(project.license.as_str()));
    key("license-files", array(project.license_files.iter().map(TreePath::as_str)));
    if !project.keywords.is_empty() {
        key("keywords", array(project.keywords.iter().map(Keyword::as_str)));
    }
    if !project.classifiers.is_empty() {
        key("classifiers", array(project.classifiers.iter().map(Classifier::as_str)));
    }
    if !project.dependencies.is_empty() {
        text.push_str("dependencies = [\n");
        for dependency in project.dependencies.iter().map(Dependency::as_str) {
            writeln!(text, "    {},", string(dependency)).expect("writing to a string cannot fail");
        }
        text.push_str("]\n");
    }
    let scripts = project.scripts.iter().map(|(name, object)| (name.as_str(), object.to_string()));
    table(&mut text, "project.scripts", scripts);
    let urls = project.urls.iter().map(|(label, url)| (label.as_str(), url.to_string()));
    table(&mut text, "project.urls", urls);
    table(&mut text, "tool.flit.module", [("name", package.import_package.to_string())].into_iter());
    text
}

fn table<'a>(text: &mut String, name: &str, mut rows: impl Iterator<Item = (&'a str, String)>) {
    let Some(first) = rows.next() else { return };
    writeln!(text, "\n[{name}]").expect("writing to a string cannot fail");
    for (key, value) in std::iter::once(first).chain(rows) {
        writeln!(text, "{} = {}", quoted_key(key), string(&value)).expect("writing to a string cannot fail");
    }
}

/// A bare key where that can be, a string otherwise.
fn quoted_key(key: &str) -> String {
    let is_bare = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_');
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { string(key).to_string() }
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn array<'a>(items: impl Iterator<Item = &'a str>) -> Value {
    Value::Array(items.map(string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn everything_that_the_manifest_says_is_there_and_parses() {
        let manifest = fixtures::manifest();
        let text = pyproject(&manifest, &"1.4.0".parse().unwrap());
        let table: toml::Table = text.parse().unwrap();
        let project = &table["project"];
        assert_eq!(project["name"].as_str(), Some("acme-runtime"));
        assert_eq!(project["version"].as_str(), Some("1.4.0"));
        assert_eq!(project["dependencies"][1].as_str(), Some("acme.wire; sys_platform == 'linux'"));
        assert_eq!(project["scripts"]["acme"].as_str(), Some("acme_runtime.main:main"));
        assert_eq!(project["license-files"][0].as_str(), Some("LICENSE"));
        assert_eq!(table["tool"]["flit"]["module"]["name"].as_str(), Some("acme_runtime"));
    }

    #[test]
    fn text_is_quoted_as_toml_wants_it() {
        let mut manifest = fixtures::manifest();
        manifest.project.description = r#"says "hi" \ 'ho' # no comment"#.parse().unwrap();
        let table: toml::Table = pyproject(&manifest, &"1".parse().unwrap()).parse().unwrap();
        assert_eq!(table["project"]["description"].as_str(), Some(manifest.project.description.as_str()));
    }
}
