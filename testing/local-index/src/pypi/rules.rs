//! What PyPI takes, as its documentation and its refusals tell.

use std::time::Duration;

use pep440_rs::Version;

use crate::archive;
use crate::form::{Content, Form};
use crate::store::{Project, Store, digests, is_project_name, normalised};

/// How long a release takes further files.
const OPEN_FOR: Duration = Duration::from_hours(14 * 24);

const METADATA_VERSIONS: [&str; 8] = ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"];

const REUSE: &str = "See https://pypi.org/help/#file-name-reuse for more information.";

/// An upload that PyPI takes, or has already.
pub(super) enum Verdict {
    New {
        version: String,
    },
    /// The very same bytes are there.
    Same,
}

/// Whether the form by itself makes sense; the error is what PyPI says.
pub(super) fn check_form(form: &Form) -> Result<(Version, &Content), String> {
    if form.field(":action") != "file_upload" || form.field("protocol_version") != "1" {
        return Err("Unknown protocol version.".to_owned());
    }
    let metadata_version = form.field("metadata_version");
    if !METADATA_VERSIONS.contains(&metadata_version) {
        return Err(format!("'{metadata_version}' is not a valid metadata version"));
    }
    let name = form.field("name");
    if !is_project_name(name) {
        return Err(format!(
            "'{name}' is an invalid value for Name. Error: Start and end with a letter or numeral containing only \
             ASCII numeric and '.', '_' and '-'."
        ));
    }
    let version = form.field("version");
    let version: Version =
        version.parse().map_err(|_| format!("'{version}' is an invalid value for Version."))?;
    if version.is_local() {
        return Err(format!("The use of local versions in <Version('{version}')> is not allowed."));
    }
    check_kind(form.field("filetype"), form.field("pyversion"))?;
    let content = form.content.as_ref().ok_or("Upload payload does not have a file.")?;
    check_digests(form, content)?;
    Ok((version, content))
}

fn check_kind(filetype: &str, pyversion: &str) -> Result<(), String> {
    match (filetype, pyversion) {
        ("bdist_wheel", "") => Err("Python version is required for binary distribution uploads.".to_owned()),
        ("bdist_wheel", _) | ("sdist", "source") => Ok(()),
        ("sdist", _) => Err("Use 'source' as Python version for an sdist.".to_owned()),
        _ => Err("Invalid value for filetype. Error: Use a known file type.".to_owned()),
    }
}

fn check_digests(form: &Form, content: &Content) -> Result<(), String> {
    let (sha256, blake2) = (form.field("sha256_digest"), form.field("blake2_256_digest"));
    if sha256.is_empty() && blake2.is_empty() && form.field("md5_digest").is_empty() {
        return Err("Include at least one message digest.".to_owned());
    }
    let differs = |told: &str, is: String| !told.is_empty() && !told.eq_ignore_ascii_case(&is);
    if differs(sha256, digests::sha256(&content.bytes))
        || differs(blake2, digests::blake2_256(&content.bytes))
    {
        return Err(
            "The digest supplied does not match a digest calculated from the uploaded file.".to_owned()
        );
    }
    Ok(())
}

/// Whether the file is named and made as its form says.
pub(super) fn check_archive(form: &Form, version: &Version, content: &Content) -> Result<(), String> {
    let name = &content.file_name;
    let stem = format!("{}-{version}", normalised(form.field("name")).replace('-', "_"));
    let (needed, licenses) = if form.field("filetype") == "sdist" {
        if *name != format!("{stem}.tar.gz") {
            return Err(format!("Filename '{name}' is invalid, should be '{stem}.tar.gz'."));
        }
        (format!("{stem}/PKG-INFO"), format!("{stem}/"))
    } else {
        if !name.strip_suffix(".whl").is_some_and(|name| name.starts_with(&format!("{stem}-"))) {
            return Err(format!(
                "Filename '{name}' is invalid, should start with '{stem}-' and end with '.whl'."
            ));
        }
        (format!("{stem}.dist-info/METADATA"), format!("{stem}.dist-info/licenses/"))
    };
    let entries =
        archive::entries(name, &content.bytes).map_err(|why| format!("Invalid distribution file. {why}"))?;
    if !entries.contains(&needed) {
        return Err(format!("'{name}' does not contain the required file: {needed}"));
    }
    for license in form.all("license_file") {
        let place = format!("{licenses}{license}");
        if !entries.contains(&place) {
            return Err(format!(
                "License-File {license} does not exist in distribution file {name} at {place}"
            ));
        }
    }
    Ok(())
}

/// Whether the index, as it is, takes the file.
pub(super) fn check_place(
    store: &Store,
    project: Option<&Project>,
    version: &Version,
    form: &Form,
    content: &Content,
) -> Result<Verdict, String> {
    let name = &content.file_name;
    let releases = project.map_or(&[][..], |project| &project.releases);
    if let Some(there) = releases.iter().find_map(|release| release.file(name)) {
        if there.bytes == content.bytes {
            return Ok(Verdict::Same);
        }
        let blake2 = digests::blake2_256(&content.bytes);
        return Err(format!("File already exists ('{name}', with blake2_256 hash '{blake2}'). {REUSE}"));
    }
    if store.burned.contains(name) {
        return Err(format!("This filename has already been used, use a different version. {REUSE}"));
    }
    let release =
        releases.iter().find(|release| release.version.parse::<Version>().ok().as_ref() == Some(version));
    let Some(release) = release else { return Ok(Verdict::New { version: version.to_string() }) };
    if store.now() > release.created + OPEN_FOR {
        return Err(format!(
            "Release {version} was created more than 14 days ago and does not take further files."
        ));
    }
    let is_sdist = |name: &str| [".tar.gz", ".zip"].iter().any(|end| name.ends_with(end));
    if form.field("filetype") == "sdist" && release.files.iter().any(|file| is_sdist(&file.name)) {
        return Err("Only one sdist may be uploaded per release.".to_owned());
    }
    Ok(Verdict::New { version: release.version.clone() })
}
