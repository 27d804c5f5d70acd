//! Looking into an archive: the names of what it holds.

use std::io::Cursor;

use flate2::read::GzDecoder;

/// The names in a wheel or sdist, or why it is neither.
pub(crate) fn entries(file_name: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
    if file_name.ends_with(".tar.gz") {
        return in_tar(bytes).map_err(|error| error.to_string());
    }
    in_zip(bytes).map_err(|error| error.to_string())
}

fn in_zip(bytes: &[u8]) -> zip::result::ZipResult<Vec<String>> {
    let zip = zip::ZipArchive::new(Cursor::new(bytes))?;
    zip.file_names().map(|name| Ok(name?.into_owned())).collect()
}

fn in_tar(bytes: &[u8]) -> std::io::Result<Vec<String>> {
    tar::Archive::new(GzDecoder::new(bytes))
        .entries()?
        .map(|entry| Ok(String::from_utf8_lossy(&entry?.path_bytes()).into_owned()))
        .collect()
}
