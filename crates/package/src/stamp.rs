//! The time that archives carry.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The time that every entry of an archive carries: `SOURCE_DATE_EPOCH`, seconds since 1970 in UTC.
///
/// Within what both archives can say: zip begins with 1980, and gzip ends in 2106. <https://reproducible-builds.org/specs/source-date-epoch/>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u32);

/// A time that an archive cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is no time that the archives can carry: they know the years 1980 to 2105, in seconds since 1970"
)]
pub struct StampError(i64);

/// 1980-01-01T00:00:00Z
const FIRST: i64 = 315_532_800;
/// 2106-02-07T06:28:15Z
const LAST: i64 = u32::MAX as i64;

impl Stamp {
    /// The time that is `seconds` after 1970 began.
    ///
    /// # Errors
    /// When an archive cannot say it.
    pub fn new(seconds: i64) -> Result<Self, StampError> {
        match u32::try_from(seconds) {
            Ok(fitting) if (FIRST..=LAST).contains(&seconds) => Ok(Self(fitting)),
            _ => Err(StampError(seconds)),
        }
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// The date and time of day, in UTC.
    pub(crate) fn civil(self) -> DateTime {
        let time = Timestamp::from_second(self.0.into()).expect("the years up to 2106 are known");
        TimeZone::UTC.to_datetime(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_zip_archive_can_say_is_a_stamp() {
        assert!(Stamp::new(FIRST - 1).is_err() && Stamp::new(LAST + 1).is_err() && Stamp::new(-1).is_err());
        assert_eq!(Stamp::new(FIRST).unwrap().civil().to_string(), "1980-01-01T00:00:00");
        assert_eq!(Stamp::new(LAST).unwrap().civil().to_string(), "2106-02-07T06:28:15");
    }
}
