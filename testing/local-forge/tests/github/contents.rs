//! Files.

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";

#[test]
fn a_file_comes_raw_or_in_json_and_a_folder_as_a_list() {
    let forge = GitHub::start();
    let first = forge.repo(REPO);
    let text = "[project]\nversion = \"1.2.3\"\n# and so on, for more than one line of base64\n";
    forge.commit(REPO, "main", &[("pkg/pyproject.toml", text), ("pkg/x.py", "")], "add");
    let api = Api::of(&forge, forge.job_token(REPO));
    let path = "/repos/acme/core/contents/pkg/pyproject.toml";
    for accept in
        ["application/vnd.github.v3.raw", "application/vnd.github.raw+json", "application/vnd.github.raw"]
    {
        let raw = api.get_as(path, accept);
        assert_eq!((raw.status, &raw.response.body()[..]), (200, text.as_bytes()));
        assert_eq!(raw.header("content-type"), Some(format!("{accept}; charset=utf-8").as_str()));
    }
    let told = api.get(path).body;
    assert_eq!((told["encoding"].as_str(), told["size"].as_u64()), (Some("base64"), Some(text.len() as u64)));
    assert!(told["content"].as_str().unwrap().lines().all(|line| line.len() <= 60));
    let folder = api.get("/repos/acme/core/contents/pkg?ref=main").body;
    assert_eq!(
        (folder[0]["name"].as_str(), folder[1]["type"].as_str()),
        (Some("pyproject.toml"), Some("file"))
    );
    let root = api.get("/repos/acme/core/contents/").body;
    assert_eq!((root[1]["path"].as_str(), root[1]["type"].as_str()), (Some("pkg"), Some("dir")));
    assert_eq!(api.get(&format!("{path}?ref={first}")).message(), "Not Found");
    let unknown = api.get(&format!("{path}?ref=nothing"));
    assert_eq!((unknown.status, unknown.message()), (404, "No commit found for the ref nothing"));
}
