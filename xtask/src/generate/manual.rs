//! The manual of validate-template's rules: a page each, and their list, out of the rustdoc beside each rule.

use std::path::Path;

use super::Generated;

/// Where the pages are; the rules link to them.
const FOLDER: &str = "docs/rules";

/// Every page, and those of rules that are no more.
///
/// # Errors
///
/// When the folder of the pages cannot be listed.
pub(super) fn pages(root: &Path) -> anyhow::Result<Vec<Generated>> {
    let pages = validate_template::pages().into_iter();
    let mut pages: Vec<_> =
        pages.map(|page| Generated::new(Path::new(FOLDER).join(page.file), page.text)).collect();
    if !root.join(FOLDER).is_dir() {
        return Ok(pages);
    }
    for entry in fs_err::read_dir(root.join(FOLDER))? {
        let path = Path::new(FOLDER).join(entry?.file_name());
        if pages.iter().all(|page| page.path != path) {
            pages.push(Generated { path, text: None });
        }
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_rule_that_is_gone_goes_too() {
        let root = tempfile::tempdir().unwrap();
        let fresh = pages(root.path()).unwrap();
        assert!(fresh.iter().all(|page| page.text.is_some()));
        fs_err::create_dir_all(root.path().join(FOLDER)).unwrap();
        fs_err::write(root.path().join(FOLDER).join("no-such-rule.md"), "").unwrap();
        fs_err::write(root.path().join(FOLDER).join("base-image.md"), "").unwrap();
        let pages = pages(root.path()).unwrap();
        let gone: Vec<_> = pages.iter().filter(|page| page.text.is_none()).map(|page| &page.path).collect();
        assert_eq!(gone, [&Path::new(FOLDER).join("no-such-rule.md")]);
        assert_eq!(pages.len(), fresh.len() + 1);
    }
}
