//! What is asked for by a request, and who may ask.

use http::Method;
use http::header::AUTHORIZATION;
use http::request::Parts;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use crate::containers::Recreate;
use crate::inputs::{BadInput, Settings, chosen};
use crate::refresh::Runtime;

const PATH: &str = "/admin/workspace-images/refresh";

/// A refresh that was asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) runtimes: Vec<Runtime>,
    pub(super) recreate: Recreate,
}

/// Why a request is turned down.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Another place.
    NoSuchPlace,
    /// Another method.
    OnlyPost,
    /// Not the token.
    NotYou,
    /// The program ends.
    Ending,
    /// A parameter that cannot be used, with the runtimes that there are where it names another.
    BadParameter(String, Vec<String>),
}

impl Refusal {
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::NoSuchPlace => 404,
            Self::OnlyPost => 405,
            Self::NotYou => 401,
            Self::BadParameter(..) => 400,
            Self::Ending => 503,
        }
    }

    pub(super) fn body(&self) -> String {
        let error = match self {
            Self::NoSuchPlace => format!("there is only `POST {PATH}`"),
            Self::OnlyPost => "ask by POST".to_owned(),
            Self::NotYou => "show the token: `Authorization: Bearer …`".to_owned(),
            Self::Ending => "this service ends: nothing was done".to_owned(),
            Self::BadParameter(error, known) if known.is_empty() => error.clone(),
            Self::BadParameter(error, known) => {
                return serde_json::json!({ "error": error, "known": known }).to_string();
            }
        };
        serde_json::json!({ "error": error }).to_string()
    }
}

/// Reads a request. Who does not show the token learns nothing else.
pub(super) fn read(request: &Parts, settings: &Settings) -> Result<Asked, Refusal> {
    if !may_ask(request, settings) {
        return Err(Refusal::NotYou);
    }
    if request.uri.path() != PATH {
        return Err(Refusal::NoSuchPlace);
    }
    if request.method != Method::POST {
        return Err(Refusal::OnlyPost);
    }
    let (mut names, mut recreate) = (Vec::new(), settings.recreate);
    for (name, value) in url::form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes()) {
        match (&*name, &*value) {
            ("runtime", "") | ("recreate", "" | "true" | "1") => {}
            ("runtime", value) => names.push(value.to_owned()),
            ("recreate", "false" | "0") => recreate = Recreate::Leave,
            ("recreate", other) => {
                let error = format!("`recreate` is `{other}`: it is `true` or `false`");
                return Err(Refusal::BadParameter(error, Vec::new()));
            }
            // a misspelt parameter must not refresh everything
            (other, _) => {
                let error = format!("there is no parameter `{other}`: there are `runtime` and `recreate`");
                return Err(Refusal::BadParameter(error, Vec::new()));
            }
        }
    }
    let runtimes =
        if names.is_empty() { Ok(settings.chosen.clone()) } else { chosen(&settings.known, &names) };
    let runtimes = runtimes.map_err(|error| {
        let told = error.to_string();
        let known = if let BadInput::NoRuntime { known, .. } = error { known } else { Vec::new() };
        Refusal::BadParameter(told, known)
    })?;
    Ok(Asked { runtimes, recreate })
}

/// Compared in constant time: how long it takes tells nothing of the token but its length.
fn may_ask(request: &Parts, settings: &Settings) -> bool {
    let Some(token) = &settings.serve_token else { return settings.listen.ip().is_loopback() };
    let shown = request.headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes).unwrap_or_default();
    let (scheme, shown) = shown.split_at_checked(7).unwrap_or_default();
    let is_same: bool = shown.ct_eq(token.expose_secret().as_bytes()).into();
    scheme.eq_ignore_ascii_case(b"bearer ") && is_same
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use runner::Environment;

    use super::*;
    use crate::inputs::Inputs;

    fn settings(token: Option<&str>) -> Settings {
        let inputs = Inputs::try_parse_from(["x", "serve"]).unwrap();
        let settings = inputs.settings(&Environment::default()).unwrap();
        Settings { serve_token: token.map(Into::into), ..settings }
    }

    fn ask(method: &str, target: &str, shown: Option<&str>, token: Option<&str>) -> Result<Asked, Refusal> {
        let mut request = http::Request::builder().method(method).uri(target);
        if let Some(shown) = shown {
            request = request.header(AUTHORIZATION, shown);
        }
        read(&request.body(()).unwrap().into_parts().0, &settings(token))
    }

    fn status(result: &Result<Asked, Refusal>) -> u16 {
        result.as_ref().map_or_else(Refusal::status, |_| 200)
    }

    #[test]
    fn who_does_not_show_the_token_is_turned_down() {
        for (shown, expected) in [
            (Some("Bearer t0ken"), 200),
            (Some("bearer t0ken"), 200),
            (Some("Bearer t0ke"), 401),
            (Some("Bearer t0ken2"), 401),
            (Some("Basic t0ken"), 401),
            (Some("t0ken"), 401),
            (None, 401),
        ] {
            assert_eq!(status(&ask("POST", PATH, shown, Some("t0ken"))), expected, "{shown:?}");
        }
        // this machine's own may ask without one
        assert_eq!(status(&ask("POST", PATH, None, None)), 200);
    }

    #[test]
    fn without_a_token_nobody_from_elsewhere_may_ask() {
        let request = http::Request::post(PATH).body(()).unwrap().into_parts().0;
        let open = Settings { listen: "0.0.0.0:80".parse().unwrap(), ..settings(None) };
        assert!(matches!(read(&request, &open), Err(Refusal::NotYou)));
    }

    #[test]
    fn an_unknown_runtime_is_answered_with_the_known() {
        let refusal = ask("POST", &format!("{PATH}?runtime=claude"), None, None).unwrap_err();
        assert_eq!(refusal.status(), 400);
        let body: serde_json::Value = serde_json::from_str(&refusal.body()).unwrap();
        assert_eq!(body["known"][1], "claude-code");
    }

    #[test]
    fn runtime_and_recreate_are_read() {
        let asked = ask("POST", &format!("{PATH}?runtime=hermes&recreate=false"), None, None).unwrap();
        assert_eq!((asked.runtimes.len(), asked.recreate), (1, Recreate::Leave));
        let asked = ask("POST", PATH, None, None).unwrap();
        assert_eq!((asked.runtimes.len(), asked.recreate), (8, Recreate::Replace));
    }

    #[test]
    fn what_is_not_understood_refreshes_nothing() {
        for (method, target, expected) in [
            ("GET", PATH, 405),
            ("POST", "/", 404),
            ("POST", "/admin/workspace-images/refresh?runtimes=hermes", 400),
            ("POST", "/admin/workspace-images/refresh?recreate=no", 400),
        ] {
            assert_eq!(status(&ask(method, target, None, None)), expected, "{method} {target}");
        }
    }
}
