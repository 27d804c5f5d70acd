//! The smallest archives that indexes take and installers install.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::store::{digests, normalised};

/// An archive with one module that holds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its name.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl Sample {
    fn new(file_name: String, bytes: Vec<u8>) -> Self {
        let sha256 = digests::sha256(&bytes);
        Self { file_name, bytes, sha256 }
    }
}

/// A pure wheel of `project`, whose one module is called like it.
#[must_use]
pub fn wheel(project: &str, version: &str) -> Sample {
    let module = module(project);
    let info = format!("{module}-{version}.dist-info");
    let files = [
        (format!("{module}.py"), String::new()),
        (format!("{info}/METADATA"), metadata(project, version)),
        (
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: local-index\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
                .to_owned(),
        ),
    ];
    let record = format!("{info}/RECORD");
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).chain([record.as_str()]).collect();
    let lines = paths.join(",,\n") + ",,\n";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files.iter().chain([&(record.clone(), lines)]) {
        zip.start_file(path.as_str(), SimpleFileOptions::default()).expect("the names of the files differ");
        zip.write_all(text.as_bytes()).expect("memory takes all that is written");
    }
    let bytes = zip.finish().expect("memory takes all that is written").into_inner();
    Sample::new(format!("{module}-{version}-py3-none-any.whl"), bytes)
}

/// An sdist of `project`, which the build backend of Python's own tools would build.
#[must_use]
pub fn sdist(project: &str, version: &str) -> Sample {
    let module = module(project);
    let root = format!("{module}-{version}");
    let pyproject = format!(
        "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n\n\
         [project]\nname = \"{project}\"\nversion = \"{version}\"\n\n[tool.setuptools]\npy-modules = [\"{module}\"]\n"
    );
    let files = [
        ("PKG-INFO".to_owned(), metadata(project, version)),
        (format!("{module}.py"), String::new()),
        ("pyproject.toml".to_owned(), pyproject),
    ];
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, format!("{root}/{path}"), text.as_bytes())
            .expect("memory takes all that is written");
    }
    let gzip = tar.into_inner().expect("memory takes all that is written");
    Sample::new(format!("{root}.tar.gz"), gzip.finish().expect("memory takes all that is written"))
}

fn module(project: &str) -> String {
    normalised(project).replace('-', "_")
}

fn metadata(project: &str, version: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n")
}
