//! From a request to what it asks for.

use http::Method;
use loopback::{Request, Target};
use percent_encoding::percent_decode_str;

use crate::Dialect;

/// The operations that a release goes through, in its order: what faults and hooks are addressed to.
///
/// The first three are of PyPI's dialect alone.
pub const OPERATIONS: [&str; 5] = ["audience", "id-token", "mint", "upload", "read"];

/// The other operations, which can be addressed as well; the last is what no dialect knows.
const OTHERS: [&str; 7] =
    ["projects", "download", "packages.list", "packages.get", "packages.files", "packages.delete", "unknown"];

/// Panics when nothing is ever called so: a fault or hook for it would wait for ever.
#[track_caller]
pub(crate) fn check_target(target: &Target) {
    if let Target::Operation(name) = target {
        let known = OPERATIONS.iter().chain(&OTHERS).any(|operation| operation == name);
        assert!(known, "no operation is called `{name}`; there are {OPERATIONS:?} and {OTHERS:?}");
    }
}

/// What a request asks for. The owner of a project is empty on PyPI, which has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Audience,
    IdToken,
    Mint,
    Upload {
        owner: String,
    },
    /// The list of all projects.
    Projects,
    /// One project's page.
    Read {
        owner: String,
        project: String,
        slash: bool,
    },
    /// A file, by what its URL says behind the owner: on PyPI, a digest.
    Download {
        owner: String,
        place: String,
        name: String,
    },
    Packages {
        owner: String,
    },
    Package {
        owner: String,
        project: String,
        version: String,
    },
    PackageFiles {
        owner: String,
        project: String,
        version: String,
    },
    DeletePackage {
        owner: String,
        project: String,
        version: String,
    },
    Unknown,
}

impl Asked {
    pub(crate) fn of(dialect: Dialect, request: &Request) -> Self {
        let path = request.uri().path();
        let segments: Vec<String> = path
            .trim_matches('/')
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let slash = path.ends_with('/');
        // What may be fetched may be looked at; the server leaves the body of such an answer out.
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let asked = match dialect {
            Dialect::PyPI => pypi(method, &segments, slash),
            Dialect::Gitea => gitea(method, &segments, slash),
        };
        asked.unwrap_or(Self::Unknown)
    }

    pub(crate) fn operation(&self) -> &'static str {
        match self {
            Self::Audience => "audience",
            Self::IdToken => "id-token",
            Self::Mint => "mint",
            Self::Upload { .. } => "upload",
            Self::Projects => "projects",
            Self::Read { .. } => "read",
            Self::Download { .. } => "download",
            Self::Packages { .. } => "packages.list",
            Self::Package { .. } => "packages.get",
            Self::PackageFiles { .. } => "packages.files",
            Self::DeletePackage { .. } => "packages.delete",
            Self::Unknown => "unknown",
        }
    }
}

fn pypi(method: &Method, segments: &[&str], slash: bool) -> Option<Asked> {
    Some(match (method, segments) {
        (&Method::GET, ["_", "oidc", "audience"]) => Asked::Audience,
        (&Method::POST, ["_", "oidc", "mint-token"]) => Asked::Mint,
        (&Method::GET, ["_", "id-token"]) => Asked::IdToken,
        (&Method::POST, ["legacy"]) => Asked::Upload { owner: String::new() },
        (&Method::GET, ["simple"]) => Asked::Projects,
        (&Method::GET, ["simple", project]) => {
            Asked::Read { owner: String::new(), project: (*project).to_owned(), slash }
        }
        (&Method::GET, ["packages", digest, name]) => {
            Asked::Download { owner: String::new(), place: (*digest).to_owned(), name: (*name).to_owned() }
        }
        _ => return None,
    })
}

fn gitea(method: &Method, segments: &[&str], slash: bool) -> Option<Asked> {
    let text = |segment: &str| segment.to_owned();
    Some(match (method, segments) {
        (&Method::POST, ["api", "packages", owner, "pypi"]) => Asked::Upload { owner: text(owner) },
        (&Method::GET, ["api", "packages", owner, "pypi", "simple", project]) => {
            Asked::Read { owner: text(owner), project: text(project), slash }
        }
        (&Method::GET, ["api", "packages", owner, "pypi", "files", project, version, name]) => {
            Asked::Download { owner: text(owner), place: format!("{project}/{version}"), name: text(name) }
        }
        (&Method::GET, ["api", "v1", "packages", owner]) => Asked::Packages { owner: text(owner) },
        (method, ["api", "v1", "packages", owner, "pypi", project, version]) => {
            let (owner, project, version) = (text(owner), text(project), text(version));
            match *method {
                Method::GET => Asked::Package { owner, project, version },
                Method::DELETE => Asked::DeletePackage { owner, project, version },
                _ => return None,
            }
        }
        (&Method::GET, ["api", "v1", "packages", owner, "pypi", project, version, "files"]) => {
            Asked::PackageFiles { owner: text(owner), project: text(project), version: text(version) }
        }
        _ => return None,
    })
}
