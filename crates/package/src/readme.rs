//! The README of the package, on its page at the index and at the top of its folder.

use std::fmt::Write as _;

use domain::PackageVersion;

use crate::manifest::Manifest;

/// The README: first what Python the package needs, then where edits belong, then what the project itself says.
///
/// The requirement leads because pip on an older Python says "no matching distribution" and nothing else.
#[must_use]
pub(crate) fn readme(manifest: &Manifest, version: &PackageVersion, own: Option<&str>) -> String {
    let project = &manifest.project;
    let (name, package) = (&manifest.package.name, &manifest.package.import_package);
    let mut text = String::new();
    let python = in_words(project.requires_python.as_str());
    write!(
        text,
        "# {name}\n\n\
         **Needs Python {python}.** On another Python, pip says no more than \"No matching distribution found\": \
         look at `python --version` first.\n\n\
         {description}\n\n\
         ```sh\npip install {name}{pin}\n```\n\n\
         ```python\nimport {package}\n```\n\n",
        description = project.description.as_str(),
        pin = if version.is_local() { String::new() } else { format!("=={version}") },
    )
    .expect("writing to a string cannot fail");
    if !project.scripts.is_empty() {
        let commands = project.scripts.keys().map(|name| format!("`{}`", name.as_str())).collect::<Vec<_>>();
        writeln!(text, "Commands: {}.\n", commands.join(", ")).expect("writing to a string cannot fail");
    }
    let folder = &manifest.source.folder;
    writeln!(
        text,
        "This package is generated from the folder `{folder}` of its source repository. An edit made anywhere else \
         is lost with the next release: make it there."
    )
    .expect("writing to a string cannot fail");
    if let Some(own) = own {
        write!(text, "\n{}\n", own.trim_matches('\n')).expect("writing to a string cannot fail");
    }
    text
}

/// `>=3.11` → `3.11 or newer`; anything less plain stays as it is written.
fn in_words(range: &str) -> String {
    match range.strip_prefix(">=").map(str::trim) {
        Some(oldest) if oldest.chars().all(|one| one.is_ascii_digit() || one == '.') => {
            format!("{oldest} or newer")
        }
        _ => format!("`{range}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn the_requirement_comes_before_everything_but_the_name() {
        let text = readme(&fixtures::manifest(), &"1.4.0".parse().unwrap(), Some("\n## More\n\nWords.\n\n"));
        let paragraphs: Vec<_> = text.split("\n\n").collect();
        assert_eq!(paragraphs[0], "# acme-runtime");
        assert!(paragraphs[1].starts_with("**Needs Python 3.11 or newer.**"), "{text}");
        assert!(text.contains("pip install acme-runtime==1.4.0\n"));
        assert!(text.contains("folder `workspace`"));
        assert!(text.ends_with("make it there.\n\n## More\n\nWords.\n"), "{text}");
    }

    #[test]
    fn a_local_version_is_not_named_as_something_to_install() {
        let text = readme(&fixtures::manifest(), &"1.4.0+local".parse().unwrap(), None);
        assert!(text.contains("pip install acme-runtime\n"), "{text}");
    }

    #[test]
    fn a_range_that_is_not_plain_is_quoted() {
        assert_eq!(in_words(">= 3.11"), "3.11 or newer");
        assert_eq!(in_words(">=3.11,<3.14"), "`>=3.11,<3.14`");
    }
}
