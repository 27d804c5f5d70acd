//! git's smart HTTP protocol, so that real clones, pushes and `ls-remote`s work.
//!
//! The protocol itself is spoken by `git upload-pack` and `git receive-pack`; here are the doors in front
//! of them: who may come in, and which refs may be pushed.
//! See <https://git-scm.com/docs/http-protocol> and <https://git-scm.com/docs/protocol-v2>.

mod packets;

use std::io::Read as _;

use http::{HeaderValue, StatusCode, header};
use loopback::{Request, Response};
use packets::{asks_for_side_bands, packet, pushed_refs, report};

use crate::core::Forge;
use crate::effects::push::RefChange;
use crate::git::BareRepository;
use crate::routing::token;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Permission};
use crate::world::{Found, World};
use crate::{Dialect, gitea};

/// One of the three requests of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GitExchange {
    owner: String,
    repo: String,
    service: GitService,
    step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GitService {
    UploadPack,
    ReceivePack,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Advertise,
    Talk,
}

impl GitService {
    fn name(self) -> &'static str {
        match self {
            Self::UploadPack => "upload-pack",
            Self::ReceivePack => "receive-pack",
        }
    }
}

impl GitExchange {
    /// The name of this operation.
    pub(crate) fn operation(&self) -> &'static str {
        match (self.step, self.service) {
            (Step::Advertise, _) => "git.info-refs",
            (Step::Talk, GitService::UploadPack) => "git.upload-pack",
            (Step::Talk, GitService::ReceivePack) => "git.receive-pack",
        }
    }
}

/// Recognises a request of the protocol by its path.
pub(crate) fn parse(request: &Request) -> Option<GitExchange> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let (place, step, service) = if let Some(place) = path.strip_suffix("/info/refs") {
        let service = match query.strip_prefix("service=")? {
            "git-upload-pack" => GitService::UploadPack,
            "git-receive-pack" => GitService::ReceivePack,
            _ => return None,
        };
        (place, Step::Advertise, service)
    } else if let Some(place) = path.strip_suffix("/git-upload-pack") {
        (place, Step::Talk, GitService::UploadPack)
    } else {
        (path.strip_suffix("/git-receive-pack")?, Step::Talk, GitService::ReceivePack)
    };
    let (owner, repo) = place.strip_prefix('/')?.split_once('/')?;
    let repo = repo.strip_suffix(".git").unwrap_or(repo);
    if repo.is_empty() || repo.contains('/') {
        return None;
    }
    Some(GitExchange { owner: owner.to_owned(), repo: repo.to_owned(), service, step })
}

/// Lets the request in, or tells why not.
pub(crate) fn answer(forge: &Forge, request: &Request, exchange: &GitExchange) -> Response {
    let (id, caller, git) = {
        let world = forge.world();
        let caller = world.caller(token(request).as_deref());
        match admit(forge, &world, &caller, request, exchange) {
            Ok(id) => (id, caller, world.repo(id).git.clone()),
            Err(refusal) => return refusal,
        }
    };
    let talked = match (exchange.step, exchange.service) {
        (Step::Advertise, _) => talk(&git, request, exchange, &[]),
        (Step::Talk, GitService::UploadPack) => {
            body(request).and_then(|body| talk(&git, request, exchange, &body))
        }
        (Step::Talk, GitService::ReceivePack) => {
            body(request).and_then(|body| receive(forge, id, &caller, request, exchange, &body))
        }
    };
    talked.unwrap_or_else(|error| plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")))
}

fn admit(
    forge: &Forge,
    world: &World,
    caller: &Caller,
    request: &Request,
    exchange: &GitExchange,
) -> Result<RepoId, Response> {
    let dialect = forge.dialect;
    if matches!(caller, Caller::Rejected) {
        return Err(match dialect {
            Dialect::Gitea => plain(StatusCode::UNAUTHORIZED, "Failed to authenticate user\n"),
            Dialect::GitHub => ask_for_password(dialect),
        });
    }
    let anonymous = matches!(caller, Caller::Anonymous);
    let id = match world.find(&exchange.owner, &exchange.repo) {
        Found::Here(id) => id,
        Found::Moved(id) => return Err(moved(forge, world, id, request, exchange)),
        Found::Nowhere if anonymous => return Err(ask_for_password(dialect)),
        Found::Nowhere => return Err(not_found(dialect)),
    };
    let repo = world.repo(id);
    match (caller.access(world, repo, Permission::Contents), exchange.service) {
        (Access::None, _) | (Access::Read, GitService::ReceivePack) if anonymous => {
            Err(ask_for_password(dialect))
        }
        (Access::None, _) => Err(not_found(dialect)),
        (Access::Read, GitService::ReceivePack) => {
            Err(plain(StatusCode::FORBIDDEN, "User permission denied for writing.\n"))
        }
        (_, GitService::ReceivePack) if repo.archived => Err(plain(
            StatusCode::FORBIDDEN,
            "This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests.",
        )),
        _ => Ok(id),
    }
}

fn moved(forge: &Forge, world: &World, id: RepoId, request: &Request, exchange: &GitExchange) -> Response {
    let name = world.repo(id).full_name(world);
    let suffix = match (exchange.step, exchange.service) {
        (Step::Advertise, _) => format!("/info/refs?{}", request.uri().query().unwrap_or_default()),
        (Step::Talk, service) => format!("/git-{}", service.name()),
    };
    match forge.dialect {
        Dialect::Gitea => gitea::moved_permanently(request, &format!("/{name}{suffix}")),
        Dialect::GitHub => {
            let mut response = plain(StatusCode::MOVED_PERMANENTLY, "");
            let place = HeaderValue::from_str(&format!("{}/{name}.git{suffix}", forge.base));
            response.headers_mut().extend(place.ok().map(|place| (header::LOCATION, place)));
            response
        }
    }
}

fn ask_for_password(dialect: Dialect) -> Response {
    let (text, realm) = match dialect {
        Dialect::Gitea => ("Unauthorized\n", "Basic realm=\"Gitea\""),
        Dialect::GitHub => ("Repository not found.", "Basic realm=\"GitHub\""),
    };
    let mut response = plain(StatusCode::UNAUTHORIZED, text);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(realm));
    response
}

fn not_found(dialect: Dialect) -> Response {
    match dialect {
        Dialect::Gitea => {
            let mut response = plain(StatusCode::NOT_FOUND, "Repository not found");
            let kind = HeaderValue::from_static("text/plain;charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Dialect::GitHub => plain(StatusCode::NOT_FOUND, "Repository not found."),
    }
}

/// Checks the pushed refs, lets git take them, and tells the world what changed.
fn receive(
    forge: &Forge,
    id: RepoId,
    caller: &Caller,
    request: &Request,
    exchange: &GitExchange,
    body: &[u8],
) -> std::io::Result<Response> {
    let asked = pushed_refs(body);
    let git = forge.world().repo(id).git.clone();
    let refused = forge.world().refuse_push(id, caller, &asked);
    if !refused.is_empty() {
        return Ok(report(&asked, &refused, asks_for_side_bands(body)));
    }
    let response = talk(&git, request, exchange, body)?;
    // git may have turned some down itself (a stale old id); what counts is where the refs stand now.
    let taken: Vec<RefChange> = asked
        .into_iter()
        .filter(|change| {
            let now = git.find_ref(&change.name).ok().flatten().map(|found| found.object);
            change.new != change.old && now.unwrap_or_else(|| crate::git::ZERO.to_owned()) == change.new
        })
        .collect();
    forge.world().after_push(id, caller, &taken).map_err(std::io::Error::other)?;
    Ok(response)
}

/// Runs one stateless round of git's own server.
fn talk(
    git: &BareRepository,
    request: &Request,
    exchange: &GitExchange,
    body: &[u8],
) -> std::io::Result<Response> {
    let service = exchange.service.name();
    let mut arguments = vec![service, "--stateless-rpc"];
    if exchange.step == Step::Advertise {
        arguments.push("--advertise-refs");
    }
    arguments.push(".");
    let mut command = git.command(&arguments);
    if let Some(protocol) = request.headers().get("git-protocol").and_then(|value| value.to_str().ok()) {
        command.env("GIT_PROTOCOL", protocol);
    }
    let output = crate::git::pipe(&mut command, body)?;
    let mut answer = Vec::new();
    let kind = match exchange.step {
        Step::Talk => format!("application/x-git-{service}-result"),
        Step::Advertise => {
            answer.extend(packet(format!("# service=git-{service}\n").as_bytes()));
            answer.extend(b"0000");
            format!("application/x-git-{service}-advertisement")
        }
    };
    answer.extend(output.stdout);
    let mut response = Response::new(answer.into());
    let kind = HeaderValue::from_str(&kind).expect("a media type is visible ASCII");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// The body as git needs it: git compresses the larger ones.
fn body(request: &Request) -> std::io::Result<Vec<u8>> {
    if request.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&request.body()[..]).read_to_end(&mut plain)?;
        return Ok(plain);
    }
    Ok(request.body().to_vec())
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    let mut response = Response::new(text.into().into());
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
