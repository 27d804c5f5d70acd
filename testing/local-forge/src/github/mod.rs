//! GitHub's dialect: REST v3 and GraphQL, as a GitHub Enterprise Server has them.

use http::StatusCode;
use loopback::Response;

use crate::routing::{Call, Route};

/// Every route of this dialect.
pub(crate) const ROUTES: &[Route] = &[];

/// The answer to a path that is no route.
pub(crate) fn no_such_route() -> Response {
    let mut response = Response::new(r#"{"message":"Not Found","status":"404"}"#.into());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// What is refused before any route: a token that does not work.
pub(crate) fn refuse(_call: &Call<'_>) -> Option<Response> {
    None
}
