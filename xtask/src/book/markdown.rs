//! What a page links to, and what it can be linked at.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A link or an image in a page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it leads.
    pub(super) destination: String,
    /// Where it stands, in bytes.
    pub(super) at: Range<usize>,
}

/// Every link and image, in the order of the text.
pub(super) fn links(text: &str) -> Vec<Link> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let links = events.filter_map(|(event, at)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(Link { destination: dest_url.into_string(), at })
        }
        _ => None,
    });
    links.collect()
}

/// The anchors of the headings, as forges and mdbook make them: lower case, `-` for a blank, no punctuation; the second of
/// a kind ends in `-1`.
pub(super) fn anchors(text: &str) -> Vec<String> {
    let (mut anchors, mut seen) = (Vec::new(), HashMap::<String, usize>::new());
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let before = seen.entry(slug.clone()).or_default();
                anchors.push(if *before == 0 { slug } else { format!("{slug}-{before}") });
                *before += 1;
            }
            _ => {}
        }
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ => character.is_alphanumeric().then_some(character),
    });
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_images_are_found_and_code_is_none() {
        let text = "[a](b.md#c) ![d](e.png) `[f](g)`\n\n    [h](i)\n\n| t |\n| --- |\n| [j](k) |\n";
        let found = links(text);
        let destinations: Vec<_> = found.iter().map(|link| link.destination.as_str()).collect();
        assert_eq!(destinations, ["b.md#c", "e.png", "k"]);
        assert_eq!(&text[found[0].at.clone()], "[a](b.md#c)");
    }

    #[test]
    fn headings_have_the_anchors_that_forges_give_them() {
        let text = "# `bump-pr`\n## 3. Three places to stand\n## Who's told\n## Who's told\n";
        assert_eq!(anchors(text), ["bump-pr", "3-three-places-to-stand", "whos-told", "whos-told-1"]);
    }
}
