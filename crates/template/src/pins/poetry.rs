//! Versions as poetry writes them. <https://python-poetry.org/docs/dependency-specification/>

use domain::PackageVersion;
use pep440_rs::VersionSpecifier;

/// What poetry takes a text for.
pub(super) enum Constraint {
    /// One version, from this byte of the text on.
    Exact(usize, PackageVersion),
    /// A range; none of them where any version is taken.
    Within(Vec<VersionSpecifier>),
    /// Something that is not read here.
    Unknown,
}

/// Reads a constraint.
pub(super) fn read(text: &str) -> Constraint {
    let number = text.trim_start_matches('=').trim_start();
    if let Ok(version) = number.parse::<PackageVersion>() {
        return Constraint::Exact(text.len() - number.len(), version);
    }
    if text.trim() == "*" {
        return Constraint::Within(Vec::new());
    }
    let parts: Option<Vec<Vec<VersionSpecifier>>> =
        text.split(',').map(|part| specifiers(part.trim())).collect();
    parts.map_or(Constraint::Unknown, |parts| Constraint::Within(parts.concat()))
}

fn specifiers(part: &str) -> Option<Vec<VersionSpecifier>> {
    let (number, caret) =
        match (part.strip_prefix('^'), part.strip_prefix('~').filter(|rest| !rest.starts_with('='))) {
            (Some(number), _) => (number, true),
            (None, Some(number)) => (number, false),
            (None, None) => return Some(vec![part.parse().ok()?]),
        };
    let version: PackageVersion = number.trim().parse().ok()?;
    let release = version.release();
    let grows = if caret {
        // the first that is not zero may not change
        release.iter().position(|part| *part > 0).unwrap_or(release.len() - 1)
    } else {
        usize::from(release.len() > 1)
    };
    let cap: Vec<String> = release
        .iter()
        .take(grows + 1)
        .enumerate()
        .map(|(at, part)| (part + u64::from(at == grows)).to_string())
        .collect();
    Some(vec![format!(">={version}").parse().ok()?, format!("<{}", cap.join(".")).parse().ok()?])
}
