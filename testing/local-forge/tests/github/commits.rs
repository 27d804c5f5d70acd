//! Comparing commits.

use local_forge::{Access, Permission, Permissions};
use serde_json::{Value, json};

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";

fn subjects(comparison: &Value) -> Vec<&str> {
    let commits = comparison["commits"].as_array().unwrap();
    commits.iter().map(|commit| commit["commit"]["message"].as_str().unwrap()).collect()
}

#[test]
fn a_comparison_tells_how_two_commits_stand_to_each_other() {
    let forge = GitHub::start();
    let root = forge.repo(REPO);
    forge.commit(REPO, "main", &[("a", "a")], "one");
    let main = forge.commit(REPO, "main", &[("b", "b")], "two");
    let side = forge.commit_from(REPO, "side", "main", &[("c", "c")], "three");
    let other = forge.commit(REPO, "main", &[("d", "d")], "four");
    let api = Api::of(&forge, forge.job_token(REPO));
    let compare = |base: &str, head: &str| api.get(&format!("/repos/acme/core/compare/{base}...{head}")).body;

    let ahead = compare(&root, &main);
    assert_eq!((ahead["status"].as_str(), ahead["ahead_by"].as_u64()), (Some("ahead"), Some(2)));
    assert_eq!(subjects(&ahead), ["one", "two"]);
    assert_eq!(ahead["merge_base_commit"]["sha"], root.as_str());
    assert_eq!(ahead["files"][0]["filename"], "a");
    let behind = compare(&main, &root);
    assert_eq!((behind["status"].as_str(), behind["behind_by"].as_u64()), (Some("behind"), Some(2)));
    assert_eq!(behind["commits"], json!([]));
    let diverged = compare(&side, &other);
    assert_eq!(diverged["status"], "diverged");
    assert_eq!((diverged["ahead_by"].as_u64(), diverged["behind_by"].as_u64()), (Some(1), Some(1)));
    assert_eq!(diverged["files"].as_array().unwrap().len(), 1);
    assert_eq!(compare("main", &other)["status"], "identical");
    let unknown = api.get("/repos/acme/core/compare/main...nothing");
    assert_eq!((unknown.status, unknown.message()), (404, "Not Found"));
}

#[test]
fn pages_go_on_with_the_oldest_and_only_the_first_tells_the_files() {
    let forge = GitHub::start();
    let root = forge.repo(REPO);
    for index in 0..5 {
        forge.commit(REPO, "main", &[("n", &index.to_string())], &index.to_string());
    }
    let api = Api::of(&forge, forge.job_token(REPO));
    let page =
        |number: usize| api.get(&format!("/repos/acme/core/compare/{root}...main?per_page=2&page={number}"));
    let (first, last) = (page(1), page(3));
    assert_eq!((subjects(&first.body), subjects(&last.body)), (vec!["0", "1"], vec!["4"]));
    assert_eq!(first.body["total_commits"], 5);
    assert_eq!(first.body["files"].as_array().unwrap().len(), 1);
    assert!(last.body.get("files").is_none());
    let id = api.get("/repos/acme/core").body["id"].clone();
    let place = format!("{}/repositories/{id}/compare/{root}...main?per_page=2&page=", forge.api_url());
    assert_eq!(first.header("link").unwrap(), format!("<{place}2>; rel=\"next\", <{place}3>; rel=\"last\""));
    let followed = api.get(&format!("/repositories/{id}/compare/{root}...main?per_page=2&page=2"));
    assert_eq!(subjects(&followed.body), ["2", "3"]);
}

#[test]
fn of_many_changed_files_three_hundred_are_told_and_a_renamed_one_with_its_old_name() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let names: Vec<String> = (0..301).map(|index| format!("{index:03}.txt")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let many = forge.commit(REPO, "main", &files, "many");
    let api = Api::of(&forge, forge.job_token(REPO));
    let told = api.get(&format!("/repos/acme/core/compare/{many}~1...{many}"));
    assert_eq!(told.body["files"].as_array().unwrap().len(), 300);

    let forge = GitHub::start();
    forge.repo(REPO);
    let text = "a long enough text to be known again\nin two lines\n";
    forge.commit(REPO, "main", &[("old.txt", text)], "old");
    let moved = forge.rename_file(REPO, "main", "old.txt", "new.txt", "moved");
    let api = Api::of(&forge, forge.job_token(REPO));
    let told = api.get(&format!("/repos/acme/core/commits/{moved}"));
    let file = &told.body["files"][0];
    assert_eq!((file["status"].as_str(), file["filename"].as_str()), (Some("renamed"), Some("new.txt")));
    assert_eq!(file["previous_filename"], "old.txt");
    assert_eq!(told.body["stats"]["total"], 0);
}

#[test]
fn a_private_repository_is_compared_only_with_the_permission() {
    let forge = GitHub::start();
    forge.new_repo(REPO, &local_forge::NewRepo { private: true, ..local_forge::NewRepo::default() });
    let permissions = Permissions::none().with(Permission::PullRequests, Access::Read);
    let api = Api::of(&forge, forge.narrowed_job_token(REPO, permissions));
    let refused = api.get("/repos/acme/core/compare/main...main");
    assert_eq!((refused.status, refused.message()), (403, "Resource not accessible by integration"));
    assert_eq!(refused.header("x-accepted-github-permissions"), Some("contents=read"));
    assert_eq!(Api::of(&forge, "").get("/repos/acme/core/compare/main...main").status, 404);
}
