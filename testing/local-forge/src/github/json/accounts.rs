//! People, organisations and robots.

use serde_json::{Value, json};

use super::node_id;
use crate::world::accounts::{ACTIONS, Account, AccountKind};

/// The account of GitHub's own robot has this id everywhere.
const ACTIONS_ID: i64 = 41_898_282;

/// An account as it stands beside other things.
pub(in crate::github) fn simple_user(base: &str, account: &Account) -> Value {
    let Account { login, .. } = account;
    let id = if account.id == ACTIONS { ACTIONS_ID } else { account.id.0 };
    let (kind, node) = match account.kind {
        AccountKind::User => ("User", "User"),
        AccountKind::Bot => ("Bot", "Bot"),
        AccountKind::Organization => ("Organization", "Organization"),
    };
    let page_name = login.trim_end_matches("[bot]");
    let page = if account.kind == AccountKind::Bot { format!("apps/{page_name}") } else { login.clone() };
    let escaped: String = url::form_urlencoded::byte_serialize(login.as_bytes()).collect();
    let api = format!("{base}/api/v3/users/{escaped}");
    json!({
        "login": login,
        "id": id,
        "node_id": node_id(node, id),
        "avatar_url": format!("{base}/avatars/u/{id}?v=4"),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("{base}/{page}"),
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"),
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": kind,
        "user_view_type": "public",
        "site_admin": account.site_admin,
    })
}

/// An account as it sees itself.
pub(in crate::github) fn user(base: &str, account: &Account, since: &str) -> Value {
    let mut user = simple_user(base, account);
    let more = json!({
        "name": account.full_name,
        "company": null,
        "blog": "",
        "location": null,
        "email": account.email,
        "hireable": null,
        "bio": null,
        "twitter_username": null,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": since,
        "updated_at": since,
    });
    if let (Some(user), Value::Object(more)) = (user.as_object_mut(), more) {
        user.extend(more);
    }
    user
}
