//! Here-documents: lines that a command reads, up to one that holds their name.

use super::parser::{Parser, ProblemKind};
use super::syntax::Document;
use super::word::{Part, Word};
use crate::mapped::Mapped;

/// A here-document that is opened on this line and follows it.
pub(super) struct Pending {
    name: String,
    strips_tabs: bool,
    opener: usize,
    document: usize,
}

impl Parser<'_> {
    /// Notes a here-document whose operator begins at `opener`; its text comes after the line.
    pub(super) fn open_document(&mut self, target: &Word, strips_tabs: bool, opener: usize) -> usize {
        let document = self.script.documents.len();
        let quoted = target.parts.iter().any(|part| matches!(part, Part::Literal { quoted: true, .. }));
        self.script.documents.push(Document { body: Mapped::default(), expands: !quoted });
        let name = target.literal().unwrap_or_else(|| {
            // Nothing is expanded in the name: it is taken as it is written.
            self.text[..self.at].rsplit([' ', '\t', '<', '-']).next().unwrap_or_default().to_owned()
        });
        self.pending.push(Pending { name, strips_tabs, opener, document });
        document
    }

    /// Reads the here-documents that the line before has opened.
    pub(super) fn read_documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            self.read_document(&pending);
        }
    }

    /// What is opened on the last line has no text.
    pub(super) fn finish_documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            self.problem(pending.opener, ProblemKind::Unclosed("<<"));
        }
    }

    fn read_document(&mut self, pending: &Pending) {
        let mut body = self.source.slice(self.at..self.at);
        let mut closed = false;
        while !closed && !self.at_end() {
            let line = &self.rest()[..self.rest().find('\n').map_or(self.rest().len(), |end| end + 1)];
            let tabs = if pending.strips_tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
            closed = line[tabs..].trim_end_matches(['\n', '\r']) == pending.name;
            if !closed {
                body.append(&self.source.slice(self.at + tabs..self.at + line.len()));
            }
            self.at += line.len();
        }
        if !closed {
            self.problem(pending.opener, ProblemKind::Unclosed("<<"));
        }
        if self.script.documents[pending.document].expands {
            self.expand_document(&body);
        }
        self.script.documents[pending.document].body = body;
    }

    /// Notes what is expanded in a here-document.
    fn expand_document(&mut self, body: &Mapped) {
        if !body.text().contains(['$', '`']) {
            return;
        }
        let mut inner = Parser::new(body, self.depth);
        inner.double_quoted_text(None, &mut Vec::new());
        self.script.expansions.append(&mut inner.script.expansions);
    }
}
