//! Connections that did not come about, told in plain words.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::Target;
use crate::tls;

/// No connection to the server came about.
#[derive(Debug, thiserror::Error)]
#[error("could not connect to `{host}`{} for {target}: {cause}", through(proxy.as_deref()))]
pub struct ConnectError {
    /// What was to be asked.
    pub target: Target,
    /// Host and port of the server.
    pub host: String,
    /// The proxy on the way, without credentials.
    pub proxy: Option<String>,
    /// Why.
    pub cause: ConnectCause,
    /// How often it was tried.
    pub attempts: u32,
}

fn through(proxy: Option<&str>) -> String {
    proxy.map(|proxy| format!(" through the proxy `{proxy}`")).unwrap_or_default()
}

/// Why no connection came about. The texts are the causes as the system or TLS told them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectCause {
    /// The host's name, or the proxy's, has no address.
    NameNotResolved(String),
    /// Nothing listens there.
    ConnectionRefused,
    /// No connection within the time allowed.
    TimedOut,
    /// The server's certificate leads to no root that is trusted.
    UntrustedCertificate,
    /// The server's certificate is for another name, has expired, or is otherwise not acceptable.
    BadCertificate(String),
    /// The TLS handshake failed for another reason.
    Tls(String),
    /// The proxy did not open the tunnel.
    Proxy(String),
    /// Something else.
    Other(String),
}

impl fmt::Display for ConnectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameNotResolved(why) => write!(f, "the name cannot be resolved: {why}"),
            Self::ConnectionRefused => f.write_str("the connection was refused"),
            Self::TimedOut => f.write_str("no connection in time"),
            Self::UntrustedCertificate => {
                f.write_str("the server's certificate is issued by an authority that is not trusted")
            }
            Self::BadCertificate(why) => write!(f, "the server's certificate is not acceptable: {why}"),
            Self::Tls(why) => write!(f, "the TLS handshake failed: {why}"),
            Self::Proxy(why) => write!(f, "the proxy did not open a tunnel: {why}"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl ConnectCause {
    /// Whether another try could end otherwise.
    pub(crate) fn is_transient(&self) -> bool {
        !matches!(self, Self::UntrustedCertificate | Self::BadCertificate(_))
    }

    /// The cause at the root of what reqwest reports.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let chain = || std::iter::successors(Some(error as &(dyn StdError + 'static)), |error| inner(*error));
        let texts: Vec<String> = chain().map(ToString::to_string).collect();
        let root = texts.last().cloned().unwrap_or_default();
        if let Some(tls) = chain().find_map(|error| error.downcast_ref::<rustls::Error>()) {
            return Self::tls(tls);
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // hyper-util keeps the types of these two to itself; a test for each notices when the words change.
        if texts.iter().any(|text| text.starts_with("dns error")) {
            return Self::NameNotResolved(root);
        }
        if let Some(tunnel) = texts.iter().find_map(|text| text.strip_prefix("tunnel error: ")) {
            return Self::Proxy(tunnel.to_owned());
        }
        let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        if chain().filter_map(|error| error.downcast_ref::<io::Error>()).any(refused) {
            return Self::ConnectionRefused;
        }
        Self::Other(root)
    }

    fn tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(why) if tls::is_untrusted(why) => Self::UntrustedCertificate,
            rustls::Error::InvalidCertificate(why) => Self::BadCertificate(why.to_string()),
            other => Self::Tls(other.to_string()),
        }
    }
}

impl ConnectError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        use ConnectCause::{ConnectionRefused, NameNotResolved, Proxy, TimedOut, UntrustedCertificate};
        match (&self.cause, &self.proxy) {
            (UntrustedCertificate, _) => Some(
                "when the server's certificate comes from a private authority, put that authority's certificate \
                 (PEM) into the container and name it in `SSL_CERT_FILE`",
            ),
            (Proxy(_), _) | (NameNotResolved(_) | ConnectionRefused | TimedOut, Some(_)) => {
                Some("check the proxy named by `HTTPS_PROXY` or `HTTP_PROXY`, or name the host in `NO_PROXY`")
            }
            (NameNotResolved(_), None) => Some("check the name of the host"),
            (TimedOut, None) => {
                Some("when the network lets nothing out directly, name the proxy in `HTTPS_PROXY`")
            }
            _ => None,
        }
    }
}

/// The text at the root of an error's sources.
pub(crate) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    std::iter::successors(Some(error), |error| inner(*error))
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// The next error inwards. An `io::Error` that wraps another skips it in `source`, so it is unwrapped here.
fn inner<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
