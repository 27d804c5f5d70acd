//! uv: virtual environments, installations and builds.
//!
//! Whatever a machine or a project has set up for uv in files is passed over: a further index in a forgotten `uv.toml`
//! is how a package gets another's dependencies. What a run depends on is in its inputs and in this process's
//! environment. <https://docs.astral.sh/uv/reference/environment/>

mod index;

use std::time::Duration;

pub use index::{IndexAccess, IndexAddressError, dependency_index};

use crate::process::{ChildEnvironment, Invocation};

/// uv, as this action runs it.
#[derive(Debug, Clone)]
pub struct Uv {
    environment: ChildEnvironment,
}

impl Uv {
    /// The uv on the environment's path.
    #[must_use]
    pub fn new(environment: &ChildEnvironment) -> Self {
        let settings = [
            ("UV_NO_CONFIG", "1"),
            ("UV_NO_PROGRESS", "1"),
            ("UV_KEYRING_PROVIDER", "disabled"),
            ("NO_COLOR", "1"),
        ];
        let environment =
            settings.into_iter().fold(environment.clone(), |all, (name, value)| all.with(name, value));
        Self { environment }
    }

    /// uv with these arguments.
    pub fn invocation<'a>(
        &self,
        arguments: impl IntoIterator<Item = &'a str>,
        timeout: Duration,
    ) -> Invocation {
        Invocation::new("uv", &self.environment, timeout).arguments(arguments)
    }
}
