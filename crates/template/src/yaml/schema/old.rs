//! YAML 1.1, <https://yaml.org/type/>, as `PyYAML`'s resolver and constructor take it.

use super::{Float, Value, integer, is_run, signed, time};

/// Reads a plain scalar.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Value::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Value::Float(Float::new(f64::NAN)),
        // the types `value` and `merge`, which have no value by themselves
        "=" | "<<" => return Value::Refused,
        _ => {}
    }
    float(text).or_else(|| int(text)).or_else(|| time::timestamp(text)).unwrap_or(Value::Text)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn is_digit_or_gap(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn without_gaps(text: &str) -> String {
    text.replace('_', "")
}

fn float(text: &str) -> Option<Value> {
    let (negative, unsigned) = signed(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(Value::Float(Float::new(if negative { f64::NEG_INFINITY } else { f64::INFINITY })));
    }
    let (whole, fraction) = unsigned.split_once('.')?;
    let number = if let Some((first, rest)) = whole.split_once(':') {
        let fits = is_run(first, is_digit, is_digit_or_gap)
            && sixties(rest)
            && fraction.bytes().all(is_digit_or_gap);
        fits.then(|| base_sixty(first, rest, fraction))?
    } else {
        let (digits, exponent) = match fraction.find(['e', 'E']) {
            Some(at) => (&fraction[..at], Some(&fraction[at + 1..])),
            None => (fraction, None),
        };
        let fits = if whole.is_empty() {
            // only a number that begins with a digit may have a sign
            unsigned.len() == text.len() && is_run(digits, is_digit, is_digit_or_gap)
        } else {
            is_run(whole, is_digit, is_digit_or_gap) && digits.bytes().all(is_digit_or_gap)
        };
        let fits = fits && exponent.is_none_or(is_exponent);
        fits.then(|| without_gaps(unsigned).parse().ok())??
    };
    Some(Value::Float(Float::new(if negative { -number } else { number })))
}

/// `[-+][0-9]+`: the sign is no option.
fn is_exponent(text: &str) -> bool {
    text.strip_prefix(['-', '+']).is_some_and(|digits| is_run(digits, is_digit, is_digit))
}

/// The `:30:00` of `1:30:00`, without its first colon: numbers below sixty.
fn sixties(text: &str) -> bool {
    text.split(':').all(|part| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [ten, digit] => matches!(ten, b'0'..=b'5') && digit.is_ascii_digit(),
        _ => false,
    })
}

fn base_sixty(first: &str, rest: &str, fraction: &str) -> f64 {
    let last = rest.rsplit(':').next().unwrap_or_default();
    let before = rest.strip_suffix(last).unwrap_or_default().trim_end_matches(':');
    let seconds = format!("{last}.{}", without_gaps(fraction)).parse().unwrap_or(0.0);
    let whole = std::iter::once(without_gaps(first)).chain(before.split(':').map(str::to_owned));
    let whole = whole.filter(|part| !part.is_empty());
    whole.fold(0.0, |sum: f64, part| sum * 60.0 + part.parse().unwrap_or(0.0)) * 60.0 + seconds
}

fn int(text: &str) -> Option<Value> {
    let (negative, unsigned) = signed(text);
    if unsigned == "0" {
        return Some(Value::Int(0));
    }
    let prefixed = |prefix: &str, radix| {
        let digits = unsigned.strip_prefix(prefix)?;
        let fits =
            !digits.is_empty() && digits.bytes().all(|byte| byte == b'_' || char::from(byte).is_digit(radix));
        fits.then(|| match without_gaps(digits) {
            // `0x_`: the resolver takes it for a number, and the constructor finds none in it
            none if none.is_empty() && prefix.len() > 1 => Value::Refused,
            digits => integer(negative, if digits.is_empty() { "0" } else { &digits }, radix),
        })
    };
    if let Some(value) = prefixed("0b", 2).or_else(|| prefixed("0x", 16)).or_else(|| prefixed("0", 8)) {
        return Some(value);
    }
    let starts = |byte: u8| matches!(byte, b'1'..=b'9');
    match unsigned.split_once(':') {
        Some((first, rest)) => {
            let fits = is_run(first, starts, is_digit_or_gap) && sixties(rest);
            fits.then(|| integer_of_sixties(negative, &without_gaps(first), rest))
        }
        None => {
            is_run(unsigned, starts, is_digit_or_gap).then(|| integer(negative, &without_gaps(unsigned), 10))
        }
    }
}

fn integer_of_sixties(negative: bool, first: &str, rest: &str) -> Value {
    let add = |sum: i128, part: &str| sum.checked_mul(60)?.checked_add(part.parse().ok()?);
    let sum = first.parse().ok().and_then(|first: i128| rest.split(':').try_fold(first, add));
    match sum {
        Some(number) => Value::Int(if negative { -number } else { number }),
        None => Value::HugeInt(format!("{}60r{first}:{rest}", if negative { "-" } else { "" })),
    }
}
