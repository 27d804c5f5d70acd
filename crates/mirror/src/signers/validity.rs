//! When a key may sign.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The span of time in which signatures of a key count, both ends included, as for ssh-keygen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Validity {
    pub(crate) after: Option<Timestamp>,
    pub(crate) before: Option<Timestamp>,
}

/// Where a moment lies outside of a validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    Before(Timestamp),
    After(Timestamp),
}

impl Validity {
    pub(crate) fn holds(&self, at: Timestamp) -> Result<(), Outside> {
        match (self.after, self.before) {
            (Some(after), _) if at < after => Err(Outside::Before(after)),
            (_, Some(before)) if at > before => Err(Outside::After(before)),
            _ => Ok(()),
        }
    }
}

/// A time of an option: `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`.
pub(crate) struct Moment(pub(crate) Timestamp);

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "write it as `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`";
        let Some(digits) = text.strip_suffix(['Z', 'z']) else {
            return Err(if text.bytes().all(|byte| byte.is_ascii_digit()) {
                "put a `Z` behind it: without, every machine would read it in a time zone of its own"
            } else {
                SHAPE
            });
        };
        if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SHAPE);
        }
        let padded = format!("{digits:0<14}");
        let number = |from: usize, to: usize| padded[from..to].parse::<i8>().map_err(|_| SHAPE);
        let year = padded[..4].parse::<i16>().map_err(|_| SHAPE)?;
        let time = DateTime::new(
            year,
            number(4, 6)?,
            number(6, 8)?,
            number(8, 10)?,
            number(10, 12)?,
            number(12, 14)?,
            0,
        );
        let zoned = time.and_then(|time| time.to_zoned(TimeZone::UTC));
        zoned.map(|zoned| Self(zoned.timestamp())).map_err(|_| "there is no such day or time")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_utc_and_in_all_three_lengths() {
        for (text, expected) in [
            ("20260102Z", "2026-01-02T00:00:00Z"),
            ("202601021304Z", "2026-01-02T13:04:00Z"),
            ("20260102130405z", "2026-01-02T13:04:05Z"),
        ] {
            assert_eq!(text.parse::<Moment>().ok().unwrap().0, expected.parse().unwrap());
        }
        for text in [
            "",
            "Z",
            "20260102",
            "2026010Z",
            "20261302Z",
            "20260230Z",
            "2026010225Z",
            "2026-1-2Z",
            "+0260102Z",
        ] {
            assert!(text.parse::<Moment>().is_err(), "{text:?} was accepted");
        }
        assert!("20260102".parse::<Moment>().err().unwrap().contains("time zone"));
    }

    #[test]
    fn both_ends_are_included() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let validity = Validity { after: Some(at(10)), before: Some(at(20)) };
        assert_eq!(validity.holds(at(9)), Err(Outside::Before(at(10))));
        assert_eq!(validity.holds(at(10)), Ok(()));
        assert_eq!(validity.holds(at(20)), Ok(()));
        assert_eq!(validity.holds(at(21)), Err(Outside::After(at(20))));
        assert_eq!(Validity::default().holds(at(0)), Ok(()));
    }
}
