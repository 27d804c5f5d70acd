//! What a client is built from.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::clock::{Clock, SystemClock};
use crate::retry::RetryPolicy;

/// What a [`Client`](crate::Client) is built from. All of it has a default but the environment.
///
/// ```
/// # use http_client::Settings;
/// let environment = |name: &str| (name == "HTTPS_PROXY").then(|| "http://proxy.example:3128".to_owned());
/// let settings = Settings { body_limit: 1024 * 1024, ..Settings::from_environment(environment) };
/// assert!(settings.proxies.https.is_some());
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    /// Sent as `User-Agent`; GitHub refuses requests without one.
    pub user_agent: String,
    /// How long a connection may take to come about, TLS included.
    pub connect_timeout: Duration,
    /// How long one try may take, from the connection to the end of the answer.
    pub request_timeout: Duration,
    /// The largest body that is read, in bytes.
    pub body_limit: usize,
    /// When a request is tried again.
    pub retry: RetryPolicy,
    /// The proxies to go through.
    pub proxies: Proxies,
    /// Whose certificates are trusted besides the bundled roots.
    pub trust: TrustStore,
    /// What must not appear in any error, whatever a server echoes.
    pub secrets: Vec<SecretString>,
    /// Tells the time and waits.
    pub clock: Arc<dyn Clock>,
}

impl Default for Settings {
    /// 10 s to connect, 60 s for a try, 64 MiB, no proxies, the system's trust store.
    fn default() -> Self {
        Self {
            user_agent: concat!("runtime-actions/", env!("CARGO_PKG_VERSION")).into(),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_mins(1),
            body_limit: 64 * 1024 * 1024,
            retry: RetryPolicy::default(),
            proxies: Proxies::default(),
            trust: TrustStore::default(),
            secrets: Vec::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl Settings {
    /// The defaults, with the proxies and the trust store that the environment names.
    ///
    /// `lookup` gives the value of a variable. This crate reads no environment by itself.
    #[must_use]
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            proxies: Proxies::from_environment(&lookup),
            trust: TrustStore::from_environment(&lookup),
            ..Self::default()
        }
    }
}

/// The proxies to go through, as the environment names them.
///
/// Each is `http://[user:password@]host[:port]`; without a scheme `http` is meant. A proxy is used for every
/// host that [`no_proxy`](Self::no_proxy) does not name, loopback included.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `http` URLs: `HTTP_PROXY`, `http_proxy`.
    pub http: Option<SecretString>,
    /// For `https` URLs: `HTTPS_PROXY`, `https_proxy`.
    pub https: Option<SecretString>,
    /// For both, where the above are unset: `ALL_PROXY`, `all_proxy`.
    pub all: Option<SecretString>,
    /// Hosts (with their subdomains), addresses and networks to reach directly: `NO_PROXY`, `no_proxy`.
    pub no_proxy: String,
}

impl Proxies {
    /// Reads the variables, upper case first; an empty one counts as unset.
    #[must_use]
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| {
            let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
            set(name).or_else(|| set(&name.to_ascii_lowercase()))
        };
        Self {
            http: value("HTTP_PROXY").map(SecretString::from),
            https: value("HTTPS_PROXY").map(SecretString::from),
            all: value("ALL_PROXY").map(SecretString::from),
            no_proxy: value("NO_PROXY").unwrap_or_default(),
        }
    }
}

impl std::fmt::Debug for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxies")
            .field("http", &self.http)
            .field("https", &self.https)
            .field("all", &self.all)
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

/// Where the certificates lie that are trusted *besides* Mozilla's roots, which are part of the binary.
///
/// When neither is given, the system's store is looked for in its usual places; a container without any works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustStore {
    /// A file of PEM certificates: `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
    /// Folders of PEM certificates: `SSL_CERT_DIR`, separated by `:`.
    pub folders: Vec<PathBuf>,
}

impl TrustStore {
    /// Reads the variables; an empty one counts as unset.
    #[must_use]
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let folders = set("SSL_CERT_DIR").unwrap_or_default();
        Self {
            file: set("SSL_CERT_FILE").map(PathBuf::from),
            folders: std::env::split_paths(&folders)
                .filter(|folder| !folder.as_os_str().is_empty())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn environment(name: &str) -> Option<String> {
        let value = match name {
            "HTTP_PROXY" => "",
            "http_proxy" => "lower:1",
            "HTTPS_PROXY" => "http://upper:2",
            "https_proxy" => "http://lower:2",
            "no_proxy" => "localhost,10.0.0.0/8",
            "SSL_CERT_FILE" => "/ca.pem",
            "SSL_CERT_DIR" => "/a::/b",
            _ => return None,
        };
        Some(value.into())
    }

    #[test]
    fn upper_case_variables_win_and_empty_ones_are_unset() {
        let proxies = Proxies::from_environment(environment);
        assert_eq!(proxies.http.unwrap().expose_secret(), "lower:1");
        assert_eq!(proxies.https.unwrap().expose_secret(), "http://upper:2");
        assert!(proxies.all.is_none());
        assert_eq!(proxies.no_proxy, "localhost,10.0.0.0/8");
    }

    #[test]
    fn the_trust_store_is_a_file_and_several_folders() {
        let trust = TrustStore::from_environment(environment);
        assert_eq!(trust.file, Some("/ca.pem".into()));
        assert_eq!(trust.folders, [PathBuf::from("/a"), PathBuf::from("/b")]);
    }
}
