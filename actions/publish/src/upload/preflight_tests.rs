use crate::distribution::fixtures::{METADATA, release_of, tarred, zipped};

use super::*;

/// What is said of the wheel whose metadata has `from` replaced by `to`.
fn said(from: &str, to: &str, registry: Registry) -> Vec<String> {
    assert!(METADATA.contains(from), "{from}");
    let found = preflight(&release_of(&METADATA.replacen(from, to, 1)), registry);
    found.into_iter().filter(|one| one.file.contains("-py3-")).map(|one| one.what).collect()
}

#[test]
fn a_sound_release_meets_no_objection() {
    for registry in [Registry::PyPi, Registry::Gitea, Registry::Other] {
        assert_eq!(preflight(&release_of(METADATA), registry), []);
    }
}

#[test]
fn what_an_index_would_refuse_is_told_of_both_files() {
    let found = preflight(&release_of(&METADATA.replace("MIT\n", "BSL-1.1\n")), Registry::Gitea);
    let files: Vec<_> = found.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(files, ["acme_runtime-1.4.0-py3-none-any.whl", "acme_runtime-1.4.0.tar.gz"]);
    assert!(found[0].to_string().contains("its license `BSL-1.1` is no SPDX expression"), "{}", found[0]);
}

#[test]
fn each_fault_of_the_metadata_has_an_objection_of_its_own() {
    for (from, to, told) in [
        ("Metadata-Version: 2.4", "Metadata-Version: 3.0", "is of version `3.0`"),
        ("Metadata-Version: 2.4\n", "", "has no `Metadata-Version`"),
        ("Summary: runs", "Summary: runs\nSummary: fast", "field `summary` more than once"),
        ("Summary: runs", "Summery: runs", "field `summery`, which no index knows"),
        ("Summary: runs", "Summary: runs\n  fast", "longer than a line"),
        ("License-Expression: MIT\nLicense-File: LICENSE\n", "", "it names no license"),
        (
            "Classifier: Topic",
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: Topic",
            "drop the classifier",
        ),
        (
            "License-File: LICENSE",
            "License-File: COPYING",
            "there is no `acme_runtime-1.4.0.dist-info/licenses/COPYING`",
        ),
        ("Requires-Python: >=3.11\n", "", "has no `Requires-Python`"),
        ("Requires-Python: >=3.11", "Requires-Python: 3.11", "is no range of versions"),
        ("httpx>=0.27", "httpx @ https://x.example/h.whl", "by URL, which indexes refuse"),
        ("httpx>=0.27", "httpx>>1", "its dependency `httpx>>1` cannot be read"),
        ("text/markdown", "text/asciidoc", "is of type `text/asciidoc`"),
        ("Home,https", "https", "is not a label"),
        ("Home,https", "Home,ftp", "is not a label"),
        ("Home,", "A label that is much longer than PyPI allows,", "is not a label"),
    ] {
        let found = said(from, to, Registry::Gitea);
        assert!(found.len() == 1 && found[0].contains(told), "{to}: {found:?}");
    }
}

#[test]
fn an_old_license_is_known_too() {
    let of_old = "License: MIT";
    assert_eq!(
        said("License-Expression: MIT\nLicense-File: LICENSE", of_old, Registry::PyPi),
        Vec::<String>::new()
    );
    // before 2.4 the field was no standard, and tools wrote it with any meaning
    let before = METADATA.replace("2.4\n", "2.3\n").replace("File: LICENSE", "File: COPYING");
    assert_eq!(preflight(&release_of(&before), Registry::PyPi), []);
}

#[test]
fn only_pypi_minds_private_packages() {
    let private = "Classifier: Private :: Do Not Upload\nClassifier: Topic";
    assert_eq!(said("Classifier: Topic", private, Registry::PyPi).len(), 1);
    assert_eq!(said("Classifier: Topic", private, Registry::Gitea).len(), 0);
}

/// A release whose version is written like this in names and metadata.
fn of_version(version: &str, tag: &str) -> Vec<Objection> {
    let folder = tempfile::tempdir().unwrap();
    let metadata = METADATA.replace("1.4.0", version);
    let wheel = zipped(&[
        (&format!("acme_runtime-{version}.dist-info/licenses/LICENSE"), "MIT"),
        (&format!("acme_runtime-{version}.dist-info/METADATA"), &metadata),
    ]);
    fs_err::write(folder.path().join(format!("acme_runtime-{version}-{tag}.whl")), wheel).unwrap();
    let root = format!("acme_runtime-{version}");
    let sdist = tarred(&[(&format!("{root}/LICENSE"), "MIT"), (&format!("{root}/PKG-INFO"), &metadata)]);
    fs_err::write(folder.path().join(format!("acme_runtime-{version}.tar.gz")), sdist).unwrap();
    preflight(&Release::read(folder.path()).unwrap(), Registry::PyPi)
}

#[test]
fn a_local_version_can_never_be_uploaded() {
    let found = of_version("1.4.0+local", "py3-none-any");
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|one| one.what.contains("local version")), "{found:?}");
}

#[test]
fn a_version_is_sent_normalised() {
    assert_eq!(of_version("1.4.0rc1", "py3-none-any"), []);
    let found = of_version("1.4.0.RC1", "py3-none-any");
    assert_eq!(found.len(), 4, "name and metadata of both files: {found:?}");
    assert!(found[0].what.contains("write `1.4.0rc1`"), "{found:?}");
}

#[test]
fn pypi_takes_no_wheel_for_just_any_linux() {
    let found = of_version("1.4.0", "cp311-cp311-linux_x86_64");
    assert!(found.len() == 1 && found[0].what.contains("manylinux"), "{found:?}");
    assert_eq!(of_version("1.4.0", "cp311-cp311-manylinux_2_28_x86_64"), []);
}
