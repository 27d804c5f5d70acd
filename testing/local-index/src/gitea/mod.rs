//! Gitea's dialect, as a real server of late 2025 answered.
//!
//! Every answer here is held against that server's recorded ones by `tests/gitea_recorded.rs`.

mod access;
mod api;
mod registry;
mod simple;

use loopback::{Request, Response};

use crate::asked::Asked;
use crate::core::Index;
use crate::reply;

/// Answers what was asked.
pub(crate) fn answer(index: &Index, request: &Request, asked: &Asked) -> Response {
    let answered = match asked {
        Asked::Upload { owner } => registry::upload(index, request, owner),
        Asked::Read { owner, project, .. } => simple::project(index, request, owner, project),
        Asked::Download { owner, place, name } => registry::download(index, request, owner, place, name),
        Asked::Packages { owner } => api::packages(index, request, owner),
        Asked::Package { owner, project, version } => api::package(index, request, owner, project, version),
        Asked::PackageFiles { owner, project, version } => {
            api::files(index, request, owner, project, version)
        }
        Asked::DeletePackage { owner, project, version } => {
            api::delete(index, request, owner, project, version)
        }
        _ => Ok(reply::text(404, "404 page not found\n")),
    };
    answered.unwrap_or_else(|refusal| *refusal)
}

/// An answer that came early.
type Refusal = Box<Response>;

/// Plain text as the registry itself sends it; what stands before it writes the type with a space.
fn plain(status: u16, body: &'static str) -> Response {
    reply::typed(status, "text/plain;charset=utf-8", body)
}
