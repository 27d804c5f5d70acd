//! What a child is given of the environment: what it needs, and nothing that is secret.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use runner::Environment;

/// The variables that a child may have, of those that the action has: where programs, homes and temporary files are,
/// how to get through a proxy and whom to trust, and how uv is set up on this machine.
///
/// A list of what is let through and not of what is held back: tokens come under names that nobody can foresee.
const NEEDED: [&str; 44] = [
    // the machine
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    // where hosted runners keep the libraries of their Pythons
    "LD_LIBRARY_PATH",
    "LOGNAME",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "SHELL",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    // the way to the network
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    // whom to trust: https://docs.astral.sh/uv/concepts/authentication/certificates/
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "UV_NATIVE_TLS",
    "UV_SYSTEM_CERTS",
    // uv, but none of its indexes: https://docs.astral.sh/uv/reference/environment/
    "UV_CACHE_DIR",
    "UV_HTTP_TIMEOUT",
    "UV_LINK_MODE",
    "UV_MANAGED_PYTHON",
    "UV_NO_MANAGED_PYTHON",
    "UV_OFFLINE",
    "UV_PYTHON_CACHE_DIR",
    "UV_PYTHON_DOWNLOADS",
    "UV_PYTHON_INSTALL_DIR",
    "UV_PYTHON_INSTALL_MIRROR",
    "UV_PYTHON_PREFERENCE",
];

/// The environment of a child.
///
/// Its debug form lists names only, since a value may be the password of a proxy.
#[derive(Clone, Default)]
pub struct ChildEnvironment {
    variables: BTreeMap<OsString, OsString>,
}

impl ChildEnvironment {
    /// What a child needs of the action's environment.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let needed = NEEDED.iter().filter_map(|name| Some(((*name).into(), environment.get(name)?.into())));
        Self { variables: needed.collect() }
    }

    /// The same with one more variable, or with another value of it.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// All of it.
    pub(super) fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.variables
    }
}

impl std::fmt::Debug for ChildEnvironment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_given_what_it_needs_and_no_token() {
        let environment = Environment::from_pairs([
            ("PATH", "/bin"),
            ("https_proxy", "http://proxy.example"),
            ("SSL_CERT_FILE", "/ca.pem"),
            ("GITHUB_TOKEN", "secret"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "secret"),
            ("ACTIONS_RUNTIME_TOKEN", "secret"),
            ("INPUT_TOKEN", "secret"),
            ("TOKEN", "secret"),
            ("UV_PUBLISH_TOKEN", "secret"),
            ("TWINE_PASSWORD", "secret"),
            ("UV_EXTRA_INDEX_URL", "https://index.example"),
            ("PYTHONPATH", "/elsewhere"),
        ]);
        let child = ChildEnvironment::of(&environment);
        assert_eq!(format!("{child:?}"), r#"{"PATH", "SSL_CERT_FILE", "https_proxy"}"#);
    }

    #[test]
    fn no_name_that_is_let_through_sounds_like_a_secret() {
        for name in NEEDED {
            assert!(
                ["TOKEN", "PASSWORD", "SECRET", "KEY", "INDEX"].iter().all(|word| !name.contains(word)),
                "{name}"
            );
        }
    }
}
