//! From events to nodes, within limits.

use std::collections::BTreeMap;

use saphyr_parser::{Event, ScalarStyle};
use text::Span;

use super::events::Events;
use super::mapping::{Entry, Mapping};
use super::node::{Content, Node};
use super::scalar::{Scalar, Style};
use super::tag::Tag;
use super::{Limits, YamlError, YamlErrorKind};

mod keys;
mod merge;

use keys::Keys;

/// Builds a document; collections that are still open are on a stack of its own, so nothing recurses.
pub(super) struct Builder<'text> {
    text: &'text str,
    events: Events<'text>,
    limits: Limits,
    open: Vec<Frame>,
    /// By the parser's number of the anchor; those are missing whose node is still open.
    anchors: BTreeMap<usize, Node>,
    /// How many nodes there are, those counted anew that are repeated.
    nodes: usize,
    repeats: bool,
    root: Option<Node>,
}

/// A collection that is still open.
struct Frame {
    span: Span,
    anchor: usize,
    tag: Option<Tag>,
    content: Open,
}

enum Open {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, keys: Keys, merges: Vec<(Span, Node)>, key: Option<Node> },
}

impl<'text> Builder<'text> {
    pub(super) fn new(text: &'text str, limits: &Limits) -> Self {
        Self {
            text,
            events: Events::of(text),
            limits: *limits,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            nodes: 0,
            repeats: false,
            root: None,
        }
    }

    /// The document's node; none in an empty file.
    ///
    /// With it come the tabs at which `PyYAML` stops.
    pub(super) fn document(mut self) -> Result<(Option<Node>, Vec<Span>), YamlError> {
        while let Some((event, span)) = self.events.next()? {
            match event {
                Event::DocumentStart(_) => self.refuse_second(span)?,
                Event::Scalar(value, style, anchor, tag) => {
                    let tag = tag.map(|tag| Tag::new(&tag.handle, &tag.suffix));
                    let scalar = Scalar::new(value.into_owned(), style_of(style), tag.as_ref());
                    self.count(1, span)?;
                    self.finish(Node::new(span, tag, Content::Scalar(scalar)), anchor)?;
                }
                Event::Alias(anchor) => self.alias(anchor, span)?,
                Event::SequenceStart(anchor, tag) => {
                    let tag = tag.map(|tag| Tag::new(&tag.handle, &tag.suffix));
                    self.enter(Frame { span, anchor, tag, content: Open::Sequence(Vec::new()) })?;
                }
                Event::MappingStart(anchor, tag) => {
                    let tag = tag.map(|tag| Tag::new(&tag.handle, &tag.suffix));
                    let content = Open::Mapping {
                        entries: Vec::new(),
                        keys: Keys::default(),
                        merges: Vec::new(),
                        key: None,
                    };
                    self.enter(Frame { span, anchor, tag, content })?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.leave(span)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok((self.root, self.events.tabs()))
    }

    fn refuse_second(&self, span: Span) -> Result<(), YamlError> {
        match &self.root {
            Some(first) => Err(YamlError::new(span, YamlErrorKind::SeveralDocuments { first: first.span() })),
            None => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.limits.nodes {
            let kind = YamlErrorKind::TooManyNodes { limit: self.limits.nodes, aliases: self.repeats };
            return Err(YamlError::new(span, kind));
        }
        Ok(())
    }

    /// Refuses `levels` more below the collections that are open.
    fn descend(&self, levels: usize, span: Span) -> Result<(), YamlError> {
        if self.open.len() + levels > self.limits.depth {
            let kind = YamlErrorKind::TooDeep { limit: self.limits.depth };
            return Err(YamlError::new(span, kind));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlError> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(YamlError::new(span, YamlErrorKind::RecursiveAlias));
        };
        let node = node.aliased(span);
        self.repeats = true;
        self.count(node.weight(), span)?;
        self.descend(node.depth(), span)?;
        self.place(node)
    }

    fn enter(&mut self, frame: Frame) -> Result<(), YamlError> {
        self.descend(1, frame.span)?;
        self.count(1, frame.span)?;
        if let Some(Frame { content: Open::Mapping { key: None, .. }, .. }) = self.open.last() {
            return Err(YamlError::new(frame.span, YamlErrorKind::CollectionAsKey));
        }
        self.open.push(frame);
        Ok(())
    }

    fn leave(&mut self, end: Span) -> Result<(), YamlError> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let (content, last) = match frame.content {
            Open::Sequence(items) => {
                let last = items.last().map(Node::span);
                (Content::Sequence(items), last)
            }
            Open::Mapping { entries, keys, merges, .. } => {
                let own = entries.last().map(|entry| entry.value.span());
                let merged = merges.last().map(|(_, value)| value.span());
                let mapping = self.merge(Mapping { entries, merge_keys: Vec::new() }, keys, merges)?;
                (Content::Mapping(mapping), own.max(merged))
            }
        };
        let span = self.collection(frame.span, last, end);
        self.finish(Node::new(span, frame.tag, content), frame.anchor)
    }

    /// What a collection covers: brackets and all, or from its first item to its last.
    fn collection(&self, start: Span, last: Option<Span>, end: Span) -> Span {
        let closes = matches!(self.text.get(end.range()), Some("]" | "}"));
        let end = if closes { end.end } else { last.map_or(start.end, |last| last.end) };
        Span::new(start.start, end.max(start.start))
    }

    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), YamlError> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.place(node)
    }

    /// Puts a node where the innermost open collection expects one.
    fn place(&mut self, node: Node) -> Result<(), YamlError> {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut frame.content {
            Open::Sequence(items) => items.push(node),
            Open::Mapping { entries, keys, merges, key } => match key.take() {
                None => {
                    keys.add(&node)?;
                    *key = Some(node);
                }
                Some(key) if merge::is_merge(&key) => merges.push((key.span(), node)),
                Some(key) => entries.push(Entry { key, value: node, merged_at: None }),
            },
        }
        Ok(())
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}
