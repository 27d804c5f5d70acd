//! Agreeing with the engine on a version of its API.

use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, BollardRequest, ClientVersion, Docker};
use http::Uri;
use http::header::HeaderValue;

use super::EngineError;

/// A client that speaks the newest version that both sides know.
///
/// bollard leaves the version out of the addresses that it asks, which an engine takes for its newest: what that one
/// means may be newer than what bollard's types hold. So it is put in.
pub(super) async fn agreed(socket: &str, patience: Duration) -> Result<Docker, EngineError> {
    let connect = || {
        Docker::connect_with_unix(socket, patience.as_secs(), API_DEFAULT_VERSION)
            .map_err(EngineError::of(format!("be reached at `unix://{socket}`")))
    };
    let told = connect()?.version().await;
    let told = told.map_err(EngineError::of(format!("be reached at `unix://{socket}`")))?;
    let newest = told.api_version.as_deref().and_then(read);
    let newest = newest.ok_or_else(|| EngineError::Unexpected {
        what: format!("it tells no version of its API but `{}`", told.api_version.unwrap_or_default()),
    })?;
    let ours = (API_DEFAULT_VERSION.major_version, API_DEFAULT_VERSION.minor_version);
    if let Some(minimum) =
        told.min_api_version.filter(|oldest| read(oldest).is_some_and(|oldest| oldest > ours))
    {
        return Err(EngineError::TooNew { minimum, ours: API_DEFAULT_VERSION.to_string() });
    }
    let (major_version, minor_version) = newest.min(ours);
    let version = ClientVersion { major_version, minor_version };
    tracing::debug!("the engine is spoken to in version {version} of its API");
    Ok(connect()?.with_request_modifier(move |request| addressed(request, &version)))
}

/// `1.41` → `(1, 41)`
fn read(version: &str) -> Option<(usize, usize)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The request with the version in its address, and its credentials in the alphabet that the engine reads.
fn addressed(mut request: BollardRequest, version: &ClientVersion) -> BollardRequest {
    let mut parts = request.uri().clone().into_parts();
    let path = parts.path_and_query.as_ref().map_or("/", |path| path.as_str());
    parts.path_and_query = format!("/v{version}{path}").parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    // bollard writes the common alphabet of base64 and the engine reads the one for URLs: where they differ it would
    // take the credentials for none
    if let Some(auth) = request.headers_mut().get_mut("x-registry-auth") {
        let in_urls = auth.to_str().map(|text| text.replace('+', "-").replace('/', "_")).unwrap_or_default();
        if let Ok(mut value) = HeaderValue::from_str(&in_urls) {
            value.set_sensitive(true);
            *auth = value;
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(read("1.41"), Some((1, 41)));
        assert!(read("1.9") < read("1.41"));
        assert_eq!(read("one"), None);
    }

    #[test]
    fn a_request_names_the_version_and_credentials_the_engine_can_read() {
        let request = http::Request::builder()
            .uri("unix://2f78/images/create?fromImage=a")
            .header("x-registry-auth", "a+b/c=")
            .body(bollard::body_full("".into()))
            .unwrap();
        let request = addressed(request, &ClientVersion { major_version: 1, minor_version: 41 });
        assert_eq!(request.uri().to_string(), "unix://2f78/v1.41/images/create?fromImage=a");
        assert_eq!(request.headers()["x-registry-auth"], "a-b_c=");
    }
}
