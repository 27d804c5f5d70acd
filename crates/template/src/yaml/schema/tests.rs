//! Each reading as the reader itself gave it: `PyYAML` 6.0.3 for YAML 1.1, the specification for YAML 1.2.

use super::Schema::{Yaml11, Yaml12};
use super::{Float, Value, plain};

fn float(number: f64) -> Value {
    Value::Float(Float::new(number))
}

#[test]
fn what_both_schemas_read_alike() {
    let cases = [
        ("", Value::Null),
        ("~", Value::Null),
        ("null", Value::Null),
        ("true", Value::Bool(true)),
        ("FALSE", Value::Bool(false)),
        ("0", Value::Int(0)),
        ("1", Value::Int(1)),
        ("-17", Value::Int(-17)),
        ("0x1F", Value::Int(31)),
        ("1.0", float(1.0)),
        ("1.", float(1.0)),
        ("-1.5e+3", float(-1500.0)),
        (".5", float(0.5)),
        (".inf", float(f64::INFINITY)),
        ("-.INF", float(f64::NEG_INFINITY)),
        (".NaN", float(f64::NAN)),
        ("1.0.0", Value::Text),
        ("y", Value::Text),
        ("n", Value::Text),
        ("nULL", Value::Text),
        ("yES", Value::Text),
        ("-", Value::Text),
        ("+", Value::Text),
        (".", Value::Text),
        ("0x", Value::Text),
        ("1:60:", Value::Text),
        ("inf", Value::Text),
        ("nan", Value::Text),
        ("1.5.", Value::Text),
        ("é", Value::Text),
    ];
    for (text, value) in cases {
        assert_eq!(plain(Yaml11, text), value, "YAML 1.1 reads `{text}`");
        assert_eq!(plain(Yaml12, text), value, "YAML 1.2 reads `{text}`");
    }
}

#[test]
fn what_the_schemas_read_differently() {
    let cases = [
        ("yes", Value::Bool(true), Value::Text),
        ("No", Value::Bool(false), Value::Text),
        ("on", Value::Bool(true), Value::Text),
        ("OFF", Value::Bool(false), Value::Text),
        ("014", Value::Int(12), Value::Int(14)),
        ("0o14", Value::Text, Value::Int(12)),
        ("09", Value::Text, Value::Int(9)),
        ("0_7", Value::Int(7), Value::Text),
        ("0_", Value::Int(0), Value::Text),
        ("0b101", Value::Int(5), Value::Text),
        ("-0x1F", Value::Int(-31), Value::Text),
        ("0x_", Value::Refused, Value::Text),
        ("1_000", Value::Int(1000), Value::Text),
        ("1_000.5", float(1000.5), Value::Text),
        ("1:30", Value::Int(90), Value::Text),
        ("-1:30:00", Value::Int(-5400), Value::Text),
        ("1:30.5", float(90.5), Value::Text),
        ("1:2:3.5", float(3723.5), Value::Text),
        ("1e3", Value::Text, float(1000.0)),
        ("1.5e3", Value::Text, float(1500.0)),
        ("-.5", Value::Text, float(-0.5)),
        ("2024-02-29", Value::Timestamp, Value::Text),
        ("2024-02-30", Value::Refused, Value::Text),
        ("2024-1-2 3:04:05", Value::Timestamp, Value::Text),
        ("2024-01-02T03:04:05.5 +01:00", Value::Timestamp, Value::Text),
        ("2024-01-02T25:00:00Z", Value::Refused, Value::Text),
        ("=", Value::Refused, Value::Text),
        ("<<", Value::Refused, Value::Text),
    ];
    for (text, old, new) in cases {
        assert_eq!(plain(Yaml11, text), old, "YAML 1.1 reads `{text}`");
        assert_eq!(plain(Yaml12, text), new, "YAML 1.2 reads `{text}`");
    }
}

#[test]
fn an_integer_of_any_length_is_one() {
    let digits = "9".repeat(60);
    assert_eq!(plain(Yaml11, &digits), plain(Yaml12, &digits));
    assert!(matches!(plain(Yaml12, &digits), Value::HugeInt(_)));
    assert!(matches!(plain(Yaml11, &format!("{digits}:30")), Value::HugeInt(_)));
}
