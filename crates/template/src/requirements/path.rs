//! Where includes lead.

/// Whether an include is to be fetched: `http:`, `https:` and `file:`, as pip has it.
pub(super) fn is_remote(path: &str) -> bool {
    let scheme = path.split(':').next().filter(|scheme| scheme.len() < path.len());
    scheme.is_some_and(|scheme| {
        ["http", "https", "file"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

/// A path from the repository's root for one that stands in a file there; none if it leads out.
pub(super) fn resolve(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
