//! Listing refs by protocol version 2's `ls-refs`: any number of tags, peeled, in one request.
//! <https://git-scm.com/docs/gitprotocol-v2#_ls_refs>

use domain::CommitSha;

use crate::Malformed;
use crate::pkt_line::{DELIMITER, FLUSH, line, until_flush};

/// The path of the service below a repository's URL; send it a `POST`.
pub const PATH: &str = "git-upload-pack";

/// The request's headers; without the first one a server answers in version 0.
pub const HEADERS: [(&str, &str); 3] = [
    ("git-protocol", "version=2"),
    ("content-type", "application/x-git-upload-pack-request"),
    ("accept", "application/x-git-upload-pack-result"),
];

/// A ref as the server told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// Its full name: `refs/tags/runtime-v1.4.0`, or `HEAD`.
    pub name: String,
    /// The object that it holds: for an annotated tag the tag object.
    pub object: CommitSha,
    /// What the tag object leads to in the end; `None` when the ref is no annotated tag.
    pub peeled: Option<CommitSha>,
    /// The full name of the ref that this one stands for, as `HEAD` does.
    pub symbolic_target: Option<String>,
}

impl Ref {
    /// The commit that the ref leads to: peeled where there is a tag object.
    #[must_use]
    pub fn commit(&self) -> &CommitSha {
        self.peeled.as_ref().unwrap_or(&self.object)
    }
}

/// The body that asks for the refs whose full names start with one of `prefixes`.
///
/// A prefix is literal text. Servers may send more refs than were asked for, so filter what comes.
#[must_use]
pub fn request<'a>(prefixes: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut body = line("command=ls-refs\n");
    body.extend(line(concat!("agent=runtime-actions/", env!("CARGO_PKG_VERSION"), "\n")));
    body.extend_from_slice(DELIMITER);
    body.extend(line("peel\n"));
    body.extend(line("symrefs\n"));
    for prefix in prefixes {
        body.extend(line(&format!("ref-prefix {prefix}\n")));
    }
    body.extend_from_slice(FLUSH);
    body
}

/// The refs in an answer.
///
/// # Errors
/// When the answer is not git's, is cut short, or tells the server's own error.
pub fn parse(answer: &[u8]) -> Result<Vec<Ref>, Malformed> {
    until_flush(answer)?
        .into_iter()
        .filter(|line| !line.starts_with(b"unborn "))
        .map(|line| {
            let text = std::str::from_utf8(line).map_err(|_| unknown(line))?;
            parse_ref(text).ok_or_else(|| unknown(line))
        })
        .collect()
}

fn parse_ref(line: &str) -> Option<Ref> {
    let mut words = line.split(' ');
    let object = words.next()?.parse().ok()?;
    let name = words.next()?.to_owned();
    let mut this = Ref { name, object, peeled: None, symbolic_target: None };
    for attribute in words {
        if let Some(id) = attribute.strip_prefix("peeled:") {
            this.peeled = Some(id.parse().ok()?);
        } else if let Some(target) = attribute.strip_prefix("symref-target:") {
            this.symbolic_target = Some(target.to_owned());
        }
    }
    Some(this)
}

fn unknown(line: &[u8]) -> Malformed {
    Malformed::Line(String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn answer(lines: &[String]) -> Vec<u8> {
        let mut body: Vec<u8> = lines.iter().flat_map(|text| line(text)).collect();
        body.extend_from_slice(FLUSH);
        body
    }

    #[test]
    fn the_request_is_one_command_with_its_arguments() {
        let body = String::from_utf8(request(["HEAD", "refs/tags/runtime-v"])).unwrap();
        assert!(body.starts_with("0014command=ls-refs\n"), "{body}");
        assert!(
            body.contains(
                "00010009peel\n000csymrefs\n0014ref-prefix HEAD\n0023ref-prefix refs/tags/runtime-v\n"
            ),
            "{body}"
        );
        assert!(body.ends_with("0000"), "{body}");
    }

    #[test]
    fn annotated_tags_come_peeled_and_head_with_its_branch() {
        let refs = parse(&answer(&[
            format!("{A} HEAD symref-target:refs/heads/main\n"),
            format!("{B} refs/tags/annotated peeled:{A}\n"),
            format!("{A} refs/tags/light\n"),
        ]))
        .unwrap();
        assert_eq!(refs[0].symbolic_target.as_deref(), Some("refs/heads/main"));
        assert_eq!((refs[1].object.as_str(), refs[1].commit().as_str()), (B, A));
        assert_eq!((refs[2].peeled.is_none(), refs[2].commit().as_str()), (true, A));
    }

    #[test]
    fn an_empty_repository_has_no_refs() {
        assert_eq!(parse(&answer(&["unborn HEAD symref-target:refs/heads/main\n".into()])).unwrap(), []);
    }

    #[test]
    fn a_line_of_another_shape_is_an_error_not_a_missing_ref() {
        for odd in ["nonsense\n".to_owned(), format!("{A}\n"), format!("{A} refs/tags/x peeled:123\n")] {
            assert!(matches!(parse(&answer(&[odd])), Err(Malformed::Line(_))));
        }
    }
}
