//! The text of a release's page.

use std::fmt::Write as _;

use runner::markdown;
use url::Url;

use super::ReleaseWish;
use super::facts::{Facts, NamedPull, Told};
use super::trailers::ReleaseStep;

/// The notes, in Markdown: what it is, how to install it, which pull requests came with it, and the digests.
///
/// Titles are anybody's text: they are shown as they are, and mention nobody. Whatever else the tag claims is linked
/// only where it leads to the repository itself.
#[must_use]
pub fn notes(facts: &Facts, wish: &ReleaseWish<'_>) -> String {
    let mut text = summary(facts, wish);
    text.push_str(&installation(wish));
    text.push_str(&pulls(facts, wish));
    text.push_str(&files(wish));
    if let Told::Trailers(trailers) = &facts.told
        && let Some(run) = trailers.run.as_deref().and_then(|run| within(wish.repository, run))
    {
        writeln!(text, "\nThe tag was made by [this run](<{run}>).").expect(NEVER_FAILS);
    }
    text
}

const NEVER_FAILS: &str = "a String takes all that is written to it";

fn summary(facts: &Facts, wish: &ReleaseWish<'_>) -> String {
    let step = match &facts.told {
        Told::Trailers(trailers) => trailers.step,
        Told::Lightweight | Told::OtherHand => None,
    };
    let step = match step {
        Some(ReleaseStep::First) => "the first release".to_owned(),
        Some(ReleaseStep::Bump(bump)) => format!("a {bump} release", bump = bump.as_str()),
        None => "released".to_owned(),
    };
    let (project, version) = (wish.release.project(), wish.release.version());
    let commit = below(wish.repository, &["commit", wish.commit.as_str()]);
    format!("**{project} {version}**, {step} from commit [`{}`](<{commit}>).\n", wish.commit.short())
}

fn installation(wish: &ReleaseWish<'_>) -> String {
    let (project, version) = (wish.release.project(), wish.release.version());
    let index = wish.index.map(|index| format!("--index-url {} ", bare(index))).unwrap_or_default();
    format!("\n    pip install {index}{project}=={version}\n")
}

fn pulls(facts: &Facts, wish: &ReleaseWish<'_>) -> String {
    let why = match &facts.told {
        Told::Lightweight => "The tag is a lightweight one, which tells nothing of the changes.",
        Told::OtherHand => "The tag names no pull requests.",
        Told::Trailers(_) if facts.pulls.is_empty() => "The tag names no pull requests.",
        Told::Trailers(_) => return list(facts, wish),
    };
    format!("\n{why}\n")
}

fn list(facts: &Facts, wish: &ReleaseWish<'_>) -> String {
    let mut text = String::from("\n### Pull requests\n\n");
    for NamedPull { number, known } in &facts.pulls {
        let line = match known {
            Some((title, page)) => {
                let number = match within(wish.repository, page) {
                    Some(page) => format!("[#{number}](<{page}>)"),
                    None => format!("#{number}"),
                };
                format!("- {} ({number})", markdown::text(title))
            }
            None => format!("- #{number}"),
        };
        writeln!(text, "{line}").expect(NEVER_FAILS);
    }
    if facts.more > 0 {
        writeln!(text, "- and {} more", facts.more).expect(NEVER_FAILS);
    }
    text
}

fn files(wish: &ReleaseWish<'_>) -> String {
    let rows = wish
        .release
        .distributions()
        .map(|archive| [markdown::code(archive.file_name()), markdown::code(&archive.sha256().to_string())]);
    format!("\n### Files\n\n{}", markdown::table(["File", "SHA-256"], rows))
}

/// A claimed page, if it lies below the repository's.
fn within(repository: &Url, page: &str) -> Option<Url> {
    let page: Url = page.parse().ok()?;
    let root = format!("{}/", repository.path().trim_end_matches('/'));
    let is_ours = page.origin() == repository.origin()
        && page.username().is_empty()
        && page.path().to_lowercase().starts_with(&root.to_lowercase());
    // what would end the link in Markdown
    (is_ours && !page.as_str().contains(['<', '>', '\\'])).then_some(page)
}

fn below(repository: &Url, segments: &[&str]) -> Url {
    let mut url = repository.clone();
    url.path_segments_mut().expect("http and https URLs have a path").pop_if_empty().extend(segments);
    url
}

/// An index's URL without what may be secret in it.
fn bare(index: &Url) -> Url {
    let mut url = index.clone();
    // a URL that cannot have a user has none
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests;
