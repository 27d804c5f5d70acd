//! Files that hold a version and nothing else.

use domain::PackageVersion;
use text::{BYTE_ORDER_MARK, Source, Span};

use super::{Allows, ObstacleKind, Pin, Pins};

/// Finds the version. An empty file pins nothing.
pub(super) fn find(source: &Source, pins: &mut Pins) {
    let text = source.text();
    let rest = text.trim_start_matches(BYTE_ORDER_MARK).trim_start();
    let written = rest.trim_end();
    if written.is_empty() {
        return;
    }
    let start = text.len() - rest.len();
    let span = Span::new(start, start + written.len());
    let Ok(version) = written.parse::<PackageVersion>() else {
        let shown: String = written.chars().take(40).collect();
        let kind = ObstacleKind::NoVersion(shown.escape_debug().to_string());
        return pins.refuse(source, span, kind, Allows::Unknown);
    };
    // PEP 440 reads `v1.4.0` as 1.4.0, and whoever writes it so goes on writing it so
    let letter = usize::from(written.starts_with(['v', 'V']));
    pins.add(Pin::new(source, Span::new(span.start + letter, span.end), version));
}
