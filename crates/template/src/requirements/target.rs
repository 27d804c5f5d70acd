//! Requirements that name an address or a path and no version.

use domain::{ArchiveName, ProjectName};

/// The schemes of what pip takes for an address when it stands alone: its own, and `git+https` and its likes.
const SCHEMES: [&str; 10] = ["http", "https", "file", "ftp", "ssh", "git", "hg", "bzr", "sftp", "svn"];

/// The suffixes of what pip takes for an archive.
const ARCHIVES: [&str; 11] =
    [".zip", ".whl", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tlz", ".tar.lzma"];

/// Whether a text is an address by itself.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.split_once('+') {
        Some((system, _)) => ["git", "hg", "bzr", "svn"].contains(&system),
        None => SCHEMES.contains(&scheme.as_str()),
    }
}

/// Whether a text is a path: by a separator before any `@`, by a leading dot, or by the suffix of an archive.
///
/// pip looks whether the folder is there. Here, what no path is likely to hold is left to be read as a requirement.
pub(super) fn is_path(text: &str) -> bool {
    let (path, _) = without_extras(text);
    let before = path.split('@').next().unwrap_or_default();
    if before.len() < path.len() && !before.contains('/') && !before.starts_with('.') {
        return false;
    }
    if path.contains(|c: char| c.is_whitespace() || "<>=!~;,\"'()[]".contains(c)) {
        return false;
    }
    let lower = path.to_ascii_lowercase();
    path.contains('/') || path.starts_with('.') || ARCHIVES.iter().any(|suffix| lower.ends_with(suffix))
}

/// `./lib[extra]` without its extras, and what is in the brackets.
pub(super) fn without_extras(text: &str) -> (&str, &str) {
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((path, extras)) => (path.trim_end(), extras),
        None => (text, ""),
    }
}

/// The project that an address names: by `#egg=`, or by the file name of a wheel.
pub(super) fn project(address: &str) -> Option<ProjectName> {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    match fragment.split('&').find_map(|part| part.strip_prefix("egg=")) {
        Some(egg) => without_extras(egg).0.parse().ok(),
        None => wheel(address.split('?').next().unwrap_or_default()),
    }
}

/// The project whose wheel is at a path.
pub(super) fn wheel(path: &str) -> Option<ProjectName> {
    let file = path.rsplit('/').next().filter(|file| is_wheel(file))?;
    let wheel: ArchiveName = file.parse().ok()?;
    Some(wheel.project().clone())
}

fn is_wheel(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, suffix)| suffix == "whl")
}
