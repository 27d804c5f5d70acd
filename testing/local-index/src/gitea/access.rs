//! Who may do what, and what the others are told.

use loopback::Request;

use super::{Refusal, plain};
use crate::core::Index;
use crate::reply;
use crate::store::accounts::{Grant, Role, basic, bearer};

/// Lets past whoever may read: everybody but those whose token does not work, or whoever signed in where that is asked
/// for.
pub(super) fn may_read(index: &Index, request: &Request, owner: &str) -> Result<(), Refusal> {
    if caller(index, request)?.is_none() && index.store().requires_sign_in {
        return Err(sign_in());
    }
    owner_exists(index, owner)
}

/// Lets past whoever may write to the owner's packages.
///
/// A valid token without the right gets what no token gets: 401.
pub(super) fn may_write(index: &Index, request: &Request, owner: &str) -> Result<(), Refusal> {
    let caller = caller(index, request)?;
    owner_exists(index, owner)?;
    if caller == Some(Role::Publisher) {
        return Ok(());
    }
    Err(sign_in())
}

fn sign_in() -> Refusal {
    let refusal = reply::text(401, "reqPackageAccess\n");
    Box::new(reply::with_header(refusal, "www-authenticate", "Basic realm=\"Gitea Package API\""))
}

fn owner_exists(index: &Index, owner: &str) -> Result<(), Refusal> {
    let exists = index.store().owners.iter().any(|known| known.eq_ignore_ascii_case(owner));
    if exists { Ok(()) } else { Err(Box::new(plain(404, "Not found.\n"))) }
}

/// Whoever asks; `None` is nobody in particular.
///
/// A token may stand for the password or for the user.
fn caller(index: &Index, request: &Request) -> Result<Option<Role>, Refusal> {
    let offered = match (basic(request), bearer(request)) {
        (Some((user, password)), _) => vec![password, user],
        (None, Some(token)) => vec![token],
        (None, None) => return Ok(None),
    };
    let store = index.store();
    let grant = offered.iter().find_map(|token| store.accounts.grant(token, store.now()));
    match grant {
        Some(Grant::Of(role)) => Ok(Some(*role)),
        // Nobody to be: Basic without a user and a password.
        _ if offered.iter().all(String::is_empty) => Ok(None),
        _ => Err(Box::new(reply::text(401, "Failed to authenticate user\n"))),
    }
}
