//! How fast a forge lets itself be written to.

use std::str::FromStr;
use std::time::Duration;

use forge::Dialect;
use jiff::SignedDuration;

/// At most so many writes in any stretch of so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many.
    pub most: usize,
    /// In how long a time.
    pub span: Duration,
}

/// How much may be asked of a forge, and how fast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The windows that writes must fit into, all of them.
    pub writes: Vec<Window>,
    /// The window that points must fit into: 1 for a read, 5 for a write.
    pub points: Option<Window>,
}

impl Limits {
    /// GitHub's secondary limits:
    /// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>.
    #[must_use]
    pub fn github() -> Self {
        Self {
            writes: vec![
                Window { most: 80, span: Duration::from_mins(1) },
                Window { most: 500, span: Duration::from_hours(1) },
            ],
            points: Some(Window { most: 900, span: Duration::from_mins(1) }),
        }
    }

    /// None: what a forge says is all that is heeded.
    #[must_use]
    pub fn none() -> Self {
        Self { writes: Vec::new(), points: None }
    }
}

/// How fast targets are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pace {
    /// As the forge's own limits allow; Gitea has none by default.
    Auto,
    /// As fast as answers come.
    Off,
    /// By these windows.
    Given(Vec<Window>),
}

impl Pace {
    /// The limits on a forge.
    #[must_use]
    pub fn limits(&self, dialect: Dialect) -> Limits {
        match (self, dialect) {
            (Self::Auto, Dialect::GitHub) => Limits::github(),
            (Self::Auto, Dialect::Gitea) | (Self::Off, _) => Limits::none(),
            (Self::Given(windows), _) => Limits { writes: windows.clone(), points: None },
        }
    }
}

/// A text that is no pace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no pace: write `auto`, `off`, or windows such as `80/1m, 500/1h`")]
pub struct InvalidPace(String);

impl FromStr for Pace {
    type Err = InvalidPace;

    fn from_str(text: &str) -> Result<Self, InvalidPace> {
        match text.trim() {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            windows => {
                let read: Option<Vec<_>> = windows.split(',').map(window).collect();
                read.map(Self::Given).ok_or_else(|| InvalidPace(text.to_owned()))
            }
        }
    }
}

fn window(text: &str) -> Option<Window> {
    let (most, span) = text.trim().split_once('/')?;
    let most = most.trim().parse().ok().filter(|most| *most > 0)?;
    let span: SignedDuration = span.trim().parse().ok()?;
    let span = Duration::try_from(span).ok().filter(|span| !span.is_zero())?;
    Some(Window { most, span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_word_or_windows() {
        assert_eq!("auto".parse(), Ok(Pace::Auto));
        assert_eq!("off".parse(), Ok(Pace::Off));
        let given = Pace::Given(Limits::github().writes);
        assert_eq!("80/1m, 500/1h".parse(), Ok(given));
        let scaled = Pace::Given(vec![Window { most: 80, span: Duration::from_millis(60) }]);
        assert_eq!("80/60ms".parse(), Ok(scaled));
        for text in ["", "fast", "80", "0/1m", "80/0s", "80/-1m", "-1/1m", "80/1m,"] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_forge_without_limits_is_not_waited_for() {
        assert_eq!(Pace::Auto.limits(Dialect::Gitea), Limits::none());
        assert_eq!(Pace::Auto.limits(Dialect::GitHub), Limits::github());
        assert_eq!(Pace::Off.limits(Dialect::GitHub), Limits::none());
    }
}
