//! What the engine refused, or why it could not be asked.

use bollard::errors::Error as Cause;

/// A request of the engine that failed: what was asked, and why it was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The engine refused it, or could not be reached.
    #[error("the Docker engine could not {doing}")]
    Call {
        /// What it was asked to do, after "could not".
        doing: String,
        /// Why.
        source: Box<Cause>,
    },
    /// It took too long.
    #[error("the Docker engine did not {doing} within {seconds} s")]
    TooLate {
        /// What it was asked to do.
        doing: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The host is none that this program can reach.
    #[error("the Docker engine at `{host}` cannot be reached: it has to be a Unix socket")]
    NoSocket {
        /// What `DOCKER_HOST` or the input says.
        host: String,
    },
    /// The engine is too new.
    #[error(
        "the Docker engine takes no request of an API older than {minimum}, and this program speaks {ours}"
    )]
    TooNew {
        /// The oldest version that the engine takes.
        minimum: String,
        /// The newest that we speak.
        ours: String,
    },
    /// The engine's answer lacks what it must have.
    #[error("the Docker engine's answer cannot be used: {what}")]
    Unexpected {
        /// What is wrong with it.
        what: String,
    },
}

impl EngineError {
    pub(crate) fn of(doing: impl Into<String>) -> impl FnOnce(Cause) -> Self {
        let doing = doing.into();
        move |source| Self::Call { doing, source: Box::new(source) }
    }

    /// The status of the engine's answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Call { source, .. } => match **source {
                Cause::DockerResponseServerError { status_code, .. } => Some(status_code),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether what was asked about is not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether a name or a state stood in the way.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// Whether there was no whole answer: the engine may be restarting, and may have done what it was asked to.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Call { source, .. } => matches!(
                **source,
                Cause::RequestTimeoutError
                    | Cause::IOError { .. }
                    | Cause::HyperResponseError { .. }
                    | Cause::HyperLegacyError { .. }
                    | Cause::SocketNotFoundError(_)
            ),
            Self::TooLate { .. } => true,
            _ => false,
        }
    }

    /// Whether it took longer than was waited for: it may be done yet.
    pub(crate) fn is_too_late(&self) -> bool {
        match self {
            Self::Call { source, .. } => matches!(**source, Cause::RequestTimeoutError),
            Self::TooLate { .. } => true,
            _ => false,
        }
    }

    /// Whether a registry takes no more pulls for a while; for how long it does not say.
    pub(crate) fn is_limit(&self) -> bool {
        // https://distribution.github.io/distribution/spec/api/#on-failure-too-many-requests
        let said = "toomanyrequests";
        match self {
            Self::Call { source, .. } => match &**source {
                Cause::DockerStreamError { error } => error.contains(said),
                Cause::DockerResponseServerError { message, .. } => message.contains(said),
                _ => false,
            },
            _ => false,
        }
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoSocket { .. } => Some("set `docker-host`, for instance to `unix:///var/run/docker.sock`"),
            Self::TooNew { .. } => Some("use a newer release of this program"),
            _ if self.is_unreachable() => Some(
                "is it running, may this user open its socket, and is the socket mounted into this container?",
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_a_registry_is_told_apart_whichever_way_the_engine_tells_of_it() {
        let of = |cause| EngineError::of("pull")(cause).is_limit();
        let told = "toomanyrequests: You have reached your pull rate limit".to_owned();
        assert!(of(Cause::DockerStreamError { error: told.clone() }));
        assert!(of(Cause::DockerResponseServerError { status_code: 500, message: told }));
        assert!(!of(Cause::DockerStreamError { error: "manifest unknown".to_owned() }));
    }
}
