//! The preview's one comment on a pull request.

use domain::TagPrefix;
use forge::{Reader, Writer};

/// The comment's first line, by which it is found again; it does not show. Two configurations with two prefixes
/// keep two comments.
fn marker(prefix: &TagPrefix) -> String {
    format!("<!-- runtime-actions: auto-tag preview of {prefix} -->")
}

/// Whether a pull request without the comment gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// It gets one.
    OneComment,
    /// Only a comment that is there is kept right.
    NoNewComment,
}

/// Leaves the comment, or updates it, or leaves it alone when it says the same.
///
/// A token that may not comment, as in a fork's or a bot's run, is no failure: the summary tells the same.
pub async fn comment(
    reader: &Reader,
    writer: &Writer,
    prefix: &TagPrefix,
    number: u64,
    markdown: &str,
    leave: Leave,
) {
    let Err(error) = write(reader, writer, number, &marker(prefix), markdown, leave).await else { return };
    if matches!(error.status(), Some(401 | 403 | 404)) {
        tracing::info!("the token may not comment on #{number}: the preview is in the summary");
    } else {
        tracing::warn!("the preview could not be left as a comment: {error}");
    }
}

async fn write(
    reader: &Reader,
    writer: &Writer,
    number: u64,
    marker: &str,
    markdown: &str,
    leave: Leave,
) -> Result<(), forge::Error> {
    let body = &format!("{marker}\n{markdown}");
    match reader.comment(number, marker).await? {
        // a forge may drop the trailing line break
        Some(comment) if comment.body.trim_end() == body.trim_end() => Ok(()),
        Some(comment) => writer.update_comment(comment.id, body).await,
        None if leave == Leave::NoNewComment => Ok(()),
        None => writer.create_comment(number, body).await,
    }
}
