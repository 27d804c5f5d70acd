//! The index that uv gets distributions from.

use percent_encoding::percent_decode_str;
use runner::{Diagnostic, Environment, Exit};
use secrecy::SecretString;
use url::Url;

use crate::process::Invocation;

/// Where distributions come from when nothing else is said. <https://pypi.org>
const PYPI: &str = "https://pypi.org/simple/";

/// The variables that name the machine's index, the first that is set counts.
const VARIABLES: [&str; 3] = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"];

/// A simple index, and how to be let in.
#[derive(Debug, Clone)]
pub struct IndexAccess {
    /// Without a user or a password.
    url: Url,
    credentials: Option<(String, SecretString)>,
}

impl IndexAccess {
    /// An index by the address that installers are given. A user and a password in it are taken out, and are given
    /// to uv where nobody else sees them.
    #[must_use]
    pub fn new(mut url: Url) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = (!url.username().is_empty() || url.password().is_some()).then(|| {
            (decoded(url.username()), SecretString::from(decoded(url.password().unwrap_or_default())))
        });
        // an address that can have credentials can also lose them
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Self { url, credentials }
    }

    /// PyPI.
    #[must_use]
    pub fn pypi() -> Self {
        Self::new(Url::parse(PYPI).expect("PyPI's address is one"))
    }

    /// The same, by user and password.
    #[must_use]
    pub fn basic(mut self, user: &str, password: &SecretString) -> Self {
        self.credentials = Some((user.to_owned(), password.clone()));
        self
    }

    /// The address, without user and password.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Lets uv get distributions from this index and from no other.
    ///
    /// All by the environment: the arguments of a process are seen by every user of a machine.
    /// <https://docs.astral.sh/uv/concepts/indexes/#providing-credentials-directly>
    pub(crate) fn alone(&self, uv: Invocation) -> Invocation {
        let uv = uv.variable("UV_DEFAULT_INDEX", format!("only={}", self.url));
        match &self.credentials {
            Some((user, password)) => {
                uv.variable("UV_INDEX_ONLY_USERNAME", user).secret("UV_INDEX_ONLY_PASSWORD", password)
            }
            None => uv,
        }
    }
}

/// An address of an index that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin} is not the address of an index: {why}")]
pub struct IndexAddressError {
    origin: String,
    why: String,
}

impl Diagnostic for IndexAddressError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        vec![format!("write it as `{PYPI}`, or set `dependency-index-url`")]
    }
}

/// The index that dependencies come from: the one that is given, or the machine's, or PyPI.
///
/// One index and no second: further ones that the machine has (`UV_EXTRA_INDEX_URL`, `PIP_EXTRA_INDEX_URL`) would be
/// asked for the same names, and whoever takes a name on one of them is installed.
///
/// # Errors
/// When the machine's is no address. The message does not quote it: it may hold a password.
pub fn dependency_index(
    given: Option<&Url>,
    environment: &Environment,
) -> Result<IndexAccess, IndexAddressError> {
    if let Some(url) = given {
        return Ok(IndexAccess::new(url.clone()));
    }
    let set = VARIABLES.iter().find_map(|name| Some((*name, environment.get(name)?)));
    let Some((variable, value)) = set else { return Ok(IndexAccess::pypi()) };
    let (name, address) = named(value);
    let refuse = |why: String| IndexAddressError { origin: format!("the environment's `{variable}`"), why };
    let url = Url::parse(address).map_err(|error| refuse(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "file") {
        return Err(refuse(format!("its scheme is `{}`", url.scheme())));
    }
    let index = IndexAccess::new(url);
    let credential = |what: &str| environment.get(&format!("UV_INDEX_{}_{what}", name.as_ref()?));
    Ok(match (credential("USERNAME"), credential("PASSWORD")) {
        (None, None) => index,
        (user, password) => index.basic(user.unwrap_or_default(), &password.unwrap_or_default().into()),
    })
}

/// The name, in the spelling of variables, and the address of uv's `name=https://…`.
fn named(value: &str) -> (Option<String>, &str) {
    match value.split_once('=') {
        Some((name, address))
            if name.chars().all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one)) =>
        {
            (Some(name.replace(['-', '.'], "_").to_uppercase()), address)
        }
        _ => (None, value),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    /// Address, user and password.
    fn of(given: Option<&str>, pairs: &[(&str, &str)]) -> Result<(String, Option<String>), String> {
        let environment = Environment::from_pairs(pairs.iter().copied());
        let index = dependency_index(given.map(|url| url.parse().unwrap()).as_ref(), &environment)
            .map_err(|error| error.to_string())?;
        let credentials =
            index.credentials.map(|(user, password)| format!("{user}:{}", password.expose_secret()));
        Ok((index.url.to_string(), credentials))
    }

    #[test]
    fn the_input_comes_before_the_machine_and_the_machine_before_pypi() {
        let machine =
            [("PIP_INDEX_URL", "https://pip.example/simple"), ("UV_INDEX_URL", "https://uv.example/")];
        assert_eq!(of(Some("https://given.example/"), &machine).unwrap().0, "https://given.example/");
        assert_eq!(of(None, &machine).unwrap().0, "https://uv.example/");
        assert_eq!(of(None, &machine[..1]).unwrap().0, "https://pip.example/simple");
        assert_eq!(of(None, &[]).unwrap().0, PYPI);
    }

    #[test]
    fn a_second_index_of_the_machine_is_passed_over() {
        let extra =
            [("UV_EXTRA_INDEX_URL", "https://a.example"), ("PIP_EXTRA_INDEX_URL", "https://b.example")];
        assert_eq!(of(None, &extra).unwrap().0, PYPI);
    }

    #[test]
    fn credentials_are_taken_out_of_the_address() {
        let (url, credentials) = of(Some("https://me:p%40ss+w%3Ax@index.example/simple/"), &[]).unwrap();
        assert_eq!(url, "https://index.example/simple/");
        assert_eq!(credentials.unwrap(), "me:p@ss+w:x");
        let named = [
            ("UV_DEFAULT_INDEX", "acme-py=https://index.example/simple/?a=b"),
            ("UV_INDEX_ACME_PY_USERNAME", "me"),
            ("UV_INDEX_ACME_PY_PASSWORD", "word"),
        ];
        let (url, credentials) = of(None, &named).unwrap();
        assert_eq!(url, "https://index.example/simple/?a=b");
        assert_eq!(credentials.unwrap(), "me:word");
    }

    #[test]
    fn what_is_no_address_is_refused_without_quoting_it() {
        for address in ["index.example/simple", "ftp://me:secret@index.example", "https://me:secret@"] {
            let error = of(None, &[("UV_INDEX_URL", address)]).unwrap_err();
            assert!(error.contains("`UV_INDEX_URL` is not the address of an index"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
