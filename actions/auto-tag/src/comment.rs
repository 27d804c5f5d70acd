//! The preview's one comment on a pull request.

use forge::{Reader, Writer};

/// By this the comment is found again; it does not show.
const MARKER: &str = "<!-- runtime-actions: auto-tag preview -->";

/// Leaves the comment, or updates it, or leaves it alone when it says the same.
///
/// A token that may not comment, as in a fork's or a bot's run, is no failure: the summary tells the same.
pub async fn comment(reader: &Reader, writer: &Writer, number: u64, markdown: &str) {
    let body = format!("{MARKER}\n{markdown}");
    let Err(error) = write(reader, writer, number, &body).await else { return };
    if matches!(error.status(), Some(401 | 403 | 404)) {
        tracing::info!("the token may not comment on #{number}: the preview is in the summary");
    } else {
        tracing::warn!("the preview could not be left as a comment: {error}");
    }
}

async fn write(reader: &Reader, writer: &Writer, number: u64, body: &str) -> Result<(), forge::Error> {
    match reader.comment(number, MARKER).await? {
        // a forge may drop the trailing line break
        Some(comment) if comment.body.trim_end() == body.trim_end() => Ok(()),
        Some(comment) => writer.update_comment(comment.id, body).await,
        None => writer.create_comment(number, body).await,
    }
}
