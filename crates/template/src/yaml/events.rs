//! The door to the parser: its events, with spans of the text.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput};
use text::Span;

use super::characters::{Offsets, Tabs};
use super::{YamlError, YamlErrorKind};

/// As many brackets as the parser opens within each other.
const PARSERS_DEPTH: usize = 255;

/// The events of a text, one at a time: nothing recurses, and nothing is read that a limit has cut off.
pub(super) struct Events<'text> {
    text: &'text str,
    parser: Parser<'text, StrInput<'text>>,
    offsets: Offsets,
    /// Where the last thing that is written out has ended.
    last: usize,
    tabs: Tabs<'text>,
    anchors: HashMap<&'text str, Span>,
}

impl<'text> Events<'text> {
    pub(super) fn of(text: &'text str) -> Self {
        Self {
            text,
            parser: Parser::new_from_str(text),
            offsets: Offsets::of(text),
            last: 0,
            tabs: Tabs::of(text),
            anchors: HashMap::new(),
        }
    }

    /// The next event and what it covers: of a scalar its text without anchor and tag, of a block collection's start
    /// and end an empty span.
    pub(super) fn next(&mut self) -> Result<Option<(Event<'text>, Span)>, YamlError> {
        let Some(next) = self.parser.next_event() else { return Ok(None) };
        let (event, span) = next.map_err(|error| self.refused(&error))?;
        let span = Span::new(self.offset(span.start), self.offset(span.end));
        if let Event::Scalar(_, _, anchor, _)
        | Event::SequenceStart(anchor, _)
        | Event::MappingStart(anchor, _) = event
            && anchor > 0
        {
            self.anchor(span.start)?;
        }
        let span = match &event {
            Event::Scalar(value, ..) if value.is_empty() => self.empty(span),
            Event::Scalar(_, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, ..) => {
                self.up_to_quote(self.without_properties(span))
            }
            Event::Scalar(..) => self.without_properties(span),
            _ => span,
        };
        if let Event::Scalar(_, style, ..) = &event
            && *style != ScalarStyle::Plain
        {
            self.tabs.allow(span);
        }
        self.last = self.last.max(span.end);
        Ok(Some((event, span)))
    }

    /// The tabs of the text at which `PyYAML` stops; called behind the last event.
    pub(super) fn tabs(self) -> Vec<Span> {
        self.tabs.found()
    }

    fn offset(&self, marker: Marker) -> usize {
        self.offsets.offset(marker.index())
    }

    fn refused(&self, error: &ScanError) -> YamlError {
        let at = self.offset(*error.marker());
        let kind = match error.info() {
            "recursion limit exceeded" => YamlErrorKind::TooDeep { limit: PARSERS_DEPTH },
            message => YamlErrorKind::Syntax { message: message.to_owned() },
        };
        YamlError::new(Span::at(at), kind)
    }

    /// Refuses an anchor whose name is taken.
    fn anchor(&mut self, properties: usize) -> Result<(), YamlError> {
        let rest = self.text.get(properties..).unwrap_or_default();
        let Some(at) = rest.find('&') else { return Ok(()) };
        let name = &rest[at + 1..];
        let end = name.find([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}']).unwrap_or(name.len());
        let span = Span::new(properties + at, properties + at + 1 + end);
        match self.anchors.insert(&name[..end], span) {
            None => Ok(()),
            Some(first) => {
                let kind = YamlErrorKind::DuplicateAnchor { name: name[..end].to_owned(), first };
                Err(YamlError::new(span, kind))
            }
        }
    }

    /// The place of a value that is not written out: behind the `:` or `-`, or behind what came last.
    fn empty(&self, span: Span) -> Span {
        let written = self.text.get(span.range()).unwrap_or_default();
        if written.starts_with(['"', '\'']) {
            return self.up_to_quote(span);
        }
        if written.starts_with(['&', '!']) {
            return self.without_properties(span);
        }
        let follows = self.text.get(self.last..span.start).is_some_and(|gap| gap.trim().is_empty());
        let sign = self.text.get(span.start..).is_some_and(|rest| rest.starts_with([':', '-']));
        Span::at(if follows && sign { span.start + 1 } else { self.last.min(span.start) })
    }

    /// A quoted scalar up to the quote that ends it: the parser counts a comment behind it in.
    fn up_to_quote(&self, span: Span) -> Span {
        let written = self.text.get(span.range()).unwrap_or_default();
        let mut bytes = written.bytes().enumerate();
        let Some((_, quote)) = bytes.next() else { return span };
        while let Some((at, byte)) = bytes.next() {
            if byte == b'\\' && quote == b'"' {
                bytes.next();
            } else if byte == quote {
                // Two single quotes stand for one.
                if quote == b'\'' && written.as_bytes().get(at + 1) == Some(&quote) {
                    bytes.next();
                } else {
                    return Span::new(span.start, span.start + at + 1);
                }
            }
        }
        span
    }

    /// The scalar behind `&anchor !tag`: no plain scalar begins with one of these signs.
    fn without_properties(&self, span: Span) -> Span {
        let mut rest = self.text.get(span.range()).unwrap_or_default();
        while rest.starts_with(['&', '!', '#']) {
            let end =
                if rest.starts_with('#') { rest.find('\n') } else { rest.find([' ', '\t', '\r', '\n']) };
            rest = rest[end.unwrap_or(rest.len())..].trim_start_matches([' ', '\t', '\r', '\n']);
        }
        Span::new(span.end - rest.len(), span.end)
    }
}
