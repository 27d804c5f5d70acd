//! The places in a Markdown file that are written by us and not by its author.

use anyhow::{Context as _, bail};

/// The line that closes a place.
const CLOSING: &str = "<!-- /gen -->";

/// Replaces the lines between each line `<!-- gen:name -->` and the next line `<!-- /gen -->` by what `content`
/// returns for the name. A page without such lines is returned as it was; markers inside a line are prose.
///
/// # Errors
///
/// When a place is not closed, or `content` knows nothing of its name.
pub(crate) fn fill(page: &str, content: impl Fn(&str) -> Option<String>) -> anyhow::Result<String> {
    let mut filled = String::with_capacity(page.len());
    let mut lines = page.split_inclusive('\n');
    while let Some(line) = lines.next() {
        filled.push_str(line);
        let Some(name) = opened(line) else { continue };
        let fresh = content(name).with_context(|| format!("nothing is known of `gen:{name}`"))?;
        filled.push_str(fresh.trim_end());
        filled.push('\n');
        let closing = lines.find(|line| line.trim_end() == CLOSING || opened(line).is_some());
        match closing {
            Some(line) if opened(line).is_none() => filled.push_str(line),
            _ => bail!("`gen:{name}` is not closed by a line `{CLOSING}`"),
        }
    }
    Ok(filled)
}

/// The name of the place that this line opens.
fn opened(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix("<!-- gen:")?.strip_suffix(" -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(name: &str) -> Option<String> {
        matches!(name, "a" | "b").then(|| format!("{}\n", name.to_uppercase()))
    }

    #[test]
    fn every_place_gets_its_content_and_the_rest_stays() {
        let page = "x\n<!-- gen:a -->\nold\nolder\n<!-- /gen -->\ny\n<!-- gen:b -->\n<!-- /gen -->\nz";
        let filled = "x\n<!-- gen:a -->\nA\n<!-- /gen -->\ny\n<!-- gen:b -->\nB\n<!-- /gen -->\nz";
        assert_eq!(fill(page, letters).unwrap(), filled);
        assert_eq!(fill(filled, letters).unwrap(), filled);
    }

    #[test]
    fn a_page_that_only_speaks_of_markers_stays_as_it_is() {
        let page = "# plain\nTables stand between `<!-- gen:c -->` and `<!-- /gen -->`.\n";
        assert_eq!(fill(page, letters).unwrap(), page);
    }

    #[test]
    fn a_place_of_an_unknown_name_is_refused() {
        let error = fill("<!-- gen:c -->\n<!-- /gen -->\n", letters).unwrap_err();
        assert_eq!(error.to_string(), "nothing is known of `gen:c`");
    }

    #[test]
    fn a_place_that_is_not_closed_is_refused() {
        assert!(fill("<!-- gen:a -->\nand on", letters).is_err());
        assert!(fill("<!-- gen:a -->\n<!-- gen:b -->\n<!-- /gen -->\n", letters).is_err());
    }
}
