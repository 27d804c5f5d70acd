//! Wheels and sdists for tests, made of their metadata.

use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Release;

/// Metadata that no index objects to.
pub(crate) const METADATA: &str = "Metadata-Version: 2.4\nName: acme-runtime\nVersion: 1.4.0\nSummary: runs\n\
    License-Expression: MIT\nLicense-File: LICENSE\nKeywords: one,two\nClassifier: Topic :: Utilities\n\
    Classifier: Programming Language :: Python :: 3\nProject-URL: Home,https://acme.example/\n\
    Requires-Python: >=3.11\nRequires-Dist: httpx>=0.27\nRequires-Dist: rich; extra == \"cli\"\nProvides-Extra: cli\n\
    Description-Content-Type: text/markdown\n\n# Acme\n";

/// A zip archive of these files.
pub(crate) fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, contents) in files {
        archive.start_file(*path, SimpleFileOptions::default()).unwrap();
        archive.write_all(contents.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A gzipped tar archive of these files.
pub(crate) fn tarred(files: &[(&str, &str)]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(gzip);
    for (path, contents) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, contents.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// Writes the wheel and sdist of acme-runtime 1.4.0 with this metadata.
pub(crate) fn write_release(folder: &Path, metadata: &str) {
    let wheel = zipped(&[
        ("acme_runtime/__init__.py", ""),
        ("acme_runtime-1.4.0.dist-info/licenses/LICENSE", "MIT"),
        ("acme_runtime-1.4.0.dist-info/METADATA", metadata),
    ]);
    fs_err::write(folder.join("acme_runtime-1.4.0-py3-none-any.whl"), wheel).unwrap();
    let sdist = tarred(&[("acme_runtime-1.4.0/LICENSE", "MIT"), ("acme_runtime-1.4.0/PKG-INFO", metadata)]);
    fs_err::write(folder.join("acme_runtime-1.4.0.tar.gz"), sdist).unwrap();
}

/// A release with this metadata.
pub(crate) fn release_of(metadata: &str) -> Release {
    let folder = tempfile::tempdir().unwrap();
    write_release(folder.path(), metadata);
    Release::read(folder.path()).unwrap()
}
