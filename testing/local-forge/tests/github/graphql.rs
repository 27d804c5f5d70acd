//! GraphQL: commits with their pull requests.

use local_forge::{Access, MergeStyle, NewPull, NewRepo, Permission, Permissions, Role};
use serde_json::{Value, json};

use crate::api::{Answer, Api, GitHub};

const REPO: &str = "acme/core";

const HISTORY: &str = "query($owner: String!, $name: String!, $head: GitObjectID!) {
    repository(owner: $owner, name: $name) {
        object(oid: $head) { ... on Commit { history(first: 100) {
            nodes { ...commit } totalCount pageInfo { hasNextPage endCursor }
        } } }
    }
}
fragment commit on Commit {
    oid message authoredDate committedDate
    parents(first: 10) { nodes { oid } }
    associatedPullRequests(first: 5) {
        totalCount
        nodes {
            number title url merged mergeCommit { oid } baseRefName
            labels(first: 100) { nodes { name } }
        }
    }
}";

fn history(api: &Api<'_>, head: &str) -> Answer {
    api.graphql(HISTORY, &json!({ "owner": "acme", "name": "core", "head": head }))
}

fn nodes(answer: &Answer) -> &[Value] {
    let nodes = answer.body["data"]["repository"]["object"]["history"]["nodes"].as_array();
    nodes.unwrap_or_else(|| panic!("{}", answer.body))
}

/// The numbers of the pull requests of each commit, newest commit first.
fn numbers(answer: &Answer) -> Vec<Vec<u64>> {
    let of = |commit: &Value| {
        let pulls = commit["associatedPullRequests"]["nodes"].as_array().unwrap();
        pulls.iter().map(|pull| pull["number"].as_u64().unwrap()).collect()
    };
    nodes(answer).iter().map(of).collect()
}

#[test]
fn every_commit_of_a_merge_a_squash_and_a_rebase_tells_its_pull_request() {
    for (style, expected) in [
        (MergeStyle::Merge, vec![vec![1], vec![1], vec![1], vec![]]),
        (MergeStyle::Squash, vec![vec![1], vec![]]),
        (MergeStyle::MergeQueue, vec![vec![1], vec![]]),
        (MergeStyle::Rebase, vec![vec![1], vec![1], vec![]]),
    ] {
        let forge = GitHub::start();
        forge.repo(REPO);
        let new = NewPull { labels: &["release:minor"], commits: 2, ..NewPull::titled("Add x") };
        let pull = forge.pull_request(REPO, &new);
        let merged = forge.merge(REPO, pull.number, style);
        let api = Api::of(&forge, forge.job_token(REPO));
        let answer = history(&api, &merged);
        assert_eq!(numbers(&answer), expected, "{style:?}");
        let commit = &nodes(&answer)[0];
        let told = &commit["associatedPullRequests"]["nodes"][0];
        assert_eq!(told["merged"], true);
        assert_eq!(told["mergeCommit"]["oid"], merged.as_str());
        assert_eq!(told["baseRefName"], "main");
        assert_eq!(told["labels"]["nodes"], json!([{ "name": "release:minor" }]));
        assert_eq!(told["url"], format!("{}/acme/core/pull/1", forge.url()));
        let rest = api.get(&format!("/repos/acme/core/commits/{merged}/pulls"));
        assert_eq!(rest.body[0]["number"], 1);
        assert_eq!(rest.body[0]["merge_commit_sha"], merged.as_str());
    }
}

#[test]
fn a_promoted_commit_tells_its_own_pull_request_beside_the_promotion() {
    let forge = GitHub::start();
    forge.repo(REPO);
    forge.commit(REPO, "staging", &[("s", "s")], "staging begins");
    let feature = NewPull { base: "staging", ..NewPull::titled("feature") };
    let feature = forge.pull_request(REPO, &feature);
    forge.merge(REPO, feature.number, MergeStyle::Squash);
    let promotion = NewPull { head: "staging", commits: 0, ..NewPull::titled("promote") };
    let promotion = forge.pull_request(REPO, &promotion);
    let merged = forge.merge(REPO, promotion.number, MergeStyle::Merge);
    let api = Api::of(&forge, forge.job_token(REPO));
    assert_eq!(numbers(&history(&api, &merged)), [vec![2], vec![1, 2], vec![2], vec![]]);
}

#[test]
fn an_open_pull_request_is_told_of_its_commits_only_while_they_are_elsewhere() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let pull = forge.pull_request(REPO, &NewPull::titled("open"));
    let api = Api::of(&forge, forge.job_token(REPO));
    let answer = history(&api, &pull.head);
    assert_eq!(numbers(&answer), [vec![1], vec![]]);
    assert_eq!(nodes(&answer)[0]["associatedPullRequests"]["nodes"][0]["merged"], false);
    forge.close(REPO, pull.number);
    assert_eq!(numbers(&history(&api, &pull.head)), [vec![], Vec::<u64>::new()]);
}

#[test]
fn lookups_lag_behind_a_merge() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let pull = forge.pull_request(REPO, &NewPull::titled("x"));
    forge.lag_pull_lookup(2);
    let merged = forge.merge(REPO, pull.number, MergeStyle::Squash);
    let api = Api::of(&forge, forge.job_token(REPO));
    assert_eq!(numbers(&history(&api, &merged)), [vec![], Vec::<u64>::new()]);
    assert_eq!(api.get(&format!("/repos/acme/core/commits/{merged}/pulls")).body, json!([]));
    assert_eq!(numbers(&history(&api, &merged)), [vec![1], vec![]]);
}

#[test]
fn the_last_merges_are_told_newest_first_and_the_open_ones_are_not() {
    let forge = GitHub::start();
    forge.repo(REPO);
    for title in ["one", "two", "open", "three"] {
        let pull = forge.pull_request(REPO, &NewPull::titled(title));
        if title != "open" {
            forge.merge(REPO, pull.number, MergeStyle::Squash);
        }
    }
    let api = Api::of(&forge, forge.job_token(REPO));
    let titles = |answer: &Answer| -> Vec<String> {
        let told = &answer.body["data"]["repository"]["pullRequests"];
        let nodes = told["nodes"].as_array().unwrap_or_else(|| panic!("{}", answer.body));
        nodes.iter().map(|pull| pull["title"].as_str().unwrap().to_owned()).collect()
    };
    let ask = |arguments: &str| {
        let query = format!(
            "{{ repository(owner: \"acme\", name: \"core\") {{ pullRequests({arguments}) {{ nodes {{ title }} }} }} }}"
        );
        titles(&api.graphql(&query, &json!({})))
    };
    let order = "orderBy: { field: UPDATED_AT, direction: DESC }";
    assert_eq!(ask(&format!("first: 9, states: MERGED, {order}")), ["three", "two", "one"]);
    assert_eq!(ask(&format!("first: 2, states: [MERGED, OPEN], {order}")), ["three", "open"]);
    assert_eq!(ask("first: 9"), ["one", "two", "open", "three"]);
    forge.lag_pull_lookup(1);
    let late = forge.pull_request(REPO, &NewPull::titled("late"));
    forge.merge(REPO, late.number, MergeStyle::Squash);
    assert_eq!(ask(&format!("first: 1, states: MERGED, {order}")), ["three"]);
    assert_eq!(ask(&format!("first: 1, states: MERGED, {order}")), ["late"]);
}

#[test]
fn aliases_ask_for_many_commits_at_once() {
    let forge = GitHub::start();
    let first = forge.repo(REPO);
    let second = forge.commit(REPO, "main", &[("a", "a")], "second\n\nbody");
    let api = Api::of(&forge, forge.job_token(REPO));
    let query = format!(
        "{{ repository(owner: \"acme\", name: \"core\") {{
            c0: object(oid: \"{second}\") {{ ... on Commit {{ message messageHeadline parents(first: 1) {{ nodes {{ oid }} }} }} }}
            c1: object(oid: \"{first}\") {{ oid __typename }}
            c2: object(oid: \"0123456789012345678901234567890123456789\") {{ oid }}
        }} }}"
    );
    let answer = api.graphql(&query, &json!({}));
    let expected = json!({
        "c0": { "message": "second\n\nbody", "messageHeadline": "second", "parents": { "nodes": [{ "oid": first }] } },
        "c1": { "oid": first, "__typename": "Commit" },
        "c2": null,
    });
    assert_eq!(answer.body, json!({ "data": { "repository": expected } }));
}

#[test]
fn history_goes_on_behind_a_cursor() {
    let forge = GitHub::start();
    forge.repo(REPO);
    for index in 0..4 {
        forge.commit(REPO, "main", &[("n", &index.to_string())], &format!("{index}"));
    }
    let api = Api::of(&forge, forge.job_token(REPO));
    let query = "query($after: String) { repository(owner: \"acme\", name: \"core\") { defaultBranchRef { target {
        ... on Commit { history(first: 2, after: $after) { nodes { message } totalCount pageInfo { hasNextPage endCursor } } }
    } } } }";
    let mut after = Value::Null;
    let mut messages = Vec::new();
    for _ in 0..3 {
        let answer = api.graphql(query, &json!({ "after": after }));
        let page = &answer.body["data"]["repository"]["defaultBranchRef"]["target"]["history"];
        assert_eq!(page["totalCount"], 5, "{}", answer.body);
        let told = page["nodes"].as_array().unwrap().iter();
        messages.extend(told.map(|commit| commit["message"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(messages, ["3", "2", "1", "0", "Initial commit"]);
}

#[test]
fn what_is_not_permitted_is_null_with_an_error_beside_it() {
    let forge = GitHub::start();
    let commit = forge.new_repo(REPO, &NewRepo { private: true, ..NewRepo::default() });
    let reading = Permissions::none().with(Permission::Contents, Access::Read);
    let api = Api::of(&forge, forge.narrowed_job_token(REPO, reading));
    let answer = history(&api, &commit);
    assert_eq!(answer.status, 200);
    assert_eq!(nodes(&answer)[0]["associatedPullRequests"], Value::Null);
    let error = &answer.body["errors"][0];
    assert_eq!(error["type"], "FORBIDDEN");
    assert_eq!(error["message"], "Resource not accessible by integration");
    assert_eq!(
        error["path"],
        json!(["repository", "object", "history", "nodes", 0, "associatedPullRequests"])
    );
    let stranger = Api::of(&forge, forge.token(Role::Read));
    let answer = history(&stranger, &commit);
    assert_eq!(answer.body["data"], json!({ "repository": null }));
    assert_eq!(answer.body["errors"][0]["type"], "NOT_FOUND");
    assert_eq!(history(&Api::of(&forge, ""), &commit).status, 401);
}

#[test]
fn an_unknown_field_is_refused_before_anything_is_read() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let api = Api::of(&forge, forge.job_token(REPO));
    let answer = api.graphql("{ repository(owner: \"acme\", name: \"core\") { stars } }", &json!({}));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["errors"][0]["message"], "Field 'stars' doesn't exist on type 'Repository'");
    assert_eq!(answer.body["errors"][0]["extensions"]["code"], "undefinedField");
    assert!(answer.body.get("data").is_none());
    let answer = history_without_bounds(&api);
    assert_eq!(answer.body["errors"][0]["type"], "MISSING_PAGINATION_BOUNDARIES");
    // What was asked here is wrong on purpose.
    forge.forget_exchanges();
}

fn history_without_bounds(api: &Api<'_>) -> Answer {
    let query = "{ repository(owner: \"acme\", name: \"core\") { object(expression: \"main\") { ... on Commit { history { totalCount } } } } }";
    api.graphql(query, &json!({}))
}
