use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::{Annotation, Console};

/// Prints on a [`Console`] what libraries log by `tracing`.
///
/// Errors, warnings and information in the console's way; debug lines if wanted. Traces are never shown:
/// at that level HTTP libraries log what they send, headers included. Spans are not shown.
pub(crate) struct Log {
    console: Console,
    spans: AtomicU64,
}

impl Log {
    pub(crate) fn new(console: Console) -> Self {
        Self { console, spans: AtomicU64::new(1) }
    }

    fn finest(&self) -> Level {
        if self.console.is_debug() { Level::DEBUG } else { Level::INFO }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.finest()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.finest()))
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let text = line.message + &line.fields;
        match *event.metadata().level() {
            Level::ERROR => self.console.annotate(&Annotation::error(text)),
            Level::WARN => self.console.annotate(&Annotation::warning(text)),
            Level::INFO => self.console.progress(&text),
            _ => self.console.debug(&format!("{}: {text}", event.metadata().target())),
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An event's message, then its other fields as ` name=value`.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value}"),
            name => write!(self.fields, " {name}={value}"),
        };
    }
}
