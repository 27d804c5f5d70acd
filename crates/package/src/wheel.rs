//! The wheel: a zip archive that is installed by unpacking it.
//! <https://packaging.python.org/en/latest/specifications/binary-distribution-format/>

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use bytes::Bytes;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::archive::Archive;
use crate::assemble::Assembled;
use crate::manifest::Manifest;
use crate::metadata::core_metadata;
use crate::record::record;
use crate::stamp::Stamp;
use crate::tree::File;

/// zlib's own default: a higher level costs twice the time for a hundredth of the size.
const LEVEL: i64 = 6;

/// The wheel of an assembled package.
///
/// A pure function of its arguments: entries are sorted with the metadata last, times, modes and compression are
/// fixed, and there are no extra fields, so that equal trees make equal bytes on every machine.
#[must_use]
pub fn wheel(assembled: &Assembled, manifest: &Manifest, stamp: Stamp) -> Archive {
    let entries = entries(assembled, manifest);
    let file_name =
        format!("{}-{}-py3-none-any.whl", manifest.package.name.in_file_names(), assembled.version);
    let bytes = zipped(&entries, stamp).expect("writing to memory cannot fail, and nothing nears 4 GiB");
    Archive { file_name, entries: entries.into_iter().map(|(path, _)| path).collect(), bytes }
}

/// The paths and files of the wheel, in the order of the archive.
fn entries(assembled: &Assembled, manifest: &Manifest) -> Vec<(String, File)> {
    let mut entries: Vec<_> =
        assembled.package_files().map(|(path, file)| (path.to_string(), file.clone())).collect();
    entries.extend(dist_info(assembled, manifest));
    entries
}

/// The metadata of the wheel, RECORD last.
fn dist_info(assembled: &Assembled, manifest: &Manifest) -> Vec<(String, File)> {
    let folder = format!("{}-{}.dist-info", manifest.package.name.in_file_names(), assembled.version);
    let metadata = core_metadata(manifest, &assembled.version, &assembled.readme);
    let mut files =
        vec![("METADATA".to_owned(), File::regular(metadata)), ("WHEEL".to_owned(), File::regular(WHEEL))];
    if !manifest.project.scripts.is_empty() {
        files.push(("entry_points.txt".to_owned(), File::regular(entry_points(manifest))));
    }
    for path in &manifest.project.license_files {
        let file = assembled.tree.get(path).expect("an assembled package has its license files");
        files.push((format!("licenses/{path}"), File::regular(file.contents.clone())));
    }
    let mut files: Vec<_> =
        files.into_iter().map(|(name, file)| (format!("{folder}/{name}"), file)).collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    let own_path = format!("{folder}/RECORD");
    let listed = assembled.package_files().map(|(path, file)| (path.as_str(), &*file.contents));
    let listed = listed.chain(files.iter().map(|(path, file)| (path.as_str(), &*file.contents)));
    let record = record(listed, &own_path);
    files.push((own_path, File::regular(record)));
    files
}

/// The generator is named without its version: a rebuild by a later one is to make the same bytes.
const WHEEL: &str =
    "Wheel-Version: 1.0\nGenerator: runtime-actions\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

/// <https://packaging.python.org/en/latest/specifications/entry-points/>
fn entry_points(manifest: &Manifest) -> String {
    let mut text = String::from("[console_scripts]\n");
    for (name, object) in &manifest.project.scripts {
        writeln!(text, "{} = {object}", name.as_str()).expect("writing to a string cannot fail");
    }
    text
}

fn zipped(entries: &[(String, File)], stamp: Stamp) -> zip::result::ZipResult<Bytes> {
    let time = stamp.civil();
    let part = |value: i8| u8::try_from(value).expect("parts of a date are positive");
    let time = DateTime::from_date_and_time(
        u16::try_from(time.year()).expect("a stamp is in 1980 to 2106"),
        part(time.month()),
        part(time.day()),
        part(time.hour()),
        part(time.minute()),
        part(time.second()),
    )
    .expect("a stamp is in 1980 to 2106");
    let size = entries.iter().map(|(path, file)| file.contents.len() / 2 + 2 * path.len() + 128).sum();
    let mut archive = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for (path, file) in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .system(zip::System::Unix)
            .last_modified_time(time)
            .unix_permissions(file.mode.permissions());
        archive.start_file(path, options)?;
        archive.write_all(&file.contents)?;
    }
    Ok(archive.finish()?.into_inner().into())
}
