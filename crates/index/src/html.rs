//! The HTML form of a project's page: an anchor per file.
//! <https://packaging.python.org/en/latest/specifications/simple-repository-api/#base-html-api>

use domain::ProjectName;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::listing::{Listed, Listing, check_api_version};
use crate::project::Project;

/// How the names of archives end, of today and of before; an anchor to anything else is navigation.
const ARCHIVES: [&str; 12] = [
    ".whl", ".tar.gz", ".zip", ".egg", ".exe", ".msi", ".rpm", ".dmg", ".deb", ".tar.bz2", ".tar.xz", ".tgz",
];

/// A page and what its relative addresses start from, where it says so itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) listing: Listing,
    base: Option<String>,
}

impl Page {
    /// Reads what it lists, as a page that came from `url`.
    pub(crate) fn read(self, project: &ProjectName, url: &Url) -> Result<Project, String> {
        let base = self.base.as_deref().and_then(|base| url.join(base).ok());
        self.listing.read(project, base.as_ref().unwrap_or(url))
    }
}

/// Reads a page; fails with the reason.
///
/// Anything at all is HTML, a sign-in page too: a page that neither links to an archive nor says that it is of the
/// simple API is refused, because "no files" must not be read out of it.
pub(crate) fn parse(body: &[u8]) -> Result<Page, String> {
    let mut emitter = DefaultEmitter::default();
    // Without it, text inside of scripts would be taken for tags.
    emitter.naively_switch_states(true);
    let (mut listing, mut base) = (Listing::default(), None);
    let (mut says_so, mut anchors, mut text) = (false, 0_usize, String::new());
    for token in Tokenizer::new_with_emitter(body, emitter) {
        match token {
            Ok(Token::StartTag(tag)) if &**tag.name == b"a" => {
                anchors += 1;
                listing.files.extend(attribute(&tag, "href").and_then(|href| file(&tag, &href)));
            }
            Ok(Token::StartTag(tag)) if &**tag.name == b"base" && base.is_none() => {
                base = attribute(&tag, "href");
            }
            Ok(Token::StartTag(tag)) if &**tag.name == b"meta" => {
                if attribute(&tag, "name").as_deref() == Some("pypi:repository-version") {
                    check_api_version(&attribute(&tag, "content").unwrap_or_default())?;
                    says_so = true;
                }
            }
            Ok(Token::String(piece)) => text.push_str(&String::from_utf8_lossy(&piece)),
            Ok(_) => {}
        }
    }
    // Servers older than the version's tag head their pages so.
    says_so |= text.to_ascii_lowercase().contains("links for");
    if listing.files.is_empty() && !says_so {
        return Err(format!("it links to no archive ({anchors} links in all)"));
    }
    Ok(Page { listing, base })
}

fn file(tag: &StartTag<()>, href: &str) -> Option<Listed> {
    let (address, fragment) = href.split_once('#').unwrap_or((href, ""));
    let path = address.split_once('?').map_or(address, |(path, _)| path);
    let name = percent_decode_str(path.rsplit('/').next()?).decode_utf8().ok()?.into_owned();
    if !ARCHIVES.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    Some(Listed {
        name,
        url: address.to_owned(),
        sha256: sha256(fragment),
        yanked: attribute(tag, "data-yanked").is_some(),
    })
}

/// The digest in a fragment: `sha256=…`, or `sha256-…` as older Giteas write it.
fn sha256(fragment: &str) -> Option<String> {
    fragment
        .split('&')
        .find_map(|part| part.strip_prefix("sha256=").or_else(|| part.strip_prefix("sha256-")))
        .map(str::to_owned)
}

/// An attribute's value, entities resolved.
fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).trim().to_owned())
}
