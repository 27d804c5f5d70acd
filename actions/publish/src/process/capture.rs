//! What a child prints, kept within bounds.

use std::io::Read;
use std::sync::mpsc::SyncSender;
use std::thread;

/// Which of a child's two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

/// A piece of what a child printed.
pub(super) type Printed = (Stream, Vec<u8>);

/// The end of what was printed on a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    room: usize,
    dropped: bool,
}

impl Tail {
    /// Keeps the last `room` bytes.
    pub(super) fn of(room: usize) -> Self {
        Self { bytes: Vec::new(), room, dropped: false }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        // cut down by halves, so that a stream of small pieces is not moved by each of them
        if self.bytes.len() > 2 * self.room {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if let Some(excess) = self.bytes.len().checked_sub(self.room).filter(|excess| *excess > 0) {
            self.bytes.drain(..excess);
            self.dropped = true;
        }
    }

    /// What was kept, as text; a beginning that is missing shows as an ellipsis.
    ///
    /// Then it begins with a whole line, so that no half of a secret is left where the text was cut.
    pub(super) fn text(mut self) -> String {
        self.cut();
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        match text.split_once('\n') {
            Some((_, whole)) if self.dropped => format!("…\n{whole}"),
            None if self.dropped => "…".to_owned(),
            _ => text,
        }
    }

    /// All of what was printed, if there was room for it.
    pub(super) fn whole(mut self) -> Option<Vec<u8>> {
        self.cut();
        (!self.dropped).then_some(self.bytes)
    }
}

/// Hands on what comes from a stream, until its end or until nobody listens.
pub(super) fn relay(mut from: impl Read + Send + 'static, stream: Stream, to: SyncSender<Printed>) {
    thread::spawn(move || {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if to.send((stream, buffer[..read].to_vec())).is_err() {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_text_is_kept_and_marked() {
        let mut tail = Tail::of(10);
        for _ in 0..100 {
            tail.push(b"a line\n");
        }
        tail.push(b"the end");
        assert_eq!(tail.clone().text(), "…\nthe end");
        assert_eq!(tail.whole(), None);
    }

    #[test]
    fn no_half_of_a_line_is_shown() {
        let mut tail = Tail::of(10);
        tail.push(&[b'x'; 100]);
        assert_eq!(tail.text(), "…");
    }

    #[test]
    fn a_short_text_is_kept_whole() {
        let mut tail = Tail::of(5);
        tail.push(b"ab");
        tail.push(b"cde");
        assert_eq!(tail.clone().text(), "abcde");
        assert_eq!(tail.whole().unwrap(), b"abcde");
    }
}
