//! Names of projects.
//! <https://packaging.python.org/en/latest/specifications/name-normalization/>

/// How names are compared: lower case, words joined by one dash.
pub(crate) fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// Whether a project may be called so.
pub(crate) fn is_project_name(name: &str) -> bool {
    let outside = |letter: char| letter.is_ascii_alphanumeric();
    let inside = |letter: char| outside(letter) || "-_.".contains(letter);
    name.starts_with(outside) && name.ends_with(outside) && name.chars().all(inside)
}
