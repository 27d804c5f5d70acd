//! Wheels and sdists in a line or two.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A pure wheel, or an sdist.
pub(crate) struct Packed {
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
}

/// A wheel of `project` with these files, and these further lines of metadata.
pub(crate) fn wheel(project: &str, version: &str, metadata: &[&str], files: &[(&str, &str)]) -> Packed {
    let stem = format!("{}-{version}", project.replace('-', "_"));
    let mut all: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let lines = metadata.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    let told = format!("Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n{lines}");
    all.push((format!("{stem}.dist-info/METADATA"), told));
    let tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    all.push((format!("{stem}.dist-info/WHEEL"), tags.to_owned()));
    let record = format!("{stem}.dist-info/RECORD");
    let listed = all.iter().map(|(path, _)| format!("{path},,\n")).collect::<Vec<_>>().concat();
    all.push((record.clone(), format!("{listed}{record},,\n")));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in &all {
        archive.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    Packed { file_name: format!("{stem}-py3-none-any.whl"), bytes: archive.finish().unwrap().into_inner() }
}

/// An sdist of `project`, which a backend of its own builds: the module `build_it`, of this text.
pub(crate) fn sdist(project: &str, version: &str, backend: &str) -> Packed {
    let stem = format!("{}-{version}", project.replace('-', "_"));
    let told = format!("Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n");
    let pyproject = format!(
        "[build-system]\nrequires = []\nbuild-backend = \"build_it\"\nbackend-path = [\".\"]\n\
         [project]\nname = \"{project}\"\nversion = \"{version}\"\n"
    );
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(gzip);
    for (name, text) in [("PKG-INFO", &*told), ("pyproject.toml", &*pyproject), ("build_it.py", backend)] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("{stem}/{name}"), text.as_bytes()).unwrap();
    }
    let bytes = archive.into_inner().unwrap().finish().unwrap();
    Packed { file_name: format!("{stem}.tar.gz"), bytes }
}

impl Packed {
    /// Written down in a folder; its path.
    pub(crate) fn in_folder(&self, folder: &Path) -> PathBuf {
        let path = folder.join(&self.file_name);
        fs_err::write(&path, &self.bytes).unwrap();
        path
    }
}
