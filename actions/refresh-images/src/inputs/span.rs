//! A length of time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

/// A length of time as it is typed: `5m`, `90s`, `1h 30m`; a number alone is seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// The longest: what is added to the time of day must have a place in it.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// A text that is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no length of time up to a year: write one as `5m` or `90s`")]
pub struct SpanError(String);

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let text = text.trim();
        let seconds = text.parse().ok().map(Duration::from_secs);
        let length =
            || text.parse::<SignedDuration>().ok().and_then(|length| Duration::try_from(length).ok());
        let parsed = seconds.or_else(length).filter(|length| *length <= LONGEST);
        parsed.map(Self).ok_or_else(|| SpanError(text.to_owned()))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_with_and_without_units() {
        for (text, millis) in [("5m", 300_000), ("90", 90_000), ("20ms", 20), ("1h 30m", 5_400_000)] {
            assert_eq!(text.parse(), Ok(Span(Duration::from_millis(millis))), "{text}");
        }
        for text in ["", "soon", "-5m", "-5", "8761h", "18446744073709551615"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
