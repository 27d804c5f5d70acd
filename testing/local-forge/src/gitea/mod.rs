//! Gitea's dialect: REST v1, as a real server of late 2025 answered.
//!
//! Every route here is replayed against that server's recorded answers by `tests/gitea_recorded.rs`.

mod access;
mod actions;
mod assets;
mod branches;
mod comments;
mod commits;
mod contents;
pub(crate) mod events;
mod instance;
mod json;
mod merge;
mod paging;
mod pull_json;
mod pulls;
mod refs;
mod releases;
mod reply;
mod repos;
mod statuses;
mod tags;

use http::Method;
use loopback::Response;

pub(crate) use access::refuse;
pub(crate) use reply::moved_permanently;

use crate::routing::{Handler, Route};

/// The answer to a path that is no route.
pub(crate) fn no_such_route() -> Response {
    reply::text(404, "404 page not found\n")
}

const fn get(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    Route { method: Method::GET, pattern, operation, handler }
}

const fn post(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    Route { method: Method::POST, pattern, operation, handler }
}

const fn patch(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    Route { method: Method::PATCH, pattern, operation, handler }
}

const fn delete(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    Route { method: Method::DELETE, pattern, operation, handler }
}

/// Every route of this dialect; the first that fits is taken.
pub(crate) const ROUTES: &[Route] = &[
    get("/api/v1/version", "instance.version", instance::version),
    get("/api/v1/settings/api", "instance.settings", instance::settings),
    get("/api/v1/user", "user.get", instance::user),
    get("/api/v1/orgs/{org}/repos", "orgs.repos", repos::of_org),
    get("/api/v1/repos/{owner}/{repo}", "repos.get", repos::get),
    get("/api/v1/repos/{owner}/{repo}/tags", "tags.list", tags::list),
    post("/api/v1/repos/{owner}/{repo}/tags", "tags.create", tags::create),
    get("/api/v1/repos/{owner}/{repo}/tags/{tag...}", "tags.get", tags::get),
    delete("/api/v1/repos/{owner}/{repo}/tags/{tag...}", "tags.delete", tags::delete),
    get("/api/v1/repos/{owner}/{repo}/git/refs/{prefix...}", "refs.list", refs::list),
    get("/api/v1/repos/{owner}/{repo}/git/tags/{sha}", "tags.object", refs::tag_object),
    get("/api/v1/repos/{owner}/{repo}/git/commits/{sha}", "commits.get", commits::get),
    get("/api/v1/repos/{owner}/{repo}/git/trees/{sha...}", "trees.get", contents::tree),
    get("/api/v1/repos/{owner}/{repo}/git/blobs/{sha}", "blobs.get", contents::blob),
    get("/api/v1/repos/{owner}/{repo}/releases/tags/{tag...}", "releases.by-tag", releases::by_tag),
    post("/api/v1/repos/{owner}/{repo}/releases", "releases.create", releases::create),
    get("/api/v1/repos/{owner}/{repo}/releases/{release}", "releases.get", releases::get),
    patch("/api/v1/repos/{owner}/{repo}/releases/{release}", "releases.edit", releases::edit),
    post("/api/v1/repos/{owner}/{repo}/releases/{release}/assets", "assets.create", assets::create),
    delete("/api/v1/repos/{owner}/{repo}/releases/{release}/assets/{asset}", "assets.delete", assets::delete),
    get("/{owner}/{repo}/releases/download/{tag}/{file}", "assets.download", assets::by_name),
    get("/attachments/{uuid}", "assets.download", assets::by_uuid),
    post(
        "/api/v1/repos/{owner}/{repo}/actions/workflows/{workflow}/dispatches",
        "workflows.dispatch",
        actions::dispatch,
    ),
    get("/api/v1/repos/{owner}/{repo}/actions/workflows", "workflows.list", actions::workflows),
    get("/api/v1/repos/{owner}/{repo}/actions/tasks", "runs.tasks", actions::tasks),
    get("/api/v1/repos/{owner}/{repo}/actions/runs", "runs.list", actions::runs),
    get("/api/v1/repos/{owner}/{repo}/actions/runs/{run}", "runs.get", actions::run),
    get("/api/v1/repos/{owner}/{repo}/actions/runs/{run}/jobs", "runs.jobs", actions::jobs),
    get("/api/v1/repos/{owner}/{repo}/commits", "commits.list", commits::list),
    get("/api/v1/repos/{owner}/{repo}/commits/{sha}/pull", "pulls.of-commit", pulls::of_commit),
    get("/api/v1/repos/{owner}/{repo}/commits/{sha}/status", "statuses.combined", statuses::combined),
    get("/api/v1/repos/{owner}/{repo}/compare/{range...}", "commits.compare", commits::compare),
    post("/api/v1/repos/{owner}/{repo}/statuses/{sha}", "statuses.create", statuses::create),
    get("/api/v1/repos/{owner}/{repo}/pulls", "pulls.list", pulls::list),
    post("/api/v1/repos/{owner}/{repo}/pulls", "pulls.create", pulls::create),
    get("/api/v1/repos/{owner}/{repo}/pulls/{number}", "pulls.get", pulls::get),
    patch("/api/v1/repos/{owner}/{repo}/pulls/{number}", "pulls.edit", pulls::edit),
    post("/api/v1/repos/{owner}/{repo}/pulls/{number}/merge", "pulls.merge", merge::merge),
    get("/api/v1/repos/{owner}/{repo}/pulls/{number}/commits", "pulls.commits", commits::of_pull),
    get("/api/v1/repos/{owner}/{repo}/pulls/{base}/{head...}", "pulls.of-branches", pulls::of_branches),
    get("/api/v1/repos/{owner}/{repo}/issues/{number}/comments", "comments.list", comments::list),
    post("/api/v1/repos/{owner}/{repo}/issues/{number}/comments", "comments.create", comments::create),
    patch("/api/v1/repos/{owner}/{repo}/issues/comments/{comment}", "comments.edit", comments::edit),
    get("/api/v1/repos/{owner}/{repo}/raw/{path...}", "contents.raw", contents::raw),
    get("/api/v1/repos/{owner}/{repo}/contents/{path...}", "contents.get", contents::get),
    post("/api/v1/repos/{owner}/{repo}/contents", "contents.change", contents::change),
    get("/api/v1/repos/{owner}/{repo}/branches/{branch...}", "branches.get", branches::get),
    post("/api/v1/repos/{owner}/{repo}/branches", "branches.create", branches::create),
    delete("/api/v1/repos/{owner}/{repo}/branches/{branch...}", "branches.delete", branches::delete),
];
