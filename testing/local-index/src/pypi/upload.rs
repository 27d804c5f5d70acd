//! Taking files in.
//! <https://docs.pypi.org/api/upload/>

use loopback::{Request, Response};

use super::rules::{Verdict, check_archive, check_form, check_place};
use crate::core::Index;
use crate::form::Form;
use crate::reply::{self, escaped};
use crate::store::accounts::{Grant, Role, basic};
use crate::store::{Store, normalised};

const INVALID: &str = "Invalid or non-existent authentication information. See \
                       https://pypi.org/help/#invalid-auth for more information.";

/// Answers an upload.
pub(super) fn upload(index: &Index, request: &Request) -> Response {
    let form = match Form::read(request) {
        Ok(form) => form,
        Err(why) => return refusal(400, &format!("Invalid upload: {why}")),
    };
    match take(&mut index.store(), request, &form) {
        Ok(()) => reply::typed(200, "text/html; charset=UTF-8", ""),
        Err((status, why)) => refusal(status, &why),
    }
}

fn take(store: &mut Store, request: &Request, form: &Form) -> Result<(), (u16, String)> {
    let bad = |why| (400, why);
    let now = store.now();
    let grant = basic(request)
        .filter(|(user, _)| user == "__token__")
        .and_then(|(_, token)| store.accounts.grant(&token, now).cloned())
        .ok_or_else(|| (403, INVALID.to_owned()))?;
    let (version, content) = check_form(form).map_err(bad)?;
    let name = form.field("name");
    check_right(store, &grant, name)?;
    check_archive(form, &version, content).map_err(bad)?;
    let verdict = check_place(store, store.project("", name), &version, form, content).map_err(bad)?;
    if let Verdict::New { version } = verdict {
        store.add("", name, &version, &content.file_name, form);
    }
    Ok(())
}

/// Anybody may make a project; only its owner and its publisher may add to it.
fn check_right(store: &Store, grant: &Grant, name: &str) -> Result<(), (u16, String)> {
    let allowed = match grant {
        Grant::Of(Role::Publisher) => true,
        Grant::Of(_) => store.project("", name).is_none(),
        Grant::Minted { project, .. } => *project == normalised(name),
    };
    if allowed {
        return Ok(());
    }
    let why = match grant {
        Grant::Of(_) => format!("The user 'stranger' isn't allowed to upload to project '{name}'."),
        Grant::Minted { .. } => {
            format!("Invalid API Token: project-scoped token is not valid for project: '{name}'")
        }
    };
    Err((403, format!("{why} See https://pypi.org/help/#project-name for more information.")))
}

/// PyPI tells the reason in the status line and in a page.
fn refusal(status: u16, why: &str) -> Response {
    let reason = if status == 403 { "Forbidden" } else { "Bad Request" };
    let why = escaped(why);
    let page = format!(
        "<html>\n <head>\n  <title>{status} {why}</title>\n </head>\n <body>\n  <h1>{status} {why}</h1>\n  \
         {reason}<br/><br/>\n{why}\n\n\n </body>\n</html>"
    );
    reply::typed(status, "text/html; charset=UTF-8", page)
}
