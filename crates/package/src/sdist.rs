//! The sdist: the source of the package as a gzipped tar archive, from which any tool can build it.
//! <https://packaging.python.org/en/latest/specifications/source-distribution-format/>

use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use crate::archive::Archive;
use crate::assemble::Assembled;
use crate::manifest::Manifest;
use crate::metadata::core_metadata;
use crate::stamp::Stamp;
use crate::tree::File;

/// The level of compression, zlib's own default, as for the wheel.
const LEVEL: u32 = 6;

/// What gzip says of an archive whose maker is unknown. <https://www.rfc-editor.org/rfc/rfc1952>
const UNKNOWN_SYSTEM: u8 = 255;

/// The sdist of an assembled package: everything in its tree, and PKG-INFO.
///
/// A pure function of its arguments: entries are sorted, owners are nobody by number 0, times, modes and
/// compression are fixed, and the name and time of the gzip header are left out or fixed.
#[must_use]
pub fn sdist(assembled: &Assembled, manifest: &Manifest, stamp: Stamp) -> Archive {
    let root = format!("{}-{}", manifest.package.name.in_file_names(), assembled.version);
    let metadata = core_metadata(manifest, &assembled.version, &assembled.readme);
    let mut entries: Vec<_> =
        assembled.tree.iter().map(|(path, file)| (format!("{root}/{path}"), file.clone())).collect();
    entries.push((format!("{root}/PKG-INFO"), File::regular(metadata)));
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    let bytes = tarred(&entries, stamp).expect("writing to memory cannot fail");
    Archive {
        file_name: format!("{root}.tar.gz"),
        entries: entries.into_iter().map(|(path, _)| path).collect(),
        bytes,
    }
}

fn tarred(entries: &[(String, File)], stamp: Stamp) -> std::io::Result<Bytes> {
    let gzip = GzBuilder::new()
        .mtime(stamp.seconds())
        .operating_system(UNKNOWN_SYSTEM)
        .write(Vec::new(), Compression::new(LEVEL));
    let mut archive = Builder::new(gzip);
    for (path, file) in entries {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(file.mode.permissions());
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(stamp.seconds().into());
        header.set_size(file.contents.len() as u64);
        archive.append_data(&mut header, path, &*file.contents)?;
    }
    Ok(archive.into_inner()?.finish()?.into())
}
