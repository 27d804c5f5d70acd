//! Comparing an answer with the recorded one.
//!
//! Ids, object names and times are any; every key that is sent is recorded; recorded keys may be left out, and are
//! told.

use loopback::Response;
use serde_json::{Map, Value};

use crate::Replay;

/// What came of comparing one answer.
#[derive(Debug, Default)]
pub struct Comparison {
    /// What differs, a line each; nothing where the answers are the same.
    pub differences: Vec<String>,
    /// Recorded keys that the answer did not have.
    pub left_out: Vec<String>,
}

impl Comparison {
    /// Compares an answer with the `expect` of its case, whose names stand for what `replay` has bound.
    #[must_use]
    pub fn of(replay: &Replay, expected: &Value, answer: &Response) -> Self {
        let mut comparison = Self::default();
        comparison.status(&expected["status"], answer);
        comparison.headers(replay, &expected["headers"], answer);
        let text = String::from_utf8_lossy(answer.body());
        match &expected["body"] {
            Value::String(body) => {
                let recorded = replay.filled_in(body);
                let fits = match length(&recorded) {
                    Some(bytes) => answer.body().len() == bytes,
                    None => *text == *recorded,
                };
                if !fits {
                    comparison.differ("body", body, &text);
                }
            }
            body => match serde_json::from_str::<Value>(&text) {
                Ok(sent) => comparison.value(replay, "", body, &sent),
                Err(_) => comparison.differ("body", &body.to_string(), &text),
            },
        }
        comparison
    }

    fn differ(&mut self, place: &str, expected: &str, sent: &str) {
        self.differences.push(format!("{place}: recorded {expected}, sent {sent}"));
    }

    fn status(&mut self, expected: &Value, answer: &Response) {
        let sent = u64::from(answer.status().as_u16());
        let fits = match expected {
            Value::Array(several) => several.iter().any(|status| status.as_u64() == Some(sent)),
            one => one.as_u64() == Some(sent),
        };
        if !fits {
            let body = String::from_utf8_lossy(answer.body());
            self.differ("status", &expected.to_string(), &format!("{sent} {body}"));
        }
    }

    fn headers(&mut self, replay: &Replay, expected: &Value, answer: &Response) {
        for name in ["location", "x-total-count", "x-total", "content-type", "link", "www-authenticate"] {
            let recorded = expected[name].as_str().map(|value| replay.filled_in(value));
            let sent = answer
                .headers()
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            if recorded != sent {
                self.differ(name, &format!("{recorded:?}"), &format!("{sent:?}"));
            }
        }
    }

    fn value(&mut self, replay: &Replay, place: &str, expected: &Value, sent: &Value) {
        match (expected, sent) {
            (Value::Object(expected), Value::Object(sent)) => self.object(replay, place, expected, sent),
            (Value::Array(expected), Value::Array(sent)) if expected.len() == sent.len() => {
                for (index, (expected, sent)) in expected.iter().zip(sent).enumerate() {
                    self.value(replay, &format!("{place}[{index}]"), expected, sent);
                }
            }
            (Value::String(expected), Value::String(text)) => {
                if !same_text(&replay.filled_in(expected), text) {
                    self.differ(place, expected, text);
                }
            }
            (Value::Number(_), Value::Number(_)) if is_id(place) => {}
            _ if expected == sent => {}
            _ => self.differ(place, &expected.to_string(), &sent.to_string()),
        }
    }

    fn object(
        &mut self,
        replay: &Replay,
        place: &str,
        expected: &Map<String, Value>,
        sent: &Map<String, Value>,
    ) {
        // Users and repositories were shortened to their main keys.
        let shortened = expected.contains_key("login") || expected.contains_key("clone_url");
        for (key, sent) in sent {
            let place = format!("{place}.{key}");
            match expected.get(key) {
                Some(_) if key == "mergeable" && expected["state"] == "closed" => {}
                Some(expected) => self.value(replay, &place, expected, sent),
                None if shortened => {}
                None => self.differ(&place, "no such key", &sent.to_string()),
            }
        }
        self.left_out.extend(expected.keys().filter(|key| !sent.contains_key(*key)).cloned());
    }
}

/// The length that stands for a body that is no text: `<933 bytes>`.
fn length(recorded: &str) -> Option<usize> {
    recorded.strip_prefix('<')?.strip_suffix(" bytes>")?.parse().ok()
}

/// Numbers under `id` and `*_id` are the server's own.
fn is_id(place: &str) -> bool {
    let key = place.rsplit('.').next().unwrap_or_default();
    key == "id" || key.ends_with("_id")
}

/// Equal but for ids, any `<sha>` and any `<time>`.
fn same_text(expected: &str, sent: &str) -> bool {
    if expected == "<time>" {
        return sent.parse::<jiff::Timestamp>().is_ok();
    }
    let (expected, sent) = (without_ids(expected), without_ids(sent));
    let mut rest = sent.as_str();
    let mut pieces = expected.split("<sha>");
    let Some(after) = rest.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    rest = after;
    for piece in pieces {
        let is_sha = rest.len() >= 40 && rest.as_bytes()[..40].iter().all(u8::is_ascii_hexdigit);
        match rest.get(40..).and_then(|after| after.strip_prefix(piece)) {
            Some(after) if is_sha => rest = after,
            _ => return false,
        }
    }
    rest.is_empty()
}

/// Blanks the numbers that the server hands out: behind `id: ` in messages, and in the API's URLs.
fn without_ids(text: &str) -> String {
    let mut markers = vec!["id: ", "#issuecomment-"];
    if text.contains("/api/v1/") {
        markers.extend(["/labels/", "/releases/", "/actions/runs/", "/actions/jobs/"]);
    }
    let mut text = text.to_owned();
    for marker in markers {
        let mut pieces = text.split(marker);
        let mut blanked = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            blanked += marker;
            blanked += piece.trim_start_matches(|letter: char| letter.is_ascii_digit());
        }
        text = blanked;
    }
    text
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;
    use serde_json::json;

    use super::*;

    fn differences(expected: &Value, sent: &str) -> usize {
        let replay = Replay::against("http://127.0.0.1:1");
        let answer =
            Response::builder().header("content-type", "application/json").body(Bytes::from(sent.to_owned()));
        let expected =
            json!({ "status": 200, "headers": { "content-type": "application/json" }, "body": expected });
        Comparison::of(&replay, &expected, &answer.unwrap()).differences.len()
    }

    #[test]
    fn ids_object_names_and_times_are_the_servers_own() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let recorded = json!({ "id": 20, "sha": "<sha>", "at": "<time>", "of": "{base}/x" });
        let sent =
            format!(r#"{{"id":7,"sha":"{sha}","at":"2026-01-02T03:04:05Z","of":"http://127.0.0.1:1/x"}}"#);
        assert_eq!(differences(&recorded, &sent), 0);
        assert_eq!(differences(&recorded, &sent.replace(sha, "main")), 1);
        assert_eq!(differences(&recorded, &sent.replace("/x", "/y")), 1);
    }

    #[test]
    fn what_was_not_recorded_must_not_be_sent_and_null_is_only_null() {
        assert_eq!(differences(&json!({ "a": 1 }), r#"{"a":1,"b":2}"#), 1);
        assert_eq!(differences(&json!({ "a": 1, "b": 2 }), r#"{"a":1}"#), 0);
        assert_eq!(differences(&json!({ "a": null }), r#"{"a":[]}"#), 1);
        assert_eq!(differences(&json!([1]), "[1,1]"), 1);
    }

    #[test]
    fn a_body_that_is_no_text_is_compared_by_its_length() {
        assert_eq!(differences(&json!("<3 bytes>"), "abc"), 0);
        assert_eq!(differences(&json!("<3 bytes>"), "abcd"), 1);
    }
}
