//! YAML 1.2's core schema, <https://yaml.org/spec/1.2.2/#103-core-schema>.

use super::{Float, Value, integer, signed};

/// Reads a plain scalar.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(Float::new(f64::NAN)),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|digits| digits_of(digits, 8)) {
        return integer(false, digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x").filter(|digits| digits_of(digits, 16)) {
        return integer(false, digits, 16);
    }
    let (negative, unsigned) = signed(text);
    if digits_of(unsigned, 10) {
        return integer(negative, unsigned, 10);
    }
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            Value::Float(Float::new(if negative { f64::NEG_INFINITY } else { f64::INFINITY }))
        }
        _ if is_float(unsigned) => {
            text.parse().map_or(Value::Text, |number| Value::Float(Float::new(number)))
        }
        _ => Value::Text,
    }
}

fn digits_of(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_digit(radix))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, without a sign.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(signed(exponent).1)),
        None => (text, None),
    };
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => digits_of(fraction, 10),
        Some((whole, fraction)) => digits_of(whole, 10) && (fraction.is_empty() || digits_of(fraction, 10)),
        None => digits_of(mantissa, 10),
    };
    is_mantissa && exponent.is_none_or(|exponent| digits_of(exponent, 10))
}
