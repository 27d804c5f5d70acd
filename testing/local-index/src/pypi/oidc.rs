//! From an id-token to one that uploads.
//! <https://docs.pypi.org/trusted-publishers/internals/>

use std::time::Duration;

use loopback::{Request, Response};
use serde_json::{Value, json};

use crate::core::Index;
use crate::oidc::{AUDIENCE, Refusal};
use crate::reply;
use crate::store::accounts::Grant;
use crate::store::{Store, normalised};

/// How long a minted token is good for.
const LIFE: Duration = Duration::from_mins(15);

/// Whom id-tokens must be made out to.
pub(super) fn audience(index: &Index) -> Response {
    if !index.store().trust.enabled {
        return reply::json(403, &json!({ "message": "Trusted publishing functionality not enabled" }));
    }
    reply::json(200, &json!({ "audience": AUDIENCE }))
}

/// A token in exchange for an id-token.
pub(super) fn mint(index: &Index, request: &Request) -> Response {
    let mut store = index.store();
    match exchange(&mut store, request) {
        Ok((token, expires)) => {
            reply::json(200, &json!({ "success": true, "token": token, "expires": expires }))
        }
        Err(refusal) => {
            let error = json!({ "code": refusal.code(), "description": refusal.description() });
            reply::json(422, &json!({ "message": "Token request failed", "errors": [error] }))
        }
    }
}

fn exchange(store: &mut Store, request: &Request) -> Result<(String, i64), Refusal> {
    if !store.trust.enabled {
        return Err(Refusal::NotEnabled);
    }
    let body: Value = serde_json::from_slice(request.body()).map_err(|_| Refusal::InvalidPayload)?;
    let id_token = body["token"].as_str().ok_or(Refusal::InvalidPayload)?;
    let now = store.now();
    let taken: Vec<String> = store.projects().map(|(_, project)| normalised(&project.name)).collect();
    let project = store.trust.exchange(id_token, now, |name| taken.contains(&normalised(name)))?;
    // The first use of a pending publisher makes its project.
    store.create_project("", &project);
    let until = now + LIFE;
    let grant = Grant::Minted { project: normalised(&project), until };
    Ok((store.accounts.issue(grant), until.as_second()))
}
