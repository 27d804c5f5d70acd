//! Which proxy a URL goes through.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{NoProxy, Proxy};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::Error;
use crate::settings::Proxies;

/// The proxies ready for use: reqwest's own form, and the same rules again to name the proxy in an error.
pub(crate) struct ProxyRules {
    matcher: Matcher,
    proxies: Vec<Proxy>,
}

impl ProxyRules {
    /// Fails when a proxy is not a URL, or not one that speaks HTTP.
    pub(crate) fn new(settings: &Proxies) -> Result<Self, Error> {
        let mut matcher = Matcher::builder().no(settings.no_proxy.as_str());
        let mut proxies = Vec::new();
        if let Some(url) = parse("HTTP_PROXY", settings.http.as_ref())? {
            matcher = matcher.http(url.as_str());
            proxies.push(Proxy::http(url));
        }
        if let Some(url) = parse("HTTPS_PROXY", settings.https.as_ref())? {
            matcher = matcher.https(url.as_str());
            proxies.push(Proxy::https(url));
        }
        if let Some(url) = parse("ALL_PROXY", settings.all.as_ref())? {
            matcher = matcher.all(url.as_str());
            proxies.push(Proxy::all(url));
        }
        let no_proxy = NoProxy::from_string(&settings.no_proxy);
        let proxies = proxies.into_iter().map(|proxy| Ok(proxy?.no_proxy(no_proxy.clone())));
        let proxies = proxies.collect::<Result<_, reqwest::Error>>();
        let proxies = proxies.map_err(|error| Error::Settings(error.without_url().to_string()))?;
        Ok(Self { matcher: matcher.build(), proxies })
    }

    pub(crate) fn for_reqwest(&self) -> impl Iterator<Item = Proxy> {
        self.proxies.iter().cloned()
    }

    /// The proxy that `url` goes through, without credentials.
    pub(crate) fn of(&self, url: &Url) -> Option<String> {
        let uri = url.as_str().parse().ok()?;
        let proxy = self.matcher.intercept(&uri)?;
        Some(proxy.uri().to_string().trim_end_matches('/').to_owned())
    }
}

/// The proxy named by `variable`; its value may hold a password and is not repeated in the error.
fn parse(variable: &str, value: Option<&SecretString>) -> Result<Option<Url>, Error> {
    let Some(value) = value.map(|value| value.expose_secret().trim()) else { return Ok(None) };
    let written = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let refuse = |why| Err(Error::Settings(format!("the proxy in `{variable}` {why}")));
    match Url::parse(&written) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => refuse("is neither `http` nor `https`"),
        Ok(url) if url.has_host() => Ok(Some(url)),
        _ => refuse("is not a URL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(http: &str, https: &str, all: &str, no_proxy: &str) -> Result<ProxyRules, Error> {
        let set = |value: &str| (!value.is_empty()).then(|| SecretString::from(value));
        ProxyRules::new(&Proxies {
            http: set(http),
            https: set(https),
            all: set(all),
            no_proxy: no_proxy.into(),
        })
    }

    #[test]
    fn the_proxy_of_a_url_is_named_by_scheme_and_exceptions_without_credentials() {
        let rules = rules("user:pw@plain:1", "", "https://both:2", "example.com, 127.0.0.0/8").unwrap();
        let cases = [
            ("http://a.org/", Some("http://plain:1")),
            ("https://a.org/", Some("https://both:2")),
            ("https://www.example.com/", None),
            ("http://127.0.0.1:8080/", None),
            ("http://notexample.com/", Some("http://plain:1")),
        ];
        for (url, proxy) in cases {
            assert_eq!(rules.of(&Url::parse(url).unwrap()).as_deref(), proxy, "{url}");
        }
    }

    #[test]
    fn loopback_goes_through_the_proxy_unless_excepted() {
        let rules = rules("plain:1", "", "", "").unwrap();
        assert_eq!(rules.of(&Url::parse("http://127.0.0.1/").unwrap()).as_deref(), Some("http://plain:1"));
    }

    #[test]
    fn an_unusable_proxy_is_refused_by_the_name_of_its_variable_without_its_value() {
        for (bad, why) in [("socks5://u:hunter2@h:1", "neither"), ("http://:hunter2@", "not a URL")] {
            let error = rules("", bad, "", "").err().unwrap().to_string();
            assert!(error.contains("`HTTPS_PROXY`") && error.contains(why), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
