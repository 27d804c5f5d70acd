//! Packages over the REST API: listing, looking, deleting.
//! <https://docs.gitea.com/api/1.25/#tag/package>

use http::{HeaderValue, header};
use loopback::{Request, Response};
use serde_json::{Value, json};

use super::access::{may_read, may_write};
use super::{Refusal, plain};
use crate::core::Index;
use crate::reply;
use crate::store::{Project, Release, normalised};

/// The owner's packages, a version each, the newest first.
pub(super) fn packages(index: &Index, request: &Request, owner: &str) -> Result<Response, Refusal> {
    may_read(index, request, owner)?;
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let field = |name: &str| query.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let number = |name: &str, otherwise| field(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (page, limit): (usize, usize) = (number("page", 1), number("limit", 30));
    let wanted = field("q").unwrap_or_default().to_lowercase();

    let store = index.store();
    let mut found: Vec<(&Project, &Release)> = store
        .projects()
        .filter(|(of, project)| {
            of.eq_ignore_ascii_case(owner) && project.name.to_lowercase().contains(&wanted)
        })
        .flat_map(|(_, project)| project.releases.iter().map(move |release| (project, release)))
        .collect();
    found.sort_by_key(|(_, release)| std::cmp::Reverse(release.id));
    let total = found.len();
    let shown = found.into_iter().skip(page.saturating_sub(1) * limit).take(limit);
    let list = shown.map(|(project, release)| described(index, owner, project, release)).collect();
    Ok(reply::with_header(json_answer(&Value::Array(list)), "x-total-count", &total.to_string()))
}

/// One version.
pub(super) fn package(
    index: &Index,
    request: &Request,
    owner: &str,
    project: &str,
    version: &str,
) -> Result<Response, Refusal> {
    may_read(index, request, owner)?;
    let store = index.store();
    let project = store.project(owner, project);
    let release = project.and_then(|project| Some((project, project.release(version)?)));
    Ok(match release {
        Some((project, release)) => json_answer(&described(index, owner, project, release)),
        None => missing(),
    })
}

/// The files of one version.
pub(super) fn files(
    index: &Index,
    request: &Request,
    owner: &str,
    project: &str,
    version: &str,
) -> Result<Response, Refusal> {
    may_read(index, request, owner)?;
    let store = index.store();
    let release = store.project(owner, project).and_then(|project| project.release(version));
    let Some(release) = release else { return Ok(missing()) };
    let list = release.files.iter().map(
        |file| json!({ "id": file.id, "size": file.bytes.len(), "name": file.name, "sha256": file.sha256() }),
    );
    Ok(json_answer(&Value::Array(list.collect())))
}

/// Deletes one version; its files can be uploaded again.
pub(super) fn delete(
    index: &Index,
    request: &Request,
    owner: &str,
    project: &str,
    version: &str,
) -> Result<Response, Refusal> {
    may_write(index, request, owner)?;
    let removed = index.store().remove_release(owner, project, version);
    Ok(if removed { reply::empty(204) } else { missing() })
}

fn described(index: &Index, owner: &str, project: &Project, release: &Release) -> Value {
    let user = |id: u64, login: &str, email: &str| json!({ "id": id, "login": login, "full_name": "", "email": email, "username": login });
    let path = normalised(&project.name);
    json!({
        "id": release.id,
        "owner": user(5, owner, ""),
        "repository": null,
        "creator": user(1, "root1", "r@e.local"),
        "type": "pypi",
        "name": project.name,
        "version": release.version,
        "html_url": format!("{}/{owner}/-/packages/pypi/{path}/{}", index.base, release.version),
        "created_at": release.created.to_string(),
    })
}

fn json_answer(body: &Value) -> Response {
    let mut answer = reply::json(200, body);
    let kind = HeaderValue::from_static("application/json;charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

fn missing() -> Response {
    plain(404, "package does not exist")
}
