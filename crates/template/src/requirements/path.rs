//! Where includes lead.

/// Whether an include is to be fetched: `http:`, `https:` and `file:`, as pip has it.
pub(super) fn is_remote(path: &str) -> bool {
    let scheme = path.split(':').next().filter(|scheme| scheme.len() < path.len());
    scheme.is_some_and(|scheme| {
        ["http", "https", "file"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}
