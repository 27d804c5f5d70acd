//! Since when a release can have been told, as far as the event says that started the job.

use jiff::Timestamp;
use serde_json::Value;

/// When what started the job happened: no run of before is this job's. A job that is run again has the same event.
///
/// A job that somebody starts by hand has an event of its own. What an earlier job of this release has told is then
/// known again by its id alone, save where nothing was pushed since: so runs without ids may be told twice, of which
/// every cascade warns.
///
/// It is read from a payload in this order: when the repository was pushed to last, when a pull request was merged, and
/// how old the pushed commit is, which is all that Gitea tells.
#[must_use]
pub(crate) fn released(payload: &Value) -> Option<Timestamp> {
    let places = ["/repository/pushed_at", "/pull_request/merged_at", "/head_commit/timestamp"];
    places.into_iter().find_map(|place| time(payload.pointer(place)?))
}

/// A time as text, or in seconds since 1970, as GitHub tells a push's.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_tells_since_when_its_release_can_be_told() {
        let commit = json!({ "timestamp": "2026-01-02T03:04:05+01:00" });
        for (payload, expected) in [
            (json!({ "head_commit": commit }), Some("2026-01-02T02:04:05Z")),
            (
                json!({ "head_commit": commit, "repository": { "pushed_at": 1_800_000_000 } }),
                Some("2027-01-15T08:00:00Z"),
            ),
            (
                json!({ "pull_request": { "merged_at": "2026-01-02T03:04:05Z" } }),
                Some("2026-01-02T03:04:05Z"),
            ),
            (json!({ "head_commit": null, "inputs": {} }), None),
        ] {
            assert_eq!(released(&payload).map(|time| time.to_string()).as_deref(), expected, "{payload}");
        }
    }
}
