//! Small changes to a text.

use crate::Span;

/// A change: what lies in `span` becomes `replacement`. An empty span inserts, an empty replacement deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub replacement: String,
}

impl Edit {
    /// Puts `replacement` in the place of `span`.
    #[must_use]
    pub fn replace(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }

    /// Puts `text` before the byte at `offset`.
    #[must_use]
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::at(offset), text)
    }

    /// Takes `span` out.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// The text after `edits`, which may come in any order; what lies between them stays as it is.
///
/// Insertions at one place come out in the order given, before what replaces the text behind that place.
///
/// # Errors
/// When two edits want the same text, or one is of another text. Nothing is applied then.
pub fn apply<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> Result<String, EditError> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut edited = String::with_capacity(text.len());
    let mut done = 0;
    for Edit { span, replacement } in edits {
        if text.get(span.range()).is_none() {
            return Err(EditError::NotInText(*span));
        }
        let between = text.get(done..span.start).ok_or(EditError::Overlap(*span))?;
        edited.push_str(between);
        edited.push_str(replacement);
        done = span.end;
    }
    edited.push_str(&text[done..]);
    Ok(edited)
}

/// Edits that cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits want the same text.
    #[error("two edits want the bytes {} to {} of one text", .0.start, .0.end)]
    Overlap(Span),
    /// A span that lies outside of the text, or cuts a character.
    #[error("the bytes {} to {} are not a stretch of the text", .0.start, .0.end)]
    NotInText(Span),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_what_they_name_and_nothing_else() {
        let edits = [
            Edit::insert(7, "!"),
            Edit::replace(Span::new(0, 3), "uno"),
            Edit::insert(7, "?"),
            Edit::delete(Span::new(3, 4)),
        ];
        assert_eq!(apply("one two\r\n", &edits).unwrap(), "unotwo!?\r\n");
        assert_eq!(apply("é", &[]).unwrap(), "é");
    }

    #[test]
    fn an_insertion_comes_before_what_replaces_the_text_behind_it() {
        let edits = [Edit::replace(Span::new(1, 2), "B"), Edit::insert(1, "-")];
        assert_eq!(apply("abc", &edits).unwrap(), "a-Bc");
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        let edits = [Edit::delete(Span::new(0, 2)), Edit::delete(Span::new(1, 3))];
        assert_eq!(apply("abc", &edits), Err(EditError::Overlap(Span::new(1, 3))));
    }

    #[test]
    fn an_edit_of_another_text_is_refused() {
        let outside = Edit::insert(9, "x");
        assert_eq!(apply("abc", [&outside]), Err(EditError::NotInText(Span::at(9))));
        let inside = Edit::insert(1, "x");
        assert_eq!(apply("é", [&inside]), Err(EditError::NotInText(Span::at(1))));
    }
}
