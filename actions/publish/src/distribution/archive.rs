//! What is inside a wheel or an sdist, as far as publishing needs it.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use zip::ZipArchive;
use zip::result::ZipResult;

/// The largest metadata file that is read. The longest descriptions on PyPI are a tenth of it.
const LARGEST_METADATA: u64 = 8 << 20;

/// How much an sdist may unpack to. Only names and one file are kept of it, so this bounds time, not memory.
const LARGEST_UNPACKED: u64 = 4 << 30;

/// The contents of an archive.
#[derive(Debug)]
pub(super) struct Contents {
    /// The folder of the metadata: `acme-1.0.dist-info` in a wheel, `acme-1.0` in an sdist.
    pub(super) root: String,
    /// `METADATA` or `PKG-INFO`.
    pub(super) metadata: Vec<u8>,
    /// The paths of all files.
    pub(super) members: BTreeSet<String>,
}

/// Reads a wheel. <https://packaging.python.org/en/latest/specifications/binary-distribution-format/>
pub(super) fn wheel(bytes: &[u8]) -> Result<Contents, String> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("it is no zip archive: {error}"))?;
    let members = archive
        .file_names()
        .filter(|name| !name.as_ref().is_ok_and(|name| name.ends_with('/')))
        .map(|name| Ok(name?.into_owned()))
        .collect::<ZipResult<BTreeSet<String>>>()
        .map_err(|error| format!("the name of a member cannot be read: {error}"))?;
    let folders: BTreeSet<&str> = members
        .iter()
        .filter_map(|name| name.split_once('/'))
        .map(|(folder, _)| folder)
        .filter(|folder| folder.ends_with(".dist-info"))
        .collect();
    let root = match folders.into_iter().collect::<Vec<_>>()[..] {
        [folder] => folder.to_owned(),
        [] => return Err("it has no `.dist-info` folder".to_owned()),
        ref several => return Err(format!("it has several `.dist-info` folders: {}", several.join(", "))),
    };
    let path = format!("{root}/METADATA");
    let file = archive.by_name(&path).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
    Ok(Contents { metadata: bounded(file, &path)?, root, members })
}

/// Reads an sdist. <https://packaging.python.org/en/latest/specifications/source-distribution-format/>
pub(super) fn sdist(bytes: &[u8]) -> Result<Contents, String> {
    let broken = |error: std::io::Error| format!("it is no whole gzipped tar archive: {error}");
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(LARGEST_UNPACKED));
    let mut roots = BTreeSet::new();
    let mut members = BTreeSet::new();
    let mut metadata = None;
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if entry.header().entry_type().is_pax_global_extensions() {
            continue; // what `git archive` says about all files
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let (root, below) = path.split_once('/').unwrap_or((&path, ""));
        roots.insert(root.to_owned());
        if !entry.header().entry_type().is_file() {
            continue;
        }
        if below == "PKG-INFO" {
            metadata = Some(bounded(entry, &path)?);
        }
        members.insert(path);
    }
    let root = match roots.into_iter().collect::<Vec<_>>()[..] {
        [ref root] => root.clone(),
        [] => return Err("it is empty".to_owned()),
        ref several => {
            return Err(format!("it has more than one folder at its top: {}", several.join(", ")));
        }
    };
    let metadata = metadata.ok_or_else(|| format!("it has no `{root}/PKG-INFO`"))?;
    Ok(Contents { root, metadata, members })
}

fn bounded(file: impl Read, path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(LARGEST_METADATA + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("`{path}` cannot be read: {error}"))?;
    if bytes.len() as u64 > LARGEST_METADATA {
        return Err(format!("`{path}` is larger than {LARGEST_METADATA} bytes"));
    }
    Ok(bytes)
}
