//! Whether an archive holds the package's own files only.

use super::finding::{Finding, FindingKind};
use crate::archive::Archive;
use crate::manifest::Identifier;

/// The entries of a wheel that lie neither in the import package nor in the wheel's own metadata folder.
pub(super) fn foreign(wheel: &Archive, import_package: &Identifier) -> Vec<Finding> {
    let metadata = wheel.file_name.splitn(3, '-').take(2).collect::<Vec<_>>().join("-") + ".dist-info/";
    outside(&wheel.file_name, &wheel.entries, &[format!("{import_package}/"), metadata])
}

/// The entries of the wheel `file_name` that begin with none of `own`.
pub(super) fn outside(file_name: &str, entries: &[String], own: &[String]) -> Vec<Finding> {
    let foreign = entries.iter().filter(|entry| !own.iter().any(|start| entry.starts_with(start)));
    foreign
        .map(|entry| Finding {
            kind: FindingKind::Foreign,
            path: None,
            position: None,
            message: format!("the wheel `{file_name}` holds `{entry}`, which is not the package's"),
            hint: Some(
                "it would be installed beside the package and could overwrite another's file".to_owned(),
            ),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn what_lies_beside_the_package_and_its_metadata_is_foreign() {
        let entries = [
            "acme_runtime/a.py",
            "acme_runtime-1.0.dist-info/RECORD",
            "tests/test_a.py",
            "acme_runtimes/b.py",
        ];
        let wheel = Archive {
            file_name: "acme_runtime-1.0-py3-none-any.whl".to_owned(),
            entries: entries.map(str::to_owned).to_vec(),
            bytes: bytes::Bytes::new(),
        };
        let told: Vec<_> = foreign(&wheel, &fixtures::manifest().package.import_package)
            .into_iter()
            .map(|one| one.message)
            .collect();
        assert_eq!(told.len(), 2);
        assert!(
            told[0].contains("`tests/test_a.py`") && told[1].contains("`acme_runtimes/b.py`"),
            "{told:?}"
        );
    }
}
