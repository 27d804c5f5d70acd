//! Faults as data, and the queue in which they wait for their request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::service::Response;

/// Something that goes wrong, for the next `times` requests that `target` names.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The requests that it strikes.
    pub target: Target,
    /// Whether the effect still happens.
    pub when: When,
    /// What the client gets to see.
    pub mishap: Mishap,
    /// How many requests it strikes before it is used up.
    pub times: u32,
}

/// Which operations a fault or a hook is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Every operation.
    Any,
    /// The operation of exactly this name.
    Operation(String),
}

impl Target {
    pub(crate) fn covers(&self, operation: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Operation(name) => name == operation,
        }
    }
}

impl From<&str> for Target {
    fn from(operation: &str) -> Self {
        Self::Operation(operation.to_owned())
    }
}

/// Where in the life of a request a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The effect does not happen.
    Before,
    /// The effect happens, and its answer is lost.
    After,
    /// What the client sees comes at once, and the effect only after this time.
    Late(Duration),
}

/// What a client sees of a fault.
#[derive(Debug, Clone)]
pub enum Mishap {
    /// This answer in place of the real one.
    Answer {
        /// The status.
        status: StatusCode,
        /// The headers.
        headers: HeaderMap,
        /// The body.
        body: Bytes,
    },
    /// The connection ends without a single byte of an answer.
    CutConnection,
    /// The answer comes, but only after this time.
    ///
    /// Before the effect, the effect waits as well.
    Stall(Duration),
}

impl Fault {
    /// The next request of `target` gets `status` with an empty body, and its effect does not happen.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    #[must_use]
    pub fn status(target: impl Into<Target>, status: u16) -> Self {
        let status = StatusCode::from_u16(status).expect("a fault's status lies between 100 and 999");
        Self::new(target, Mishap::Answer { status, headers: HeaderMap::new(), body: Bytes::new() })
    }

    /// The connection of the next request of `target` is cut, before its effect.
    #[must_use]
    pub fn cut(target: impl Into<Target>) -> Self {
        Self::new(target, Mishap::CutConnection)
    }

    /// The next request of `target` stands still for `pause`, before its effect.
    #[must_use]
    pub fn stall(target: impl Into<Target>, pause: Duration) -> Self {
        Self::new(target, Mishap::Stall(pause))
    }

    fn new(target: impl Into<Target>, mishap: Mishap) -> Self {
        Self { target: target.into(), when: When::Before, mishap, times: 1 }
    }

    /// The same fault after the effect: the client loses the answer, the state has changed.
    #[must_use]
    pub fn after_the_effect(mut self) -> Self {
        self.when = When::After;
        self
    }

    /// The same fault with its effect this much later: the client looks, finds nothing, and is overtaken.
    ///
    /// Without meaning for a stall, whose answer waits for the effect.
    #[must_use]
    pub fn with_a_late_effect(mut self, after: Duration) -> Self {
        self.when = When::Late(after);
        self
    }

    /// The same fault for that many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same fault with a header on its answer; without meaning for a cut or a stall.
    ///
    /// # Panics
    ///
    /// When `value` cannot be a header's value.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Mishap::Answer { headers, .. } = &mut self.mishap {
            let value = HeaderValue::from_str(value).expect("a fault's header holds visible characters");
            headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// The same fault with a body on its answer; without meaning for a cut or a stall.
    #[must_use]
    pub fn body(mut self, text: impl Into<Bytes>) -> Self {
        if let Mishap::Answer { body, .. } = &mut self.mishap {
            *body = text.into();
        }
        self
    }
}

impl Mishap {
    /// The answer in place of the real one; none when the connection is cut or the answer only late.
    pub(crate) fn answer(&self) -> Option<Response> {
        let Self::Answer { status, headers, body } = self else { return None };
        let mut response = Response::new(body.clone());
        *response.status_mut() = *status;
        *response.headers_mut() = headers.clone();
        Some(response)
    }
}

/// The faults that have not struck yet, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Queue(Vec<Fault>);

impl Queue {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.0.push(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Uses up one strike of the oldest fault for this operation.
    pub(crate) fn take(&mut self, operation: &str) -> Option<Fault> {
        let place = self.0.iter().position(|fault| fault.target.covers(operation))?;
        let fault = self.0[place].clone();
        self.0[place].times -= 1;
        if self.0[place].times == 0 {
            self.0.remove(place);
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_up_after_its_times() {
        let mut queue = Queue::default();
        queue.push(Fault::status("tags.create", 500).times(2));
        assert!(queue.take("tags.list").is_none());
        assert!(queue.take("tags.create").is_some());
        assert!(queue.take("tags.create").is_some());
        assert!(queue.take("tags.create").is_none());
    }

    #[test]
    fn the_oldest_fault_strikes_first() {
        let mut queue = Queue::default();
        queue.push(Fault::cut(Target::Any));
        queue.push(Fault::status("tags.create", 500));
        assert!(matches!(queue.take("tags.create").unwrap().mishap, Mishap::CutConnection));
        assert!(matches!(queue.take("tags.create").unwrap().mishap, Mishap::Answer { .. }));
    }
}
