//! What installers read: HTML, whatever they accept.

use std::fmt::Write as _;

use loopback::{Request, Response};

use super::access::may_read;
use super::{Refusal, plain};
use crate::core::Index;
use crate::reply;
use crate::store::{Project, normalised};

/// The page of one project, by any spelling of its name, with a slash at the end or without.
pub(super) fn project(
    index: &Index,
    request: &Request,
    owner: &str,
    name: &str,
) -> Result<Response, Refusal> {
    may_read(index, request, owner)?;
    let Some(project) = index.store().seen(owner, name) else { return Ok(plain(404, "")) };
    let files = format!("{}/api/packages/{owner}/pypi/files/{}", index.base, normalised(name));
    Ok(reply::typed(200, "text/html; charset=utf-8", page(&files, project)))
}

/// The template with its blanks, which stay in place where nothing is filled in.
fn page(files: &str, mut project: Project) -> String {
    // As text: 0.10.0 stands before 0.9.0.
    project.releases.sort_by(|one, other| one.version.cmp(&other.version));
    let title = escaped(&format!("Links for {}", project.name));
    let mut page = format!(
        "<!DOCTYPE html>\n<html>\n\t<head>\n\t\t<title>{title}</title>\n\t</head>\n\t<body><h1>{title}</h1>\n\t\t"
    );
    for release in &project.releases {
        page.push_str("\n\t\t\t\n\t\t\t");
        for file in &release.files {
            let address =
                escaped(&format!("{files}/{}/{}#sha256={}", release.version, file.name, file.sha256()));
            let requires = file
                .requires_python()
                .map(|requires| format!(" data-requires-python=\"{}\"", escaped(requires)))
                .unwrap_or_default();
            let name = escaped(&file.name);
            write!(page, "\n\t\t\t\t<a href=\"{address}\"{requires}>{name}</a><br>\n\t\t\t")
                .expect("into a string");
        }
        page.push_str("\n\t\t");
    }
    page.push_str("\n\t</body>\n</html>\n");
    page
}

/// As Go's templates escape: the plus too.
fn escaped(text: &str) -> String {
    reply::escaped(text).replace('+', "&#43;")
}
