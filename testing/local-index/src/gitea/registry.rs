//! Taking files in and giving them out.
//! <https://docs.gitea.com/usage/packages/pypi>

use loopback::{Request, Response};
use pep440_rs::Version;

use super::access::{may_read, may_write};
use super::{Refusal, plain};
use crate::core::Index;
use crate::form::Form;
use crate::reply;
use crate::store::{digests, is_project_name};

/// Answers an upload.
pub(super) fn upload(index: &Index, request: &Request, owner: &str) -> Result<Response, Refusal> {
    may_write(index, request, owner)?;
    let form = Form::read(request).map_err(|_| plain(400, "invalid form"))?;
    let Some(content) = &form.content else { return Ok(plain(400, "http: no such file")) };
    if !form.field("sha256_digest").eq_ignore_ascii_case(&digests::sha256(&content.bytes)) {
        return Ok(plain(400, "hash mismatch"));
    }
    // Local versions pass, and a version is kept as it was written.
    let (name, version) = (form.field("name"), form.field("version"));
    if !is_project_name(name) || version.parse::<Version>().is_err() {
        return Ok(plain(400, "invalid name or version"));
    }
    let mut store = index.store();
    let release = store.project(owner, name).and_then(|project| project.release(version));
    if release.is_some_and(|release| release.file(&content.file_name).is_some()) {
        return Ok(plain(409, "package file already exists"));
    }
    store.add(owner, &shown(name), version, &content.file_name, &form);
    Ok(reply::empty(201))
}

/// A file, by its project, version and name.
pub(super) fn download(
    index: &Index,
    request: &Request,
    owner: &str,
    place: &str,
    name: &str,
) -> Result<Response, Refusal> {
    may_read(index, request, owner)?;
    let store = index.store();
    let file = place
        .split_once('/')
        .and_then(|(project, version)| store.project(owner, project)?.release(version)?.file(name));
    Ok(match file {
        Some(file) => reply::typed(200, "application/octet-stream", file.bytes.clone()),
        None => plain(404, "package file does not exist"),
    })
}

/// A name as the registry shows it: words joined by one dash, letters as they came.
fn shown(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
