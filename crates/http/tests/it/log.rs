//! What the client logs as warnings, as far as the messages go.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::LazyLock;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// One subscriber for all tests, installed before any of them logs: a callsite that is first met while a
/// subscriber is being installed may stay silent for good.
static INSTALLED: LazyLock<()> = LazyLock::new(|| tracing::subscriber::set_global_default(Capture).unwrap());

thread_local! {
    /// A test runs on one thread, its client too.
    static WARNINGS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Makes sure that warnings are kept from now on.
pub(crate) fn install() {
    LazyLock::force(&INSTALLED);
}

/// The warnings of this test since the last call.
pub(crate) fn warnings() -> Vec<String> {
    WARNINGS.take()
}

struct Capture;

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        WARNINGS.with_borrow_mut(|warnings| warnings.push(message.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            write!(self.0, "{value:?}").unwrap();
        }
    }
}
