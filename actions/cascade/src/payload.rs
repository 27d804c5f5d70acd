//! What a `repository_dispatch` carries, held against the forge's limits before anything is sent.
//!
//! The limits: <https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event>.

use std::collections::BTreeMap;

use domain::{PackageVersion, RepoName};
use serde_json::{Map, Value};

use crate::cascade_id::CascadeId;

/// How many characters the name of an event may have.
const LONGEST_EVENT: usize = 100;
/// How many keys a payload may have.
const MOST_KEYS: usize = 10;
/// How many bytes a payload must stay under, as JSON.
const TOO_LARGE: usize = 64 * 1024;

/// The keys that cascade itself sets.
pub const OWN_KEYS: [&str; 3] = ["runtime_version", "cascade_id", "source"];

/// The name of a `repository_dispatch` event, within the forge's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventType(String);

impl EventType {
    /// A name of at most 100 characters.
    ///
    /// # Errors
    /// When it is empty, too long, or holds a control character.
    pub fn new(text: &str) -> Result<Self, PayloadError> {
        let length = text.chars().count();
        if length == 0 || length > LONGEST_EVENT || text.chars().any(char::is_control) {
            return Err(PayloadError::EventType(length));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is told: version, id and source, and what a caller adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    source: RepoName,
    id: CascadeId,
    more: BTreeMap<String, String>,
}

impl Payload {
    /// What tells `version` of `source`, with `more` beside it.
    ///
    /// # Errors
    /// When a key stands twice or is one of ours, or when the whole is beyond the forge's limits.
    pub fn new(
        source: &RepoName,
        version: &PackageVersion,
        more: &[(String, String)],
    ) -> Result<Self, PayloadError> {
        let mut keys = BTreeMap::new();
        for (key, value) in more {
            if OWN_KEYS.contains(&key.as_str()) {
                return Err(PayloadError::OwnKey(key.clone()));
            }
            if keys.insert(key.clone(), value.clone()).is_some() {
                return Err(PayloadError::SameKey(key.clone()));
            }
        }
        let payload = Self { source: source.clone(), id: CascadeId::new(source, version), more: keys };
        let count = OWN_KEYS.len() + payload.more.len();
        if count > MOST_KEYS {
            return Err(PayloadError::TooManyKeys(count));
        }
        let bytes = Value::Object(payload.json()).to_string().len();
        if bytes >= TOO_LARGE { Err(PayloadError::TooLarge(bytes)) } else { Ok(payload) }
    }

    /// The cascade's id.
    #[must_use]
    pub fn id(&self) -> &CascadeId {
        &self.id
    }

    /// What is released.
    #[must_use]
    pub fn source(&self) -> &RepoName {
        &self.source
    }

    /// The version that is told.
    #[must_use]
    pub fn version(&self) -> &PackageVersion {
        self.id.version()
    }

    /// Whether more is told than version, id and source.
    #[must_use]
    pub fn has_more(&self) -> bool {
        !self.more.is_empty()
    }

    /// The same, telling another version of the same source.
    #[must_use]
    pub fn telling(&self, id: &CascadeId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }

    /// As a `client_payload`.
    #[must_use]
    pub fn json(&self) -> Map<String, Value> {
        self.pairs().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
    }

    /// As inputs of a workflow, those alone that it declares: a forge refuses any other.
    #[must_use]
    pub fn inputs(&self, declared: &[String]) -> Vec<(String, String)> {
        let is_declared = |key: &str| declared.iter().any(|name| name.eq_ignore_ascii_case(key));
        self.pairs().filter(|(key, _)| is_declared(key)).map(|(key, value)| (key.to_owned(), value)).collect()
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, String)> {
        let own = [self.version().to_string(), self.id.to_string(), self.source.to_string()];
        let more = self.more.iter().map(|(key, value)| (key.as_str(), value.clone()));
        OWN_KEYS.into_iter().zip(own).chain(more)
    }
}

/// What no forge would take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The name of the event.
    #[error("input `event-type` has {0} characters: give 1 to {LONGEST_EVENT} of them, none a line break")]
    EventType(usize),
    /// A key of ours.
    #[error("input `payload` sets `{0}`, which cascade sets itself")]
    OwnKey(String),
    /// A key that stands twice.
    #[error("input `payload` sets `{0}` twice")]
    SameKey(String),
    /// Too many keys.
    #[error("the payload has {0} keys with cascade's own three, and a forge takes at most {MOST_KEYS}")]
    TooManyKeys(usize),
    /// Too many bytes.
    #[error("the payload has {0} bytes as JSON, and a forge takes less than {TOO_LARGE}")]
    TooLarge(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(more: &[(&str, &str)]) -> Result<Payload, PayloadError> {
        let more: Vec<_> = more.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        Payload::new(&"acme/core".parse().unwrap(), &"1.4.0".parse().unwrap(), &more)
    }

    #[test]
    fn a_payload_tells_version_id_source_and_what_is_added() {
        let payload = payload(&[("channel", "stable")]).unwrap();
        let json = payload.json();
        assert_eq!(json["runtime_version"], "1.4.0");
        assert_eq!(json["cascade_id"], payload.id().as_str());
        assert_eq!(json["source"], "acme/core");
        assert_eq!(json["channel"], "stable");
        assert_eq!(json.len(), 4);
    }

    #[test]
    fn a_workflow_is_given_what_it_declares_alone() {
        let payload = payload(&[("channel", "stable")]).unwrap();
        let declared = ["RUNTIME_VERSION".to_owned(), "channel".to_owned(), "other".to_owned()];
        assert_eq!(
            payload.inputs(&declared),
            [("runtime_version".to_owned(), "1.4.0".to_owned()), ("channel".to_owned(), "stable".to_owned())]
        );
    }

    #[test]
    fn what_is_beyond_the_limits_is_refused() {
        assert_eq!(payload(&[("source", "x")]), Err(PayloadError::OwnKey("source".into())));
        assert_eq!(payload(&[("a", "1"), ("a", "2")]), Err(PayloadError::SameKey("a".into())));
        let keys: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|key| (key, "")).to_vec();
        assert!(payload(&keys[..7]).is_ok());
        assert_eq!(payload(&keys), Err(PayloadError::TooManyKeys(11)));
        let fixed = Value::Object(payload(&[("a", "")]).unwrap().json()).to_string().len();
        let fits = "x".repeat(TOO_LARGE - fixed - 1);
        assert!(payload(&[("a", &fits)]).is_ok());
        assert_eq!(payload(&[("a", &(fits + "x"))]), Err(PayloadError::TooLarge(TOO_LARGE)));
    }

    #[test]
    fn an_event_has_1_to_100_characters() {
        assert!(EventType::new("runtime-published").is_ok());
        assert!(EventType::new(&"ä".repeat(100)).is_ok());
        for text in ["", &"x".repeat(101), "a\nb"] {
            assert!(EventType::new(text).is_err());
        }
    }
}
