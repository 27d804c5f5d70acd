//! How the index goes wrong.

use local_index::{
    Dialect, Fault, LocalIndex, OPERATIONS, Role, count, garbage, html_for_json, too_many_requests, wheel,
};

use crate::client::{Upload, address, get, text};

fn upload(index: &LocalIndex) -> std::io::Result<u16> {
    let sample = wheel("alpha", "1.0");
    let token = index.token(Role::Publisher);
    let (user, fields) = (index.user(), &[][..]);
    let upload = Upload { sample: &sample, project: "alpha", version: "1.0", user, token: &token, fields };
    Ok(upload.try_send(index)?.status().as_u16())
}

#[test]
fn a_cut_before_the_effect_leaves_no_file_and_one_after_it_leaves_one() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let index = LocalIndex::start(dialect);
        index.fail(Fault::cut("upload"));
        assert!(upload(&index).is_err());
        assert_eq!(index.files("alpha"), []);
        index.fail(Fault::cut("upload").after_the_effect());
        assert!(upload(&index).is_err());
        assert_eq!(index.files("alpha").len(), 1);
        assert_eq!((index.waiting_faults(), count(&index.exchanges(), "upload")), (0, 2));
    }
}

#[test]
fn an_operation_can_answer_nonsense_or_ask_for_patience() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.fail(garbage("read"));
    index.fail(html_for_json("audience"));
    index.fail(too_many_requests("read", 7));
    let first = get(&index, "/simple/alpha/", "*/*");
    assert_eq!(
        (first.status().as_u16(), &first.headers()["content-type"]),
        (200, &"application/octet-stream".parse().unwrap())
    );
    assert!(text(&get(&index, "/_/oidc/audience", "*/*")).contains("maintenance"));
    let second = get(&index, "/simple/alpha/", "*/*");
    assert_eq!((second.status().as_u16(), &second.headers()["retry-after"]), (429, &"7".parse().unwrap()));
}

#[test]
fn every_operation_of_a_release_has_its_name() {
    let index = LocalIndex::start(Dialect::PyPI);
    let send = |method: &str, path: &str| {
        let request = http::Request::builder().method(method).uri(path).body(bytes::Bytes::new()).unwrap();
        loopback::send(address(&index), request).unwrap();
    };
    send("GET", "/_/oidc/audience");
    send("GET", "/_/id-token?audience=pypi");
    send("POST", "/_/oidc/mint-token");
    send("POST", "/legacy/");
    send("GET", "/simple/alpha/");
    let names: Vec<_> = index.exchanges().into_iter().map(|exchange| exchange.operation).collect();
    assert_eq!(names, OPERATIONS);
}

#[test]
fn somebody_else_can_act_just_before_an_upload() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.before("upload", |index| index.publish("alpha", "1.0", "alpha-1.0-py3-none-any.whl", "theirs"));
    assert_eq!(upload(&index).unwrap(), 400);
    assert_eq!(index.files("alpha")[0].bytes, "theirs");
}

#[test]
#[should_panic(expected = "no operation is called `files.upload`")]
fn a_fault_that_could_never_strike_is_refused() {
    LocalIndex::start(Dialect::PyPI).fail(Fault::cut("files.upload"));
}
