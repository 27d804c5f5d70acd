//! What is on disk against what the manifest lists, both ways.

use std::collections::BTreeMap;
use std::fmt;

use crate::manifest::{Identifier, MANIFEST_NAME, Source};
use crate::path::TreePath;
use crate::tree::FileTree;

/// A difference between the source folder and the manifest's lists.
///
/// Printed, it says what is wrong and the line that mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// A module or folder that no list names.
    Unlisted {
        /// What is there, by its path.
        path: String,
        /// The list that would take it.
        list: &'static str,
        /// The entry to add.
        entry: String,
        /// The list that would leave it out.
        exclude: &'static str,
    },
    /// A file or folder that Python cannot import by its name.
    NotImportable {
        /// What is there, by its path.
        path: String,
        /// The list that would leave it out.
        exclude: &'static str,
    },
    /// An entry that nothing on disk answers to.
    Absent {
        /// What should be there, by its path.
        path: String,
        /// The list that names it.
        list: &'static str,
        /// The line of the manifest, where it is known.
        line: Option<usize>,
    },
    /// A module and a folder of one name: Python would see only the folder.
    Shadowed {
        /// The module's path.
        module: String,
        /// The folder's path.
        folder: String,
    },
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlisted { path, list, entry, exclude } => write!(
                f,
                "`{path}` is in no list: add the line `\"{entry}\",` to `{list}` of {MANIFEST_NAME}, or leave it out by `{exclude}`"
            ),
            Self::NotImportable { path, exclude } => write!(
                f,
                "`{path}` has a name that Python cannot import: rename it, or leave it out by `{exclude}` of {MANIFEST_NAME}"
            ),
            Self::Absent { path, list, line } => {
                write!(f, "`{path}` is listed and not there: remove it from `{list}` of {MANIFEST_NAME}")?;
                line.map_or(Ok(()), |line| write!(f, ", line {line}"))
            }
            Self::Shadowed { module, folder } => {
                write!(f, "`{module}` cannot be imported beside the folder `{folder}`: rename one of them")
            }
        }
    }
}

/// What lies at the top of a source folder.
#[derive(Default)]
struct Top<'a> {
    modules: BTreeMap<&'a str, &'a TreePath>,
    folders: BTreeMap<&'a str, &'a TreePath>,
    others: Vec<&'a TreePath>,
}

impl<'a> Top<'a> {
    fn of(tree: &'a FileTree) -> Self {
        let mut top = Self::default();
        for path in tree.paths() {
            match path.as_str().split_once('/') {
                Some((folder, _)) => {
                    top.folders.entry(folder).or_insert(path);
                }
                None => match path.as_str().strip_suffix(".py").or(path.as_str().strip_suffix(".pyi")) {
                    Some(module) => {
                        top.modules.entry(module).or_insert(path);
                    }
                    None => top.others.push(path),
                },
            }
        }
        top
    }

    /// Whether there is a module of this name, and not only its stub.
    fn has_module(&self, name: &str) -> bool {
        // in the order of paths a module comes before its stub
        self.modules.get(name).is_some_and(|path| path.extension() == Some("py"))
    }
}

/// Every difference between the files of a source folder, without what is excluded, and the manifest's lists.
///
/// `__init__.py` and `py.typed` need no entry; they are added where they are missing.
#[must_use]
pub fn drift(tree: &FileTree, source: &Source) -> Vec<Drift> {
    let top = Top::of(tree);
    let in_folder = |path: &dyn fmt::Display| format!("{}/{path}", source.folder);
    let lists =
        |listed: &[crate::manifest::Listed], name: &str| listed.iter().any(|one| one.name.as_str() == name);
    let mut drifts = Vec::new();
    for (name, path) in top.modules.iter().filter(|(name, _)| **name != "__init__") {
        if let Some(folder) = top.folders.get(name) {
            let folder = in_folder(&folder.folders().next().unwrap_or_default());
            drifts.push(Drift::Shadowed { module: in_folder(path), folder });
        } else if !lists(&source.modules, name) {
            drifts.push(unlisted(name, in_folder(path), "modules", "exclude-files"));
        }
    }
    for name in top.folders.keys().filter(|name| !lists(&source.subpackages, name)) {
        if !top.modules.contains_key(name) {
            drifts.push(unlisted(name, in_folder(&format!("{name}/")), "subpackages", "exclude-folders"));
        }
    }
    for path in top.others.iter().filter(|path| path.as_str() != "py.typed" && !source.data.contains(path)) {
        drifts.push(Drift::Unlisted {
            path: in_folder(path),
            list: "data",
            entry: path.to_string(),
            exclude: "exclude-files",
        });
    }
    let absent = |path: String, list, line| Drift::Absent { path, list, line };
    drifts.extend(
        source
            .modules
            .iter()
            .filter(|listed| !top.has_module(listed.name.as_str()))
            .map(|listed| absent(in_folder(&format!("{}.py", listed.name)), "modules", Some(listed.line))),
    );
    drifts.extend(
        source
            .subpackages
            .iter()
            .filter(|listed| !top.folders.contains_key(listed.name.as_str()))
            .map(|listed| absent(in_folder(&format!("{}/", listed.name)), "subpackages", Some(listed.line))),
    );
    let data = source.data.iter().filter(|path| !tree.contains(path));
    drifts.extend(data.map(|path| absent(in_folder(path), "data", None)));
    drifts
}

fn unlisted(name: &str, path: String, list: &'static str, exclude: &'static str) -> Drift {
    if name.parse::<Identifier>().is_ok() {
        Drift::Unlisted { path, list, entry: name.to_owned(), exclude }
    } else {
        Drift::NotImportable { path, exclude }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn drifts(paths: &[&str]) -> Vec<String> {
        let source = fixtures::manifest().source;
        let tree = fixtures::tree(&paths.iter().map(|path| (*path, "")).collect::<Vec<_>>());
        drift(&tree, &source).iter().map(Drift::to_string).collect()
    }

    const COMPLETE: [&str; 6] =
        ["__init__.py", "adapters/base.py", "config.py", "main.py", "py.typed", "schema.json"];

    fn with(added: &[&'static str]) -> Vec<String> {
        drifts(&[&COMPLETE[..], added].concat())
    }

    #[test]
    fn a_folder_that_is_as_listed_has_no_drift() {
        assert_eq!(drifts(&COMPLETE), [""; 0]);
        assert_eq!(with(&["config.pyi"]), [""; 0], "a stub belongs to its module");
    }

    #[test]
    fn what_no_list_names_is_told_with_the_line_to_add() {
        assert_eq!(
            with(&["watcher.py", "policies/a.py", "notes.txt"]),
            [
                "`workspace/watcher.py` is in no list: add the line `\"watcher\",` to `modules` of \
                 runtime-package.toml, or leave it out by `exclude-files`",
                "`workspace/policies/` is in no list: add the line `\"policies\",` to `subpackages` of \
                 runtime-package.toml, or leave it out by `exclude-folders`",
                "`workspace/notes.txt` is in no list: add the line `\"notes.txt\",` to `data` of \
                 runtime-package.toml, or leave it out by `exclude-files`",
            ]
        );
    }

    #[test]
    fn what_is_listed_and_not_there_is_told_with_its_line() {
        assert_eq!(
            drifts(&["main.py"]),
            [
                "`workspace/config.py` is listed and not there: remove it from `modules` of runtime-package.toml, line 8",
                "`workspace/adapters/` is listed and not there: remove it from `subpackages` of \
                 runtime-package.toml, line 11",
                "`workspace/schema.json` is listed and not there: remove it from `data` of runtime-package.toml",
            ]
        );
    }

    #[test]
    fn a_stub_is_no_module() {
        let without: Vec<_> =
            COMPLETE.iter().map(|path| if *path == "config.py" { "config.pyi" } else { *path }).collect();
        let told = drifts(&without);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("`workspace/config.py` is listed and not there"), "{told:?}");
    }

    #[test]
    fn a_name_that_python_cannot_import_is_not_offered_for_a_list() {
        let told = with(&["my-tool.py"]);
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("rename it"), "{told:?}");
    }

    #[test]
    fn a_module_beside_a_folder_of_its_name_is_shadowed() {
        let told = with(&["config/x.py"]);
        assert!(
            told[0].contains("`workspace/config.py` cannot be imported beside the folder `workspace/config`"),
            "{told:?}"
        );
        assert_eq!(told.len(), 1, "{told:?}");
    }
}
