//! What an index means by refusing an upload, and what mends it.

use http::StatusCode;
use http_client::Error;

use super::target::Registry;

/// What an answer to an upload says about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// There is a file of this name. Whether it has these bytes, only its digest tells.
    Exists,
    /// It may or may not have been taken.
    Unclear,
    /// It was not taken, and will not be.
    No,
}

/// Reads the answer to an upload that was no success.
///
/// "Exists" has many forms: Gitea, devpi and pypiserver say 409, older Giteas 400, and PyPI says 400 of other bytes
/// (equal ones it takes with 200).
pub(super) fn read(error: &Error) -> Answer {
    if error.is_ambiguous() {
        return Answer::Unclear;
    }
    match (error.status(), said(error)) {
        (Some(StatusCode::CONFLICT), _) => Answer::Exists,
        (Some(StatusCode::BAD_REQUEST), said) if said.contains("already exists") => Answer::Exists,
        _ => Answer::No,
    }
}

/// What the index said, in lower case.
fn said(error: &Error) -> String {
    error.refusal().map(|refusal| plain(&refusal.excerpt).to_lowercase()).unwrap_or_default()
}

/// What an index gives as its reason in a page for people; nothing when the answer is none.
pub(super) fn reason(error: &Error) -> Option<String> {
    let (_, title) = error.refusal()?.excerpt.split_once("<title>")?;
    let (title, _) = title.split_once("</title>")?;
    Some(plain(title.trim()))
}

/// The text with the references to characters resolved that frameworks write.
fn plain(text: &str) -> String {
    let references =
        [("&#39;", "'"), ("&#x27;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")];
    let text =
        references.iter().fold(text.to_owned(), |text, (reference, letter)| text.replace(reference, letter));
    // last, or what it stands before would be resolved twice
    text.replace("&amp;", "&")
}

/// Words of an index, and what mends what they tell of. <https://pypi.org/help/>
const BY_WORDS: [(&str, &str); 11] = [
    (
        "already been used",
        "release the next version: an index never takes a file name again, not even that of a deleted file",
    ),
    ("14 days", "release the next version: the index takes no more files for one that is older than 14 days"),
    (
        "isn't allowed to upload",
        "give a token that may upload to this project: one of the project itself, or for its first release one of the \
         whole account; is the name someone else's?",
    ),
    (
        "non-user identities cannot create",
        "make a pending publisher for the project on the index, or upload its first release with a token of an account",
    ),
    (
        "invalid api token",
        "give a token of this very index (one of TestPyPI is no token of PyPI) that is not revoked",
    ),
    (
        "authentication",
        "give a token of this very index (one of TestPyPI is no token of PyPI) that is not revoked",
    ),
    ("hash mismatch", "run again: the index received other bytes than were sent"),
    ("digest", "run again: the index received other bytes than were sent"),
    ("license", "mend the license in the package's metadata and build again"),
    ("classifier", "mend the classifiers: they must be those of https://pypi.org/classifiers/"),
    ("too large", "ask the index for a higher limit, or make the package smaller"),
];

/// What would mend a refused upload.
pub(super) fn mending(registry: Registry, error: &Error) -> Vec<String> {
    let said = said(error);
    let hint = match (registry, error.status().map(|status| status.as_u16())) {
        (Registry::Gitea, Some(401 | 403)) => Some(
            "give the token of a user who may write packages of the owner, with the scope `write:package`; the job's \
             own token cannot write packages",
        ),
        (Registry::Gitea, Some(404)) => Some(
            "correct the owner in `upload-url`: it does not exist, or the registry is switched off or hidden from the \
             token",
        ),
        (_, Some(404 | 405)) => {
            Some("set `upload-url` to where the index takes uploads, which is not its simple index")
        }
        (_, Some(413)) => Some("ask the index for a higher limit, or make the package smaller"),
        _ => BY_WORDS.into_iter().find(|(words, _)| said.contains(words)).map(|(_, hint)| hint),
    };
    hint.map(str::to_owned).or_else(|| error.hint()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_characters_are_resolved_once() {
        assert_eq!(plain("isn&#39;t &quot;a&quot; &amp;lt; &lt;b&gt;"), "isn't \"a\" &lt; <b>");
    }
}
