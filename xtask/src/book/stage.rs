//! The book's source: the pages, with what is only right on the forge put right for a book.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::{FOLDER, links, markdown};

/// Where files that are no pages are.
const REPOSITORY: &str = "https://github.com/molecule-ai/runtime-actions/blob/v1";

const SUMMARY: &str = "SUMMARY.md";
/// The page below which the summary has one for each rule; they are generated, and so is their part of it.
const RULES: &str = "rules/README.md";

/// Copies the pages into `target`.
///
/// # Errors
///
/// When a page is not in the summary, and so would not be in the book.
pub(super) fn stage(root: &Path, target: &Path) -> anyhow::Result<()> {
    let source = root.join(FOLDER);
    let pages = files(&source, Path::new(""))?;
    let summary = with_rules(&fs_err::read_to_string(source.join(SUMMARY))?, &pages)?;
    for page in &pages {
        let to = target.join(page);
        fs_err::create_dir_all(to.parent().context("a page lies in a folder")?)?;
        if page.extension().is_none_or(|extension| extension != "md") {
            fs_err::copy(source.join(page), to)?;
            continue;
        }
        if page != Path::new(SUMMARY) {
            let is_listed = summary.contains(&format!("({})", page.display()));
            ensure!(is_listed, "`{FOLDER}/{}` is not in `{FOLDER}/{SUMMARY}`", page.display());
        }
        let text = fs_err::read_to_string(source.join(page))?;
        fs_err::write(to, for_a_book(&text, page))?;
    }
    fs_err::write(target.join(SUMMARY), summary)?;
    Ok(())
}

/// The files below a folder, relative to it, in order.
fn files(source: &Path, below: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(source.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() { files.extend(self::files(source, &path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}

/// The summary with a line for each rule.
fn with_rules(summary: &str, pages: &[PathBuf]) -> anyhow::Result<String> {
    let mut whole = String::new();
    for line in summary.lines() {
        writeln!(whole, "{line}")?;
        if !line.contains(&format!("({RULES})")) {
            continue;
        }
        let indent = line.len() - line.trim_start().len() + 2;
        for page in pages.iter().filter(|page| page.starts_with("rules") && *page != Path::new(RULES)) {
            let name = page.file_stem().context("a page has a name")?.to_string_lossy();
            writeln!(whole, "{:indent$}- [{name}]({})", "", page.display())?;
        }
    }
    Ok(whole)
}

/// A page in which links out of the book have the repository's address.
fn for_a_book(text: &str, page: &Path) -> String {
    let mut book = text.to_owned();
    // From the end, so that what stands before stays where it is.
    for link in markdown::links(text).into_iter().rev() {
        let base = Path::new(FOLDER).join(page.parent().unwrap_or(Path::new("")));
        let Some(target) = links::normal(&base.join(&link.destination)) else { continue };
        let is_elsewhere = link.destination.contains("://") || link.destination.starts_with('#');
        if is_elsewhere || target.starts_with(FOLDER) {
            continue;
        }
        let written = &text[link.at.clone()];
        let from = format!("]({})", link.destination);
        let to = format!("]({REPOSITORY}/{})", target.display());
        book.replace_range(link.at, &written.replacen(&from, &to, 1));
    }
    book
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_out_of_the_book_lead_to_the_repository_and_others_stay() {
        let text = "[a](../data/x.toml) [b](cascade.md#pace) [c](https://example.org) [d](#e) `[f](../g)`\n";
        let expected = "[a](https://github.com/molecule-ai/runtime-actions/blob/v1/data/x.toml) [b](cascade.md#pace) \
                        [c](https://example.org) [d](#e) `[f](../g)`\n";
        assert_eq!(for_a_book(text, Path::new("page.md")), expected);
        let deep = "[a](../../examples/callers) [b](../publish.md)";
        let expected =
            "[a](https://github.com/molecule-ai/runtime-actions/blob/v1/examples/callers) [b](../publish.md)";
        assert_eq!(for_a_book(deep, Path::new("quick-start/monorepo.md")), expected);
    }

    #[test]
    fn every_rule_is_below_the_rules_in_the_summary() {
        let pages = ["rules/README.md", "rules/a.md", "rules/b.md", "x.md"].map(PathBuf::from);
        let summary = "- [x](x.md)\n  - [The rules](rules/README.md)\n- [y](y.md)\n";
        assert_eq!(
            with_rules(summary, &pages).unwrap(),
            "- [x](x.md)\n  - [The rules](rules/README.md)\n    - [a](rules/a.md)\n    - [b](rules/b.md)\n- [y](y.md)\n"
        );
    }

    #[test]
    fn a_page_that_the_summary_lacks_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let docs = root.path().join("docs");
        fs_err::create_dir_all(&docs).unwrap();
        fs_err::write(docs.join("SUMMARY.md"), "- [a](a.md)\n").unwrap();
        fs_err::write(docs.join("a.md"), "# A\n").unwrap();
        let target = tempfile::tempdir().unwrap();
        stage(root.path(), target.path()).unwrap();
        fs_err::write(docs.join("b.md"), "# B\n").unwrap();
        let error = stage(root.path(), target.path()).unwrap_err();
        assert_eq!(error.to_string(), "`docs/b.md` is not in `docs/SUMMARY.md`");
    }
}
