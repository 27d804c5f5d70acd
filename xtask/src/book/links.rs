//! Links that lead nowhere.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use super::markdown;

/// How pages that are copied elsewhere name files of this repository.
const OURS: &str = "https://github.com/molecule-ai/runtime-actions/blob/v1/";

/// A link that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    page: PathBuf,
    line: usize,
    destination: String,
    why: &'static str,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, line, destination, why } = self;
        write!(formatter, "{}:{line}: `{destination}` {why}", page.display())
    }
}

/// The links of these pages to what is not in the checkout. What lies elsewhere is not asked for: a check must not
/// depend on somebody else's server.
///
/// # Errors
///
/// When a page cannot be read.
pub(super) fn broken(root: &Path, pages: &[PathBuf]) -> anyhow::Result<Vec<Broken>> {
    let mut broken = Vec::new();
    for page in pages {
        let text = fs_err::read_to_string(root.join(page))?;
        for link in markdown::links(&text) {
            if let Some(why) = fault(root, page, &text, &link.destination)? {
                let line = text[..link.at.start].matches('\n').count() + 1;
                broken.push(Broken { page: page.clone(), line, destination: link.destination, why });
            }
        }
    }
    Ok(broken)
}

fn fault(root: &Path, page: &Path, text: &str, destination: &str) -> anyhow::Result<Option<&'static str>> {
    let (base, destination) = match destination.strip_prefix(OURS) {
        Some(rest) => (Path::new(""), rest),
        None => (page.parent().unwrap_or(Path::new("")), destination),
    };
    if destination.contains("://") || destination.starts_with("mailto:") {
        return Ok(None);
    }
    let (path, anchor) = destination.split_once('#').unwrap_or((destination, ""));
    let anchors = if path.is_empty() {
        markdown::anchors(text)
    } else {
        let Some(target) = normal(&base.join(path)) else { return Ok(Some("leads out of the repository")) };
        if !root.join(&target).exists() {
            return Ok(Some("is not there"));
        }
        if anchor.is_empty() || target.extension().is_none_or(|extension| extension != "md") {
            return Ok(None);
        }
        markdown::anchors(&fs_err::read_to_string(root.join(target))?)
    };
    Ok((!anchor.is_empty() && !anchors.iter().any(|known| known == anchor)).then_some("has no such heading"))
}

/// A path without `..`; none where it leads out.
pub(super) fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => normal.pop().then_some(())?,
            Component::Normal(part) => normal.push(part),
            _ => {}
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(root.path().join("docs/rules")).unwrap();
        fs_err::write(root.path().join("docs/rules/one.md"), "# One\n## Why\n").unwrap();
        fs_err::write(root.path().join("docs/page.md"), text).unwrap();
        let broken = broken(root.path(), &[PathBuf::from("docs/page.md")]).unwrap();
        broken.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_to_files_and_headings_that_are_there_pass() {
        let text = "# Page\n[a](rules/one.md) [b](rules/one.md#why) [c](#page) [d](../docs) [e](https://example.org/x)\n";
        assert_eq!(told(text), Vec::<String>::new());
        let ours = "[f](https://github.com/molecule-ai/runtime-actions/blob/v1/docs/rules/one.md)";
        assert_eq!(told(ours), Vec::<String>::new());
    }

    #[test]
    fn links_that_lead_nowhere_are_told_with_their_line() {
        assert_eq!(told("# Page\n\n[a](two.md)\n"), ["docs/page.md:3: `two.md` is not there"]);
        assert_eq!(
            told("[a](rules/one.md#how)\n"),
            ["docs/page.md:1: `rules/one.md#how` has no such heading"]
        );
        assert_eq!(told("[a](#nothing)\n"), ["docs/page.md:1: `#nothing` has no such heading"]);
        assert_eq!(told("[a](../../x)\n"), ["docs/page.md:1: `../../x` leads out of the repository"]);
        let ours = "https://github.com/molecule-ai/runtime-actions/blob/v1/gone.md";
        assert_eq!(told(&format!("[a]({ours})\n")).len(), 1);
    }
}
