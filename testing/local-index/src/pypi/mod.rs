//! PyPI's dialect.

mod oidc;
mod rules;
mod simple;
mod upload;

use loopback::{Request, Response};

use crate::asked::Asked;
use crate::core::Index;
use crate::{oidc as issuer, reply};

/// Answers what was asked.
pub(crate) fn answer(index: &Index, request: &Request, asked: &Asked) -> Response {
    match asked {
        Asked::Audience => oidc::audience(index),
        Asked::IdToken => issuer::issue(index, request),
        Asked::Mint => oidc::mint(index, request),
        Asked::Upload { .. } => upload::upload(index, request),
        Asked::Projects => simple::projects(index, request),
        Asked::Read { project, slash, .. } => simple::project(index, request, project, *slash),
        Asked::Download { place, name, .. } => simple::download(index, place, name),
        _ => not_found(),
    }
}

fn not_found() -> Response {
    reply::text(404, "404 Not Found")
}
