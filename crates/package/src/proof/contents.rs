//! Whether an archive holds the package's own files only.

use super::finding::{Finding, FindingKind};
use crate::archive::Archive;
use crate::manifest::Manifest;

/// The entries of a wheel that lie neither in the import package nor in the wheel's own metadata folder.
pub(super) fn foreign(wheel: &Archive, manifest: &Manifest) -> Vec<Finding> {
    let package = format!("{}/", manifest.package.import_package);
    let metadata = wheel.file_name.splitn(3, '-').take(2).collect::<Vec<_>>().join("-") + ".dist-info/";
    let foreign =
        wheel.entries.iter().filter(|entry| !entry.starts_with(&package) && !entry.starts_with(&metadata));
    foreign
        .map(|entry| Finding {
            kind: FindingKind::Foreign,
            path: None,
            position: None,
            message: format!("the wheel `{}` holds `{entry}`, which is not the package's", wheel.file_name),
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
        let told: Vec<_> =
            foreign(&wheel, &fixtures::manifest()).into_iter().map(|one| one.message).collect();
        assert_eq!(told.len(), 2);
        assert!(
            told[0].contains("`tests/test_a.py`") && told[1].contains("`acme_runtimes/b.py`"),
            "{told:?}"
        );
    }
}
