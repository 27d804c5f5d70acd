//! What installers read.
//! <https://packaging.python.org/en/latest/specifications/simple-repository-api/>

use std::fmt::Write as _;

use http::header;
use loopback::{Request, Response};
use pep440_rs::Version;
use serde_json::{Value, json};

use super::not_found;
use crate::core::Index;
use crate::reply::{self, escaped};
use crate::store::{Project, normalised};

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const HTML: &str = "application/vnd.pypi.simple.v1+html";
const OLD_HTML: &str = "text/html";

/// The version of the API that is spoken: with `versions`, `size` and `upload-time`.
const API_VERSION: &str = "1.1";

/// The page of all projects.
pub(super) fn projects(index: &Index, request: &Request) -> Response {
    let Some(form) = negotiated(request) else { return not_acceptable() };
    let store = index.store();
    let names: Vec<&str> = store.projects().map(|(_, project)| project.name.as_str()).collect();
    if form == JSON {
        let projects: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
        let page = json!({ "meta": { "api-version": API_VERSION }, "projects": projects });
        return page_of(form, page.to_string());
    }
    let mut anchors = String::new();
    for name in names {
        let path = normalised(name);
        writeln!(anchors, "    <a href=\"/simple/{path}/\">{}</a>", escaped(name)).expect("into a string");
    }
    page_of(form, html("Simple index", &anchors))
}

/// The page of one project.
pub(super) fn project(index: &Index, request: &Request, name: &str, slash: bool) -> Response {
    if name != normalised(name) || !slash {
        let place = format!("/simple/{}/", normalised(name));
        return reply::with_header(reply::empty(301), "location", &place);
    }
    let Some(form) = negotiated(request) else { return not_acceptable() };
    let Some(project) = index.store().seen("", name) else { return not_found() };
    let body = if form == JSON { as_json(index, &project) } else { as_html(index, &project) };
    page_of(form, body)
}

/// A file, by its digest and name.
pub(super) fn download(index: &Index, digest: &str, name: &str) -> Response {
    let store = index.store();
    let mut files =
        store.projects().flat_map(|(_, project)| &project.releases).flat_map(|release| &release.files);
    match files.find(|file| file.name == name && file.sha256() == digest) {
        Some(file) => reply::typed(200, "application/octet-stream", file.bytes.clone()),
        None => not_found(),
    }
}

fn as_json(index: &Index, project: &Project) -> String {
    let files = project.releases.iter().flat_map(|release| &release.files).map(|file| {
        json!({
            "filename": file.name,
            "url": format!("{}/packages/{}/{}", index.base, file.sha256(), file.name),
            "hashes": { "sha256": file.sha256() },
            "requires-python": file.requires_python(),
            "size": file.bytes.len(),
            "upload-time": file.uploaded.to_string(),
            "yanked": file.yanked,
        })
    });
    let files: Vec<Value> = files.collect();
    let mut versions: Vec<&str> = project.releases.iter().map(|release| release.version.as_str()).collect();
    versions.sort_by_key(|version| version.parse::<Version>().ok());
    let meta = json!({ "api-version": API_VERSION });
    json!({ "meta": meta, "name": normalised(&project.name), "files": files, "versions": versions })
        .to_string()
}

fn as_html(index: &Index, project: &Project) -> String {
    let mut anchors = String::new();
    for file in project.releases.iter().flat_map(|release| &release.files) {
        let sha256 = file.sha256();
        let requires = file
            .requires_python()
            .map(|requires| format!(" data-requires-python=\"{}\"", escaped(requires)))
            .unwrap_or_default();
        let yanked = if file.yanked { " data-yanked=\"\"" } else { "" };
        let name = escaped(&file.name);
        writeln!(
            anchors,
            "<a href=\"{}/packages/{sha256}/{name}#sha256={sha256}\"{requires}{yanked}>{name}</a><br />",
            index.base
        )
        .expect("into a string");
    }
    let title = format!("Links for {}", normalised(&project.name));
    html(&title, &format!("    <h1>{title}</h1>\n{anchors}"))
}

fn html(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta name=\"pypi:repository-version\" content=\"{API_VERSION}\">\n    \
         <title>{title}</title>\n  </head>\n  <body>\n{body}  </body>\n</html>\n"
    )
}

fn page_of(form: &'static str, body: String) -> Response {
    let form = if form == OLD_HTML { "text/html; charset=UTF-8" } else { form };
    reply::with_header(reply::typed(200, form, body), "vary", "Accept, Accept-Encoding")
}

fn not_acceptable() -> Response {
    reply::text(406, "406 Not Acceptable")
}

/// The form that the client likes most; the plain one where it does not say.
fn negotiated(request: &Request) -> Option<&'static str> {
    let Some(accept) = request.headers().get(header::ACCEPT) else { return Some(OLD_HTML) };
    let mut best: Option<(f32, &'static str)> = None;
    for range in accept.to_str().unwrap_or_default().split(',') {
        let mut parts = range.split(';').map(str::trim);
        let form = match parts.next().unwrap_or_default() {
            JSON | "application/vnd.pypi.simple.latest+json" => JSON,
            HTML | "application/vnd.pypi.simple.latest+html" => HTML,
            OLD_HTML | "text/*" | "*/*" => OLD_HTML,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
        if quality > 0.0 && best.is_none_or(|(so_far, _)| quality > so_far) {
            best = Some((quality, form));
        }
    }
    best.map(|(_, form)| form)
}
