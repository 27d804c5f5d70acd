//! Where a release goes: an index's two addresses, and who we are there.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::target_error::TargetError;

/// The user that stands for "what follows is a token" on PyPI. <https://pypi.org/help/#apitoken>
const TOKEN_USER: &str = "__token__";
/// How every token of PyPI begins.
const PYPI_TOKEN: &str = "pypi-";

/// The known indexes: registry, simple URL, upload URL.
const KNOWN: [(Registry, &str, &str); 2] = [
    (Registry::PyPi, "https://pypi.org/simple/", "https://upload.pypi.org/legacy/"),
    (Registry::TestPyPi, "https://test.pypi.org/simple/", "https://test.pypi.org/legacy/"),
];

/// The kinds of index, as far as they differ for who publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// <https://pypi.org>
    PyPi,
    /// <https://test.pypi.org>
    TestPyPi,
    /// The package registry of a Gitea. <https://docs.gitea.com/usage/packages/pypi>
    Gitea,
    /// Any other that takes PyPI's legacy upload: pypiserver, devpi, another Warehouse.
    Other,
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PyPi => "PyPI",
            Self::TestPyPi => "TestPyPI",
            Self::Gitea => "Gitea's registry",
            Self::Other => "the index",
        })
    }
}

/// How an upload is authorised.
#[derive(Debug, Clone)]
pub enum Access {
    /// By a user and a token, as HTTP Basic authentication.
    Token {
        /// The user; `__token__` on PyPI.
        user: String,
        /// The token.
        token: SecretString,
    },
    /// By a token that the index mints for this very job. <https://docs.pypi.org/trusted-publishers/>
    TrustedPublishing,
}

/// What the inputs say about where to publish. All of it may be unset: then it is PyPI by Trusted Publishing.
#[derive(Debug, Clone, Default)]
pub struct TargetSettings {
    /// The simple index that installers read.
    pub simple_url: Option<Url>,
    /// Where archives are sent.
    pub upload_url: Option<Url>,
    /// The user of the token.
    pub user: Option<String>,
    /// The token.
    pub token: Option<SecretString>,
    /// The forge that the job runs for. Only to it, besides the machine itself, a token is sent over `http`:
    /// the runner reaches it by that address already.
    pub forge: Option<Url>,
}

/// Where a release goes, and how we are let in. Valid: made by [`Target::new`] alone.
#[derive(Debug, Clone)]
pub struct Target {
    registry: Registry,
    simple_url: Url,
    upload_url: Url,
    access: Access,
}

impl Target {
    /// Completes and judges what the inputs say.
    ///
    /// - Nothing: PyPI. One of the two addresses of PyPI or `TestPyPI`: the other follows.
    /// - `https://host/api/packages/{owner}/pypi`, or the simple index below it: that Gitea; the other follows.
    /// - Anything else: both addresses.
    ///
    /// A token that begins with `pypi-` needs no user, another one does. Without a token it is Trusted Publishing,
    /// which Gitea does not have.
    ///
    /// # Errors
    /// [`TargetError`], which never holds the token.
    pub fn new(settings: TargetSettings) -> Result<Self, TargetError> {
        let TargetSettings { simple_url, upload_url, user, token, forge } = settings;
        for (input, url) in [("index-url", &simple_url), ("upload-url", &upload_url)] {
            if let Some(url) = url {
                judge(input, url, forge.as_ref())?;
            }
        }
        let (registry, simple_url, upload_url) = addresses(simple_url, upload_url)?;
        let access = access(registry, user, token)?;
        Ok(Self { registry, simple_url: directory(simple_url), upload_url, access })
    }

    /// What kind of index it is.
    #[must_use]
    pub fn registry(&self) -> Registry {
        self.registry
    }

    /// The simple index that installers read; ends in `/`.
    #[must_use]
    pub fn simple_url(&self) -> &Url {
        &self.simple_url
    }

    /// Where archives are sent.
    #[must_use]
    pub fn upload_url(&self) -> &Url {
        &self.upload_url
    }

    /// How an upload is authorised.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The user and token to read the index with: those of the upload, where both are one server.
    #[must_use]
    pub fn reader(&self) -> Option<(&str, &SecretString)> {
        match &self.access {
            Access::Token { user, token } if self.simple_url.origin() == self.upload_url.origin() => {
                Some((user, token))
            }
            _ => None,
        }
    }
}

/// Refuses addresses that no token should be sent to.
fn judge(input: &'static str, url: &Url, forge: Option<&Url>) -> Result<(), TargetError> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::CredentialsInUrl { input });
    }
    let text = url.to_string();
    if url.query().is_some() || url.fragment().is_some() {
        return Err(TargetError::NotAnAddress { input, url: text, why: "it has a query or a fragment" });
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(TargetError::NotAnAddress { input, url: text, why: "it names no host" }),
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback || forge.is_some_and(|forge| forge.origin() == url.origin()) => Ok(()),
        "http" => Err(TargetError::PlainHttp { input, url: text }),
        _ => Err(TargetError::NotAnAddress { input, url: text, why: "it is neither `https` nor `http`" }),
    }
}

/// The registry and its two addresses.
fn addresses(simple: Option<Url>, upload: Option<Url>) -> Result<(Registry, Url, Url), TargetError> {
    let same = |given: &Option<Url>, known: &Url| {
        given
            .as_ref()
            .is_none_or(|url| url.as_str().trim_end_matches('/') == known.as_str().trim_end_matches('/'))
    };
    for (registry, known_simple, known_upload) in KNOWN {
        let known = |url: &str| Url::parse(url).expect("the addresses of the known indexes are URLs");
        let (known_simple, known_upload) = (known(known_simple), known(known_upload));
        match (same(&simple, &known_simple), same(&upload, &known_upload)) {
            (true, true) => return Ok((registry, known_simple, known_upload)),
            (true, false) if simple.is_some() => {
                return Err(TargetError::NotAPair { registry, odd: "upload-url" });
            }
            (false, true) if upload.is_some() => {
                return Err(TargetError::NotAPair { registry, odd: "index-url" });
            }
            _ => {}
        }
    }
    let gitea = |url: &Url, ending: &str| {
        let path = url.path().trim_end_matches('/').strip_suffix(ending)?;
        let (_, below) = path.rsplit_once("/api/packages/")?;
        let owner = below.strip_suffix("/pypi")?;
        (!owner.is_empty() && !owner.contains('/')).then(|| path.to_owned())
    };
    let at = |url: &Url, path: String| {
        let mut url = url.clone();
        url.set_path(&path);
        url
    };
    match (simple, upload) {
        (simple, Some(upload)) if gitea(&upload, "").is_some() => {
            let path = gitea(&upload, "").expect("it was just seen to be one");
            let simple = simple.unwrap_or_else(|| at(&upload, format!("{path}/simple/")));
            Ok((Registry::Gitea, simple, at(&upload, path)))
        }
        (Some(simple), None) if gitea(&simple, "/simple").is_some() => {
            let path = gitea(&simple, "/simple").expect("it was just seen to be one");
            let upload = at(&simple, path);
            Ok((Registry::Gitea, simple, upload))
        }
        (Some(simple), Some(upload)) => Ok((Registry::Other, simple, upload)),
        (None, Some(url)) => Err(TargetError::HalfATarget { missing: "index-url", given: url.to_string() }),
        (Some(url), None) => Err(TargetError::HalfATarget { missing: "upload-url", given: url.to_string() }),
        (None, None) => unreachable!("nothing given is PyPI"),
    }
}

/// Who we are to an index of this kind.
fn access(
    registry: Registry,
    user: Option<String>,
    token: Option<SecretString>,
) -> Result<Access, TargetError> {
    if user
        .as_deref()
        .is_some_and(|user| user.is_empty() || user.contains([':', ' ']) || user.contains(char::is_control))
    {
        return Err(TargetError::BadUser);
    }
    let Some(token) = token else {
        return if user.is_some() || registry == Registry::Gitea {
            Err(TargetError::NoToken { registry })
        } else {
            Ok(Access::TrustedPublishing)
        };
    };
    let text = token.expose_secret();
    if text.is_empty() || text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(TargetError::BadToken);
    }
    let of_pypi = text.starts_with(PYPI_TOKEN);
    let user = match (registry, user) {
        (Registry::PyPi | Registry::TestPyPi, _) if !of_pypi => {
            return Err(TargetError::ForeignToken { registry });
        }
        (Registry::PyPi | Registry::TestPyPi, Some(user)) if user != TOKEN_USER => {
            return Err(TargetError::UserBesideToken { registry });
        }
        (Registry::PyPi | Registry::TestPyPi, _) => TOKEN_USER.to_owned(),
        (Registry::Other, None) if of_pypi => TOKEN_USER.to_owned(),
        (_, Some(user)) => user,
        (_, None) => return Err(TargetError::NoUser { registry }),
    };
    Ok(Access::Token { user, token })
}

/// The same URL, ending in `/`.
fn directory(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
