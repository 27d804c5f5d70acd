//! What the index serves.

use local_index::{Dialect, LocalIndex, wheel};
use serde_json::json;

use crate::client::{get, json, text};

const JSON: &str = "application/vnd.pypi.simple.v1+json";

#[test]
fn pypi_serves_the_form_that_is_liked_most() {
    let index = LocalIndex::start(Dialect::PyPI);
    let sample = wheel("alpha", "1.0");
    index.publish("alpha", "1.0", &sample.file_name, sample.bytes.clone());
    let url = format!("{}/packages/{}/{}", index.url(), sample.sha256, sample.file_name);

    let page = get(&index, "/simple/alpha/", &format!("text/html;q=0.1, {JSON}"));
    assert_eq!(page.headers()["content-type"], JSON);
    let page = json(&page);
    assert_eq!(page["versions"], json!(["1.0"]));
    assert_eq!(page["files"][0]["url"], url);
    assert_eq!(page["files"][0]["hashes"], json!({ "sha256": sample.sha256 }));

    let page = get(&index, "/simple/alpha/", "*/*");
    assert_eq!(page.headers()["content-type"], "text/html; charset=UTF-8");
    let anchor = format!("<a href=\"{url}#sha256={}\">{}</a>", sample.sha256, sample.file_name);
    assert!(text(&page).contains(&anchor), "{}", text(&page));

    assert_eq!(get(&index, "/simple/alpha/", "application/json").status(), 406);
    let file = get(&index, &url.replace(&index.url(), ""), "*/*");
    assert_eq!(file.body(), &sample.bytes);
}

#[test]
fn pypi_leads_other_spellings_to_the_one_page() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.new_project("alpha-beta");
    for path in ["/simple/Alpha_Beta/", "/simple/alpha-beta", "/simple/alpha.beta/"] {
        let answer = get(&index, path, JSON);
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (301, &"/simple/alpha-beta/".parse().unwrap())
        );
    }
    assert_eq!(get(&index, "/simple/alpha-beta/", JSON).status(), 200);
    assert_eq!(get(&index, "/simple/gamma/", JSON).status(), 404);
}

#[test]
fn a_deleted_file_leaves_its_version_and_a_yanked_one_says_so() {
    let index = LocalIndex::start(Dialect::PyPI);
    for version in ["0.10.0", "0.9.0"] {
        index.publish("alpha", version, &format!("alpha-{version}.tar.gz"), version);
    }
    index.delete_file("alpha", "alpha-0.10.0.tar.gz");
    index.yank("alpha", "0.9.0");
    let page = json(&get(&index, "/simple/alpha/", JSON));
    assert_eq!(page["versions"], json!(["0.9.0", "0.10.0"]));
    assert_eq!(page["files"].as_array().unwrap().len(), 1);
    assert_eq!(page["files"][0]["yanked"], true);
}

#[test]
fn a_file_shows_only_after_so_many_readings_of_its_page() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let index = LocalIndex::start(dialect);
        index.publish("alpha", "1.0", "alpha-1.0.tar.gz", "there");
        index.set_staleness(2);
        let sample = wheel("alpha", "1.0");
        let token = index.token(local_index::Role::Publisher);
        let upload = crate::client::Upload {
            sample: &sample,
            project: "alpha",
            version: "1.0",
            user: index.user(),
            token: &token,
            fields: &[],
        };
        assert!(upload.send(&index).status().is_success());
        let path = format!("{}alpha/", index.simple_url().replace(&index.url(), ""));
        let shows = |what: &str| text(&get(&index, &path, JSON)).contains(what);
        assert_eq!([(); 3].map(|()| shows(&sample.file_name)), [false, false, true], "{dialect}");
        assert!(shows("alpha-1.0.tar.gz"));
    }
}

#[test]
fn a_new_project_is_unknown_until_its_first_file_shows() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.set_staleness(1);
    let sample = wheel("alpha", "1.0");
    let token = index.token(local_index::Role::Publisher);
    let (user, fields) = ("__token__", &[][..]);
    let upload = crate::client::Upload {
        sample: &sample,
        project: "alpha",
        version: "1.0",
        user,
        token: &token,
        fields,
    };
    assert_eq!(upload.send(&index).status(), 200);
    let statuses = [(); 2].map(|()| get(&index, "/simple/alpha/", JSON).status().as_u16());
    assert_eq!(statuses, [404, 200]);
}
