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

/// How the titles of such pages begin, also of those whose server is older than the version's tag.
const TITLE: &str = "links for";

/// A page, as it is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) listing: Listing,
    /// What relative addresses start from, where the page says so itself.
    base: Option<String>,
    title: String,
    /// Whether it says that it is of the simple API.
    says_so: bool,
    anchors: usize,
}

/// Reads a page; fails with the reason.
///
/// Anything at all is HTML, a sign-in page too: a page that neither links to an archive nor says that it is of the
/// simple API is refused, because "no files" must not be read out of it.
pub(crate) fn parse(body: &[u8]) -> Result<Page, String> {
    let mut emitter = DefaultEmitter::default();
    // Without it, text inside of scripts would be taken for tags.
    emitter.naively_switch_states(true);
    let (mut page, mut in_title) = (Page::default(), false);
    for token in Tokenizer::new_with_emitter(body, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                in_title = tag.name.as_slice() == b"title";
                page.take(&tag)?;
            }
            Token::EndTag(_) => in_title = false,
            Token::String(text) if in_title => page.title.push_str(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    page.says_so |= page.title.to_ascii_lowercase().contains(TITLE);
    if page.listing.files.is_empty() && !page.says_so {
        return Err(format!("it has no link to an archive among its {} links", page.anchors));
    }
    Ok(page)
}

impl Page {
    /// Reads what it lists, as a page that came from `url`.
    pub(crate) fn read(self, project: &ProjectName, url: &Url) -> Result<Project, String> {
        let base = self.base.as_deref().and_then(|base| url.join(base).ok());
        self.listing.read(project, base.as_ref().unwrap_or(url))
    }

    fn take(&mut self, tag: &StartTag<()>) -> Result<(), String> {
        match tag.name.as_slice() {
            b"a" => {
                self.anchors += 1;
                self.listing.files.extend(attribute(tag, "href").and_then(|href| file(tag, &href)));
            }
            // The first one counts: https://html.spec.whatwg.org/multipage/semantics.html#the-base-element
            b"base" if self.base.is_none() => self.base = attribute(tag, "href"),
            b"meta" if attribute(tag, "name").as_deref() == Some("pypi:repository-version") => {
                check_api_version(&attribute(tag, "content").unwrap_or_default())?;
                self.says_so = true;
            }
            _ => {}
        }
        Ok(())
    }
}

fn file(tag: &StartTag<()>, href: &str) -> Option<Listed> {
    let (address, fragment) = href.split_once('#').unwrap_or((href, ""));
    let path = address.split_once('?').map_or(address, |(path, _)| path);
    let name = percent_decode_str(path.rsplit('/').next()?).decode_utf8().ok()?.into_owned();
    ARCHIVES.iter().any(|end| name.ends_with(end)).then(|| Listed {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "1fa1a75e0919634f255a8a999d339902d0075306cc0fed871364de934737a378";

    fn files(html: &str) -> Vec<(String, String, Option<String>, bool)> {
        let page = parse(format!("<title>Links for a</title>{html}").as_bytes()).unwrap();
        page.listing.files.into_iter().map(|file| (file.name, file.url, file.sha256, file.yanked)).collect()
    }

    fn read(html: &str) -> Project {
        let url = "https://index.example/simple/a/".parse().unwrap();
        parse(html.as_bytes()).unwrap().read(&"a".parse().unwrap(), &url).unwrap()
    }

    #[test]
    fn entities_stand_for_what_they_mean() {
        let html = format!(
            r#"<a href="/files/a/1.0&#43;local/a-1.0%2Blocal.tar.gz?x=1&amp;y=2#sha256={DIGEST}">a</a>"#
        );
        let address = "/files/a/1.0+local/a-1.0%2Blocal.tar.gz?x=1&y=2".to_owned();
        assert_eq!(files(&html), [("a-1.0+local.tar.gz".into(), address, Some(DIGEST.into()), false)]);
    }

    #[test]
    fn a_digest_is_read_in_each_spelling_and_another_digest_is_none() {
        let digest = |fragment: &str| files(&format!("<a href='a-1.tar.gz#{fragment}'>a</a>")).remove(0).2;
        for fragment in
            [format!("sha256={DIGEST}"), format!("sha256-{DIGEST}"), format!("egg=a&sha256={DIGEST}")]
        {
            assert_eq!(digest(&fragment).as_deref(), Some(DIGEST));
        }
        assert_eq!(digest("md5=d41d8cd98f00b204e9800998ecf8427e"), None);
    }

    #[test]
    fn order_case_and_quotes_of_attributes_do_not_matter() {
        for tag in [
            r#"<a data-yanked="" rel=x href="a-1.tar.gz">"#,
            "<A HREF=a-1.tar.gz DATA-YANKED>",
            "<a\n\thref = 'a-1.tar.gz'\n data-yanked='because > of \"it\"'>",
        ] {
            assert_eq!(files(tag), [("a-1.tar.gz".into(), "a-1.tar.gz".into(), None, true)], "{tag}");
        }
    }

    #[test]
    fn what_is_not_markup_holds_no_files() {
        for html in [
            "<!-- <a href='a-1.tar.gz'>a</a> -->",
            "<script>\"<a href='a-1.tar.gz'>\"</script>",
            "<textarea><a href='a-1.tar.gz'></textarea>",
            "&lt;a href='a-1.tar.gz'&gt;",
            "<a name='a-1.tar.gz'>a</a>",
            "<a href='a-1.tar.gz.asc'>signature</a>",
            "<abbr href='a-1.tar.gz'>",
        ] {
            assert_eq!(files(html), [], "{html}");
        }
    }

    #[test]
    fn addresses_start_from_the_page_or_from_its_base() {
        let url = |html: &str| read(html).files[0].url.to_string();
        assert_eq!(
            url("<a href='../../a-1.tar.gz#sha256='></a>".replace("#sha256=", "").as_str()),
            "https://index.example/a-1.tar.gz"
        );
        let based = "<base href='https://files.example/x/'><base href='/y/'><a href='a-1.tar.gz'></a>";
        assert_eq!(url(based), "https://files.example/x/a-1.tar.gz");
    }

    #[test]
    fn eggs_and_files_of_others_are_passed_over_by_name() {
        let page = read("<a href='a-1.tar.gz'></a><a href='a-2.win32.exe'></a><a href='b-3.tar.gz'></a>");
        assert_eq!(page.latest().unwrap().to_string(), "1");
        assert_eq!(page.unread, ["a-2.win32.exe", "b-3.tar.gz"]);
    }

    #[test]
    fn a_page_for_people_is_not_an_empty_index() {
        for html in ["", "<a href='/login'>Sign in</a>", "no <b>markup</b>", "{\"files\":[]}", "\u{0}\u{1f}"]
        {
            assert!(parse(html.as_bytes()).unwrap_err().contains("no link to an archive"), "{html}");
        }
        for html in [
            "<meta name='pypi:repository-version' content='1.1'>",
            "<TITLE>Links for a</TITLE>",
            "<title>root/pypi: links for a</title>",
        ] {
            assert_eq!(parse(html.as_bytes()).unwrap().listing, Listing::default(), "{html}");
        }
    }

    #[test]
    fn another_major_version_of_the_api_is_told() {
        let html = "<meta name='pypi:repository-version' content='2.0'><a href='a-1.tar.gz'></a>";
        assert!(parse(html.as_bytes()).unwrap_err().contains("version `2.0` of the simple API"));
    }

    /// A character reference for each letter, decimal or hexadecimal, or the letter itself.
    fn written(text: &str, how: &[u8]) -> String {
        let letters = text.chars().zip(how.iter().cycle());
        let reference = |(letter, how): (char, &u8)| match how % 3 {
            0 => format!("&#{};", u32::from(letter)),
            1 => format!("&#x{:X};", u32::from(letter)),
            _ if "&\"'<>".contains(letter) => format!("&#{};", u32::from(letter)),
            _ => letter.to_string(),
        };
        letters.map(reference).collect()
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            drop(parse(&body));
        }

        #[test]
        fn no_soup_of_tags_makes_the_reader_panic(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("<a href="), Just("'a-1.tar.gz"), Just("\""), Just(">"), Just("</a"), Just("<!--"), Just("-->"),
                    Just("<script"), Just("<title>"), Just("&#"), Just("&#x110000;"), Just("<base href=':'"), Just("<meta "),
                    Just("#sha256="), Just("%ff"), Just("\u{0}"), Just("<![CDATA["), Just("=1.0 "),
                ],
                0..40,
            ),
        ) {
            if let Ok(page) = parse(pieces.concat().as_bytes()) {
                let _ = page.read(&"a".parse().unwrap(), &"https://index.example/simple/a/".parse().unwrap());
            }
        }

        #[test]
        fn every_file_is_found_however_it_is_written(
            versions in proptest::collection::vec((0_u32..50, 0_u32..50, any::<bool>()), 1..8),
            how in proptest::collection::vec(any::<u8>(), 1..30),
            swapped in any::<bool>(),
            noise in "[ a-z\n]{0,20}",
        ) {
            let anchors = versions.iter().map(|(major, minor, yanked)| {
                let href = written(&format!("../f/a-{major}.{minor}+x.tar.gz#sha256={DIGEST}"), &how);
                let yanked = if *yanked { " data-yanked" } else { "" };
                let href = if swapped { format!("{yanked} href=\"{href}\"") } else { format!(" href='{href}'{yanked}") };
                format!("<!--{noise}--><p>{noise}<a{href} >{noise}</a >")
            });
            let html = anchors.collect::<Vec<_>>().concat();
            let page = read(&html);
            let found: Vec<_> = page.files.iter().map(|file| (file.version().to_string(), file.yanked)).collect();
            let wanted: Vec<_> =
                versions.iter().map(|(major, minor, yanked)| (format!("{major}.{minor}+x"), *yanked)).collect();
            prop_assert_eq!(found, wanted);
            prop_assert!(page.files.iter().all(|file| file.sha256.is_some_and(|digest| digest.to_string() == DIGEST)));
            prop_assert_eq!(page.latest(), page.files.iter().map(crate::File::version).max());
        }
    }
}
