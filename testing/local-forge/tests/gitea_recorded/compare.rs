//! Comparing an answer with the recorded one.

use loopback::Response;
use serde_json::{Map, Value};

use crate::story::Story;

/// What came of comparing one answer.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) differences: Vec<String>,
    /// Recorded keys that the answer did not have.
    pub(crate) left_out: Vec<String>,
}

impl Comparison {
    pub(crate) fn of(story: &Story, expected: &Value, answer: &Response) -> Self {
        let mut comparison = Self::default();
        comparison.status(&expected["status"], answer);
        comparison.headers(story, &expected["headers"], answer);
        let text = String::from_utf8_lossy(answer.body());
        match &expected["body"] {
            Value::String(body) => {
                if *text != *story.filled_in(body) {
                    comparison.differ("body", body, &text);
                }
            }
            body => match serde_json::from_str::<Value>(&text) {
                Ok(sent) => comparison.value(story, "", body, &sent),
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

    fn headers(&mut self, story: &Story, expected: &Value, answer: &Response) {
        for name in ["location", "x-total-count", "x-total", "content-type", "link"] {
            let recorded = expected[name].as_str().map(|value| story.filled_in(value));
            let sent = answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            if recorded != sent {
                self.differ(name, &format!("{recorded:?}"), &format!("{sent:?}"));
            }
        }
    }

    fn value(&mut self, story: &Story, place: &str, expected: &Value, sent: &Value) {
        match (expected, sent) {
            (Value::Object(expected), Value::Object(sent)) => self.object(story, place, expected, sent),
            (Value::Array(expected), Value::Array(sent)) if expected.len() == sent.len() => {
                for (index, (expected, sent)) in expected.iter().zip(sent).enumerate() {
                    self.value(story, &format!("{place}[{index}]"), expected, sent);
                }
            }
            (Value::String(expected), Value::String(text)) => {
                if !same_text(&story.filled_in(expected), text) {
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
        story: &Story,
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
                Some(expected) => self.value(story, &place, expected, sent),
                None if shortened => {}
                None => self.differ(&place, "no such key", &sent.to_string()),
            }
        }
        self.left_out.extend(expected.keys().filter(|key| !sent.contains_key(*key)).cloned());
    }
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
