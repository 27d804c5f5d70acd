//! From a request to the operation that it asks for.

use std::collections::BTreeMap;

use http::{Method, header};
use loopback::{Request, Response};
use serde_json::Value;

use crate::core::Forge;
use crate::world::tokens::Caller;

/// One route of a dialect.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Segments between slashes; `{name}` takes one, `{name...}` at the end takes the rest.
    pub(crate) pattern: &'static str,
    /// What faults and hooks are addressed to. Where two dialects mean the same, the name is the same.
    pub(crate) operation: &'static str,
    pub(crate) handler: Handler,
}

/// Carries one operation out; the error is an answer too, one that came early.
pub(crate) type Handler = fn(&Call<'_>) -> Result<Response, Response>;

/// The parts of a path that a pattern left open.
pub(crate) type Parameters = BTreeMap<&'static str, String>;

/// The first route that fits.
pub(crate) fn find(routes: &'static [Route], request: &Request) -> Option<(&'static Route, Parameters)> {
    routes
        .iter()
        .filter(|route| route.method == *request.method())
        .find_map(|route| Some((route, fit(route.pattern, request.uri().path())?)))
}

fn fit(pattern: &'static str, path: &str) -> Option<Parameters> {
    let mut parameters = Parameters::new();
    let mut segments = path.trim_end_matches('/').split('/');
    for part in pattern.split('/') {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            if segments.next()? != part {
                return None;
            }
            continue;
        };
        if let Some(name) = name.strip_suffix("...") {
            let rest = segments.collect::<Vec<_>>().join("/");
            if rest.is_empty() {
                return None;
            }
            parameters.insert(name, decode(&rest));
            return Some(parameters);
        }
        parameters.insert(name, decode(segments.next().filter(|segment| !segment.is_empty())?));
    }
    segments.next().is_none().then_some(parameters)
}

fn decode(text: &str) -> String {
    // A plus is a plus in a path.
    let escaped = text.replace('+', "%2B");
    let pair = format!("x={}", escaped.replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, text)| text.into_owned()).unwrap_or_default()
}

/// One request on its way through a dialect.
pub(crate) struct Call<'a> {
    pub(crate) forge: &'a Forge,
    pub(crate) caller: Caller,
    pub(crate) request: &'a Request,
    parameters: Parameters,
    query: BTreeMap<String, String>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(forge: &'a Forge, request: &'a Request, parameters: Parameters) -> Self {
        let caller = forge.world().caller(token(request).as_deref());
        let query = request.uri().query().unwrap_or_default();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { forge, caller, request, parameters, query }
    }

    /// A part of the path.
    ///
    /// # Panics
    ///
    /// When the route's pattern has no such part.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.parameters.get(name).expect("the pattern of the route names this part")
    }

    /// A part of the path that must be a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.part(name).parse().ok()
    }

    /// A field of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Every field of the query, by name.
    pub(crate) fn queries(&self) -> &BTreeMap<String, String> {
        &self.query
    }

    /// The body as JSON; an absent body is an empty object.
    pub(crate) fn json(&self) -> Option<Value> {
        if self.request.body().is_empty() {
            return Some(Value::Object(serde_json::Map::new()));
        }
        serde_json::from_slice(self.request.body()).ok()
    }

    /// Path and query as they came.
    pub(crate) fn target(&self) -> &str {
        self.request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
    }
}

/// The token of a request: `Bearer`, `token`, or the password of `Basic`.
pub(crate) fn token(request: &Request) -> Option<String> {
    use base64::Engine as _;

    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = header.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "token" => Some(rest.trim().to_owned()),
        "basic" => {
            let pair = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok()?;
            let pair = String::from_utf8(pair).ok()?;
            let (_, password) = pair.split_once(':')?;
            (!password.is_empty()).then(|| password.to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_takes_one_segment_and_the_rest_takes_all() {
        let parameters =
            fit("/repos/{owner}/{repo}/tags/{tag...}", "/repos/acme/core/tags/a/b%2Fc+d").unwrap();
        assert_eq!(parameters["owner"], "acme");
        assert_eq!(parameters["tag"], "a/b/c+d");
    }

    #[test]
    fn a_path_that_goes_on_does_not_fit() {
        assert!(fit("/repos/{owner}/{repo}", "/repos/acme/core/tags").is_none());
        assert!(fit("/repos/{owner}/{repo}/tags/{tag...}", "/repos/acme/core/tags").is_none());
    }
}
