//! A place in a text that is being read.

/// The rest of a text, and how far it has been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'text> {
    pub(super) text: &'text str,
    pub(super) at: usize,
}

impl<'text> Cursor<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'text str {
        &self.text[self.at..]
    }

    /// Passes over what fits, and gives it.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'text str {
        let rest = self.rest();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub(super) fn space(&mut self) {
        self.take_while(|c| matches!(c, ' ' | '\t'));
    }

    /// Passes over a word if it is next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is_next = self.rest().starts_with(word);
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    pub(super) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    /// What is next, for a message.
    pub(super) fn found(&self) -> String {
        match self.rest().chars().next() {
            Some(next) => format!("`{next}`"),
            None => "the end".to_owned(),
        }
    }
}
