use runner::{Diagnostic as _, Exit};
use tempfile::TempDir;

use super::fixtures::{METADATA, tarred, write_release, zipped};
use super::*;

const WHEEL: &str = "acme_runtime-1.4.0-py3-none-any.whl";
const SDIST: &str = "acme_runtime-1.4.0.tar.gz";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_release(folder.path(), METADATA);
    folder
}

fn refused(folder: &TempDir) -> String {
    let error = Release::read(folder.path()).unwrap_err();
    assert_eq!(error.exit(), Exit::BadInput, "{error}");
    let place = folder.path().display().to_string();
    let mut said = error.to_string().replace(&place, "dist");
    if let Some(source) = std::error::Error::source(&error) {
        said.push_str(": ");
        said.push_str(&source.to_string());
    }
    said
}

#[test]
fn a_release_is_a_wheel_and_an_sdist_with_digests_and_metadata() {
    let folder = folder();
    fs_err::write(folder.path().join(".gitignore"), "*").unwrap();
    let release = Release::read(folder.path()).unwrap();
    assert_eq!(release.project().as_str(), "acme-runtime");
    assert_eq!(release.version().to_string(), "1.4.0");
    assert_eq!(release.distributions().map(Distribution::file_name), [WHEEL, SDIST], "the wheel goes first");
    assert_eq!(release.wheel().tags(), Some(["py3", "none", "any"]));
    assert_eq!(release.sdist().tags(), None);
    assert_eq!(release.wheel().metadata().get("summary"), Some("runs"));
    let bytes = fs_err::read(folder.path().join(SDIST)).unwrap();
    assert_eq!(release.sdist().bytes()[..], bytes);
    let (wheel, sdist) = (release.wheel().sha256(), release.sdist().sha256());
    assert_eq!(
        release.requirement(),
        format!("acme-runtime==1.4.0 --hash=sha256:{wheel} --hash=sha256:{sdist}")
    );
}

#[test]
fn digests_are_those_of_the_standards() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(WHEEL);
    fs_err::write(&path, zipped(&[("acme_runtime-1.4.0.dist-info/METADATA", METADATA)])).unwrap();
    let read = Distribution::read(&path).unwrap();
    // of the same bytes, by another way to them: whole and in pieces
    let mut pieces = Blake2b::<U32>::new();
    read.bytes().chunks(7).for_each(|piece| pieces.update(piece));
    assert_eq!(read.blake2_256(), format!("{:x}", pieces.finalize()));
    let empty = format!("{:x}", Blake2b::<U32>::digest(b""));
    assert_eq!(empty, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

#[test]
fn another_number_of_archives_is_refused_and_all_that_is_there_is_named() {
    let folder = folder();
    fs_err::write(folder.path().join("acme_runtime-1.3.0.tar.gz"), "").unwrap();
    assert_eq!(
        refused(&folder),
        format!(
            "`dist` must hold one wheel and one sdist of one version, and holds `acme_runtime-1.3.0.tar.gz`, \
             `{WHEEL}`, `{SDIST}`"
        )
    );
    let empty = tempfile::tempdir().unwrap();
    assert!(refused(&empty).ends_with("holds nothing"));
    let missing = Release::read(&empty.path().join("dist")).unwrap_err();
    assert_eq!(missing.exit(), Exit::BadInput);
    assert!(missing.hints()[0].contains("build first"));
}

#[test]
fn archives_of_two_releases_are_refused() {
    let folder = folder();
    fs_err::remove_file(folder.path().join(SDIST)).unwrap();
    let other = METADATA.replace("1.4.0", "1.5.0");
    let path = folder.path().join("acme_runtime-1.5.0.tar.gz");
    fs_err::write(&path, tarred(&[("acme_runtime-1.5.0/PKG-INFO", &other)])).unwrap();
    assert!(refused(&folder).ends_with("not of one release: their versions differ"));
    fs_err::remove_file(path).unwrap();
    let other = METADATA.replace("acme-runtime", "acme-tool");
    let path = folder.path().join("acme_tool-1.4.0.tar.gz");
    fs_err::write(path, tarred(&[("acme_tool-1.4.0/PKG-INFO", &other)])).unwrap();
    assert!(refused(&folder).ends_with("not of one release: their names differ"));
}

#[test]
fn metadata_that_contradicts_the_name_of_its_file_is_refused() {
    for (from, to, told) in [
        ("Version: 1.4.0", "Version: 1.4.1", "says version `1.4.1`, where the file's name says `1.4.0`"),
        ("Version: 1.4.0\n", "", "cannot be read: the field `version` is missing"),
        ("Name: acme-runtime", "Name: acme", "says name `acme`, where the file's name says `acme_runtime`"),
        ("Name: acme-runtime", "Name acme-runtime", "line 2 is neither a field"),
        ("Name: acme-runtime", "Name: acme-runtime\nName: acme", "the field `name` is there more than once"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write_release(folder.path(), &METADATA.replacen(from, to, 1));
        let said = refused(&folder);
        assert!(said.contains(told), "{to}: {said}");
        assert!(said.contains(WHEEL), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    write_release(folder.path(), &METADATA.replace("Name: acme-runtime", "Name: Acme.Runtime"));
    assert_eq!(Release::read(folder.path()).unwrap().project().as_str(), "Acme.Runtime");
}

#[test]
fn what_is_not_the_archive_that_its_name_says_is_refused() {
    let sdist = |files: &[(&str, &str)]| (SDIST, tarred(files));
    let wheel = |files: &[(&str, &str)]| (WHEEL, zipped(files));
    let cut = |(name, bytes): (&'static str, Vec<u8>)| (name, bytes[..bytes.len() / 2].to_vec());
    for ((name, bytes), told) in [
        ((WHEEL, b"PK".to_vec()), "it is no zip archive"),
        (wheel(&[("a.py", "")]), "it has no `.dist-info` folder"),
        (
            wheel(&[("a-1.dist-info/METADATA", ""), ("b-1.dist-info/METADATA", "")]),
            "several `.dist-info` folders",
        ),
        (wheel(&[("a-1.dist-info/WHEEL", "")]), "`a-1.dist-info/METADATA` cannot be read"),
        ((SDIST, b"\x1f\x8b".to_vec()), "it is no whole gzipped tar archive"),
        (sdist(&[]), "it is empty"),
        (sdist(&[("a-1/setup.py", "")]), "it has no `a-1/PKG-INFO`"),
        (sdist(&[("a-1/PKG-INFO", ""), ("b/PKG-INFO", "")]), "more than one folder at its top: a-1, b"),
        (cut(sdist(&[("a-1/PKG-INFO", METADATA)])), "cannot be read"),
    ] {
        let folder = folder();
        fs_err::write(folder.path().join(name), bytes).unwrap();
        let said = refused(&folder);
        assert!(said.contains(told) && said.contains(name), "{told}: {said}");
    }
}

#[test]
fn a_name_that_is_none_of_a_distribution_is_refused() {
    let folder = folder();
    fs_err::rename(folder.path().join(WHEEL), folder.path().join("acme.whl")).unwrap();
    assert!(refused(&folder).contains("write a wheel's as"), "{}", refused(&folder));
    let zip = folder.path().join("acme_runtime-1.4.0.zip");
    fs_err::write(&zip, zipped(&[])).unwrap();
    assert!(matches!(Distribution::read(&zip), Err(DistributionError::Misnamed { .. })));
}

#[test]
fn a_file_larger_than_an_index_takes_is_not_even_read() {
    let folder = folder();
    let file = fs_err::OpenOptions::new().write(true).open(folder.path().join(SDIST)).unwrap();
    file.set_len(LARGEST + 1).unwrap();
    assert!(
        refused(&folder).ends_with("is 104857601 bytes, more than the 104857600 that are uploaded at most")
    );
}
