//! Where a path leads that is written in a file of a repository.

/// The file that a path leads to, as it is written in the file or link `from`: both by their paths from the repository's
/// root, with `/` between the parts. None where it leads out of the repository.
///
/// This is what links and includes go by. Whether anything is there is for the caller to see.
#[must_use]
pub fn path_from(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_where_it_would_on_disk_and_never_out_of_the_repository() {
        for (from, path, expected) in [
            ("a/b/c", "d", Some("a/b/d")),
            ("a/b/c", "../d/./e", Some("a/d/e")),
            ("a", "b//c", Some("b/c")),
            ("a/b", "..", Some("")),
            ("a/b", "../../x", None),
            ("a/b", "../../a/x", None),
            ("a", "/etc/passwd", None),
        ] {
            assert_eq!(path_from(from, path).as_deref(), expected, "{from} {path}");
        }
    }
}
