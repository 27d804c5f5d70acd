//! Dates and times, <https://yaml.org/type/timestamp.html>.

use super::Value;

/// Reads a date or a time; one that is in no calendar stops a reader that makes one of it.
pub(super) fn timestamp(text: &str) -> Option<Value> {
    if !text.is_ascii() {
        return None;
    }
    let (year, rest) = number(text, 4, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
    let month_is_padded = rest.len() + 7 == text.len();
    let (day, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
    let is_date = is_date(year, month, day);
    if rest.is_empty() {
        let padded = month_is_padded && text.len() == 10;
        return padded.then_some(if is_date { Value::Timestamp } else { Value::Refused });
    }
    let is_time = time(rest)?;
    Some(if is_date && is_time { Value::Timestamp } else { Value::Refused })
}

/// Whether ` 12:30:00.5 +01:00` is a time of the day; none if it does not look like one.
fn time(text: &str) -> Option<bool> {
    let separated = text.strip_prefix(['T', 't']).or_else(|| {
        let rest = text.trim_start_matches([' ', '\t']);
        (rest.len() < text.len()).then_some(rest)
    })?;
    let (hour, rest) = number(separated, 1, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let rest =
        rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = rest.trim_start_matches([' ', '\t']);
    let is_zone = match zone {
        "" => rest.is_empty().then_some(true)?,
        "Z" => true,
        _ => {
            let (hours, rest) = number(zone.strip_prefix(['-', '+'])?, 1, 2)?;
            match rest.strip_prefix(':') {
                Some(minutes) => {
                    number(minutes, 2, 2).filter(|(_, rest)| rest.is_empty()).map(|_| hours < 24)?
                }
                None => rest.is_empty().then_some(hours < 24)?,
            }
        }
    };
    Some(hour < 24 && minute < 60 && second < 60 && is_zone)
}

/// A number of so many digits, and what follows.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number = text.get(..digits)?.parse().ok()?;
    (digits >= least).then_some((number, &text[digits..]))
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}
