//! The two archives, byte for byte.

use std::io::Read as _;

use flate2::read::GzDecoder;
use package::{Archive, Mode, Stamp, assemble, prove, sdist, wheel};
use zip::ZipArchive;

use crate::support::{Package, insert};

const STAMP: i64 = 1_700_000_001;

/// The wheel and the sdist of a small package with a script, a data file and an executable.
fn archives() -> (Archive, Archive) {
    let package = Package {
        files: &[("main.py", "import config\n\ndef main(): pass\n"), ("config.py", ""), ("hooks/run.py", "")],
        project: "dependencies = [\"httpx\"]\nscripts.run = \"acme.main:main\"",
        ..Package::default()
    };
    let mut tree = package.tree();
    insert(&mut tree, "ws/hooks/go.sh", b"#!/bin/sh\n", Mode::Executable);
    insert(&mut tree, "ws/hooks/words.txt", words().as_bytes(), Mode::Regular);
    let manifest = package.manifest();
    let assembled = assemble(&tree, &manifest, &"1.4.0rc1".parse().unwrap()).unwrap();
    assert!(prove(&assembled, &manifest).holds());
    let stamp = Stamp::new(STAMP).unwrap();
    (wheel(&assembled, &manifest, stamp), sdist(&assembled, &manifest, stamp))
}

/// Text that a compressor finds something in, long enough to leave its window behind.
fn words() -> String {
    let mut state = 1_u32;
    let mut word = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ["import ", "config", "\n", "def ", "self.", "(", ")", "return "]
            [usize::try_from(state >> 29).unwrap()]
    };
    (0..50_000).map(|_| word()).collect()
}

/// The hashes were taken on one machine and hold on every other: a difference means that the tree, an archive's
/// layout or the deflate backend has changed, and with it the bytes of every release that is built again.
#[test]
fn the_archives_have_the_bytes_that_they_always_had() {
    let (wheel, sdist) = archives();
    assert_eq!(wheel.file_name, "acme_runtime-1.4.0rc1-py3-none-any.whl");
    assert_eq!(sdist.file_name, "acme_runtime-1.4.0rc1.tar.gz");
    assert_eq!(wheel.sha256(), "e3d0282b24e8dc11a35dcc9fcbf0097d8e82f02bc9eb0323211488786e414b28");
    assert_eq!(sdist.sha256(), "61245495c649614383141330635c30623b6c9e6216894a7da028f5ccd2fed3e1");
}

#[test]
fn a_wheel_is_sorted_with_its_metadata_last_and_has_nothing_of_the_machine() {
    let (wheel, _) = archives();
    assert_eq!(
        wheel.entries,
        [
            "acme/__init__.py",
            "acme/_runtime_modules.json",
            "acme/config.py",
            "acme/hooks/go.sh",
            "acme/hooks/run.py",
            "acme/hooks/words.txt",
            "acme/main.py",
            "acme/py.typed",
            "acme_runtime-1.4.0rc1.dist-info/METADATA",
            "acme_runtime-1.4.0rc1.dist-info/WHEEL",
            "acme_runtime-1.4.0rc1.dist-info/entry_points.txt",
            "acme_runtime-1.4.0rc1.dist-info/licenses/LICENSE",
            "acme_runtime-1.4.0rc1.dist-info/RECORD",
        ]
    );
    let mut archive = ZipArchive::new(std::io::Cursor::new(&wheel.bytes)).unwrap();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        assert_eq!(name, wheel.entries[index]);
        let permissions = if name == "acme/hooks/go.sh" { 0o755 } else { 0o644 };
        assert_eq!(entry.unix_mode(), Some(0o100_000 | permissions), "{name}");
        assert_eq!(entry.last_modified().unwrap().to_string(), "2023-11-14 22:13:20");
        assert!(entry.extra_data().is_none_or(|extra| extra.is_empty()), "{name}");
        assert_eq!(entry.compression(), zip::CompressionMethod::Deflated);
    }
    assert!(archive.comment().is_empty());
}

#[test]
fn the_record_of_a_wheel_names_every_entry() {
    let (wheel, _) = archives();
    let mut archive = ZipArchive::new(std::io::Cursor::new(&wheel.bytes)).unwrap();
    let mut record = String::new();
    archive.by_name("acme_runtime-1.4.0rc1.dist-info/RECORD").unwrap().read_to_string(&mut record).unwrap();
    let paths: Vec<_> = record.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(paths, wheel.entries);
    assert!(record.ends_with("RECORD,,\n"));
}

#[test]
fn an_sdist_belongs_to_nobody_and_has_nothing_of_the_machine() {
    let (_, sdist) = archives();
    assert_eq!(
        &sdist.bytes[..10],
        &[0x1f, 0x8b, 8, 0, 0x01, 0xf1, 0x53, 0x65, 0, 255],
        "no name, the stamp, no system"
    );
    let mut archive = tar::Archive::new(GzDecoder::new(&*sdist.bytes));
    let mut paths = Vec::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let header = entry.header();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
        assert_eq!((header.username().unwrap(), header.groupname().unwrap()), (Some(""), Some("")));
        assert_eq!(i64::try_from(header.mtime().unwrap()).unwrap(), STAMP);
        assert_eq!(header.mode().unwrap(), if path.ends_with("go.sh") { 0o755 } else { 0o644 });
        paths.push(path);
    }
    assert_eq!(paths, sdist.entries);
    for needed in ["PKG-INFO", "pyproject.toml", "LICENSE", "README.md", "acme/main.py"] {
        assert!(paths.contains(&format!("acme_runtime-1.4.0rc1/{needed}")), "{needed}");
    }
}
