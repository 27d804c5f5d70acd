//! GitHub's dialect: REST v3 and GraphQL, as a GitHub Enterprise Server has them.
//!
//! REST's answers are validated against GitHub's own description of the API, and compared with its
//! published recordings, by this crate's tests.

mod access;
mod apps;
mod assets;
mod associations;
mod claims;
mod comments;
mod commits;
mod contents;
mod graphql;
mod json;
mod limits;
mod objects;
mod paging;
mod pull_writes;
mod pulls;
mod quota;
mod refs;
mod releases;
mod reply;
mod repos;
mod runs;
mod tags;
mod trial;
mod workflows;

use http::Method;
use loopback::Response;

use trial::trial_merge;

use crate::routing::{Call, Handler, Route};

/// The answer to a path that is no route.
pub(crate) fn no_such_route() -> Response {
    reply::not_found()
}

/// Answers a request, if nothing refuses it before, and counts it.
pub(crate) fn answer(call: &Call<'_>, handler: Handler) -> Response {
    let refused = access::refuse(call).or_else(|| limits::refuse(call));
    let answer = refused.unwrap_or_else(|| handler(call).unwrap_or_else(|refusal| refusal));
    quota::count(call, answer)
}

const fn route(method: Method, pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    Route { method, pattern, operation, handler }
}

const fn get(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    route(Method::GET, pattern, operation, handler)
}

const fn post(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    route(Method::POST, pattern, operation, handler)
}

const fn put(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    route(Method::PUT, pattern, operation, handler)
}

const fn patch(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    route(Method::PATCH, pattern, operation, handler)
}

const fn delete(pattern: &'static str, operation: &'static str, handler: Handler) -> Route {
    route(Method::DELETE, pattern, operation, handler)
}

/// Every route of this dialect; the first that fits is taken.
pub(crate) const ROUTES: &[Route] = &[
    post("/api/graphql", "graphql", graphql::answer),
    get("/api/v3/rate_limit", "rate-limit.get", quota::overview),
    get("/api/v3/user", "user.get", repos::viewer),
    get("/api/v3/app", "app.get", apps::get),
    get("/api/v3/users/{user}/installation", "app.installation", apps::of_user),
    get("/api/v3/orgs/{org}/repos", "orgs.repos", repos::of_org),
    get("/api/v3/organizations/{id}/repos", "orgs.repos", repos::of_org_by_id),
    get("/api/v3/orgs/{org}/installation", "app.installation", apps::of_org),
    post("/api/v3/app/installations/{id}/access_tokens", "app.token", apps::mint),
    get("/api/v3/repos/{owner}/{repo}", "repos.get", repos::get),
    patch("/api/v3/repos/{owner}/{repo}", "repos.edit", repos::edit),
    get("/api/v3/repos/{owner}/{repo}/installation", "app.installation", apps::of_repo),
    post("/api/v3/repos/{owner}/{repo}/dispatches", "repos.dispatch", repos::dispatch),
    get("/api/v3/repos/{owner}/{repo}/git/refs", "refs.list", refs::list),
    post("/api/v3/repos/{owner}/{repo}/git/refs", "refs.create", refs::create),
    patch("/api/v3/repos/{owner}/{repo}/git/refs/{ref...}", "refs.update", refs::update),
    delete("/api/v3/repos/{owner}/{repo}/git/refs/{ref...}", "refs.delete", refs::delete),
    get("/api/v3/repos/{owner}/{repo}/git/ref/{ref...}", "refs.get", refs::get),
    get("/api/v3/repos/{owner}/{repo}/git/matching-refs/{prefix...}", "refs.matching", refs::matching),
    post("/api/v3/repos/{owner}/{repo}/git/tags", "tag-objects.create", tags::create),
    get("/api/v3/repos/{owner}/{repo}/git/tags/{sha}", "tags.object", tags::get),
    post("/api/v3/repos/{owner}/{repo}/git/blobs", "blobs.create", objects::create_blob),
    get("/api/v3/repos/{owner}/{repo}/git/blobs/{sha}", "blobs.get", objects::get_blob),
    post("/api/v3/repos/{owner}/{repo}/git/trees", "trees.create", objects::create_tree),
    get("/api/v3/repos/{owner}/{repo}/git/trees/{sha...}", "trees.get", objects::get_tree),
    post("/api/v3/repos/{owner}/{repo}/git/commits", "commits.create", objects::create_commit),
    get("/api/v3/repos/{owner}/{repo}/git/commits/{sha}", "commits.object", objects::get_commit),
    get("/api/v3/repos/{owner}/{repo}/commits/{sha}", "commits.get", commits::get),
    get("/api/v3/repos/{owner}/{repo}/commits/{sha}/pulls", "pulls.of-commit", pulls::of_commit),
    get("/api/v3/repos/{owner}/{repo}/compare/{range...}", "commits.compare", commits::compare),
    get("/api/v3/repos/{owner}/{repo}/pulls", "pulls.list", pulls::list),
    post("/api/v3/repos/{owner}/{repo}/pulls", "pulls.create", pull_writes::create),
    get("/api/v3/repos/{owner}/{repo}/pulls/{number}", "pulls.get", pulls::get),
    patch("/api/v3/repos/{owner}/{repo}/pulls/{number}", "pulls.edit", pull_writes::edit),
    put("/api/v3/repos/{owner}/{repo}/pulls/{number}/merge", "pulls.merge", pull_writes::merge),
    get("/api/v3/repos/{owner}/{repo}/pulls/{number}/commits", "pulls.commits", pulls::commits),
    get("/api/v3/repos/{owner}/{repo}/issues/{number}/comments", "comments.list", comments::list),
    post("/api/v3/repos/{owner}/{repo}/issues/{number}/comments", "comments.create", comments::create),
    patch("/api/v3/repos/{owner}/{repo}/issues/comments/{comment}", "comments.edit", comments::edit),
    get("/api/v3/repos/{owner}/{repo}/contents", "contents.get", contents::root),
    get("/api/v3/repos/{owner}/{repo}/contents/{path...}", "contents.get", contents::get),
    get("/api/v3/repos/{owner}/{repo}/releases", "releases.list", releases::list),
    post("/api/v3/repos/{owner}/{repo}/releases", "releases.create", releases::create),
    get("/api/v3/repos/{owner}/{repo}/releases/tags/{tag...}", "releases.by-tag", releases::by_tag),
    get("/api/v3/repos/{owner}/{repo}/releases/assets/{asset}", "assets.get", assets::get),
    patch("/api/v3/repos/{owner}/{repo}/releases/assets/{asset}", "assets.edit", assets::edit),
    delete("/api/v3/repos/{owner}/{repo}/releases/assets/{asset}", "assets.delete", assets::delete),
    get("/api/v3/repos/{owner}/{repo}/releases/{release}", "releases.get", releases::get),
    patch("/api/v3/repos/{owner}/{repo}/releases/{release}", "releases.edit", releases::edit),
    get("/api/v3/repos/{owner}/{repo}/releases/{release}/assets", "assets.list", assets::list),
    post("/api/uploads/repos/{owner}/{repo}/releases/{release}/assets", "assets.create", assets::create),
    get("/storage/{asset}", "assets.download", assets::storage),
    get("/api/v3/repos/{owner}/{repo}/actions/workflows", "workflows.list", workflows::list),
    post(
        "/api/v3/repos/{owner}/{repo}/actions/workflows/{workflow}/dispatches",
        "workflows.dispatch",
        workflows::dispatch,
    ),
    get(
        "/api/v3/repos/{owner}/{repo}/actions/workflows/{workflow}/runs",
        "runs.of-workflow",
        runs::of_workflow,
    ),
    get("/api/v3/repos/{owner}/{repo}/actions/runs", "runs.list", runs::list),
    get("/api/v3/repos/{owner}/{repo}/actions/runs/{run}", "runs.get", runs::get),
    get("/api/v3/repositories/{id}", "repositories.by-id", repos::by_id),
    patch("/api/v3/repositories/{id}", "repositories.by-id", repos::by_id),
    get("/api/v3/repositories/{id}/{rest...}", "repositories.by-id", repos::by_id),
    post("/api/v3/repositories/{id}/{rest...}", "repositories.by-id", repos::by_id),
    patch("/api/v3/repositories/{id}/{rest...}", "repositories.by-id", repos::by_id),
    delete("/api/v3/repositories/{id}/{rest...}", "repositories.by-id", repos::by_id),
];
