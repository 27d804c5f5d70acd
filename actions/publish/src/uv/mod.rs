//! uv: virtual environments, installations and builds.
//!
//! Whatever a machine or a project has set up for uv in files is passed over: a further index in a forgotten `uv.toml`
//! is how a package gets another's dependencies. What a run depends on is in its inputs and in this process's
//! environment. <https://docs.astral.sh/uv/reference/environment/>

mod index;

use std::time::Duration;

pub use index::{IndexAccess, IndexAddressError, dependency_index};

use crate::process::{ChildEnvironment, Invocation, ProcessError};

/// The oldest uv that knows an index by its name in the environment; an older one would pass over it in silence, and
/// ask PyPI.
const OLDEST: (u32, u32) = (0, 5);

/// uv, as this action runs it.
#[derive(Debug, Clone)]
pub struct Uv {
    environment: ChildEnvironment,
}

impl Uv {
    /// The uv on the environment's path.
    ///
    /// # Errors
    /// When there is none, or one that is too old.
    pub fn find(environment: &ChildEnvironment) -> Result<Self, ProcessError> {
        let settings = [
            ("UV_NO_CONFIG", "1"),
            ("UV_NO_PROGRESS", "1"),
            ("UV_KEYRING_PROVIDER", "disabled"),
            ("NO_COLOR", "1"),
        ];
        let environment =
            settings.into_iter().fold(environment.clone(), |all, (name, value)| all.with(name, value));
        let uv = Self { environment };
        let told = uv.invocation(["--version"], Duration::from_secs(30)).output()?;
        new_enough(String::from_utf8_lossy(&told).trim())?;
        Ok(uv)
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

/// Whether a uv that says this of its version will do: `uv 0.13.8 (x86_64-unknown-linux-gnu)`.
fn new_enough(told: &str) -> Result<(), ProcessError> {
    let version = || {
        let mut parts = told.strip_prefix("uv ")?.split(['.', ' ']);
        Some((parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?))
    };
    if version().is_some_and(|version| version >= OLDEST) {
        return Ok(());
    }
    Err(ProcessError::TooOld {
        program: "uv".to_owned(),
        told: told.to_owned(),
        wanted: format!("{}.{}", OLDEST.0, OLDEST.1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uv_that_would_pass_over_the_index_is_refused() {
        for told in ["uv 0.5.0", "uv 0.13.8 (x86_64-unknown-linux-gnu)", "uv 1.0.0 (abc 2027-01-01)"] {
            assert!(new_enough(told).is_ok(), "{told}");
        }
        let error = new_enough("uv 0.4.30 (61ed2a236 2024-11-04)").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`uv` 0.5 or newer is needed, and it says `uv 0.4.30 (61ed2a236 2024-11-04)`"
        );
        assert!(new_enough("hello").is_err());
    }
}
