//! What PyPI and Gitea serve.

use domain::{ArchiveKind, PackageVersion};
use local_index::{Dialect, LocalIndex, sdist, wheel};

use crate::{alpha, index};

#[test]
fn files_and_versions_are_read_in_either_dialect() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let server = LocalIndex::start(dialect);
        let (wheel, sdist) = (wheel("alpha", "1.0"), sdist("alpha", "1.0"));
        server.publish("alpha", "1.0", &wheel.file_name, wheel.bytes.clone());
        server.publish("alpha", "1.0", &sdist.file_name, sdist.bytes.clone());
        let page = alpha(&index(&server.simple_url())).unwrap().unwrap();

        let read: Vec<_> = page
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.name.kind(), file.sha256.unwrap().to_string()))
            .collect();
        assert_eq!(
            read,
            [
                (wheel.file_name.as_str(), ArchiveKind::Wheel, wheel.sha256.clone()),
                (sdist.file_name.as_str(), ArchiveKind::Sdist, sdist.sha256.clone()),
            ],
            "{dialect}"
        );
        assert_eq!(page.versions, ["1.0".parse().unwrap()].into());
        let url = &page.file(&wheel.file_name).unwrap().url;
        let request = http::Request::get(url.path()).body(bytes::Bytes::new()).unwrap();
        let address = url.socket_addrs(|| None).unwrap()[0];
        assert_eq!(loopback::send(address, request).unwrap().body(), &wheel.bytes, "{dialect}");
    }
}

#[test]
fn the_latest_version_is_chosen_by_its_parts_and_yanked_ones_count() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let server = LocalIndex::start(dialect);
        for version in ["0.9.0", "0.10.0rc1", "0.10.0", "0.2.0.post1", "0.10.0.dev3"] {
            server.publish("alpha", version, &format!("alpha-{version}.tar.gz"), version);
        }
        server.yank("alpha", "0.10.0");
        let page = alpha(&index(&server.simple_url())).unwrap().unwrap();
        assert_eq!(page.latest().unwrap().to_string(), "0.10.0", "{dialect}");
        let ordered: Vec<String> = page.versions.iter().map(PackageVersion::to_string).collect();
        assert_eq!(ordered, ["0.2.0.post1", "0.9.0", "0.10.0.dev3", "0.10.0rc1", "0.10.0"]);
    }
}

#[test]
fn a_yanked_file_says_so_and_a_version_whose_files_are_deleted_counts() {
    let server = LocalIndex::start(Dialect::PyPI);
    server.publish("alpha", "1.0", "alpha-1.0.tar.gz", "one");
    server.publish("alpha", "2.0", "alpha-2.0.tar.gz", "two");
    server.yank("alpha", "1.0");
    server.delete_file("alpha", "alpha-2.0.tar.gz");
    let page = alpha(&index(&server.simple_url())).unwrap().unwrap();
    assert_eq!(page.files.iter().map(|file| file.yanked).collect::<Vec<_>>(), [true]);
    assert_eq!(page.latest().unwrap().to_string(), "2.0");
    assert_eq!(page.of_version(&"2.0".parse().unwrap()).count(), 0);
    assert_eq!(page.of_version(&"1".parse().unwrap()).count(), 1);
}

#[test]
fn a_local_version_of_gitea_is_read_out_of_its_escaped_link() {
    let server = LocalIndex::start(Dialect::Gitea);
    server.publish("alpha", "1.0+local", "alpha-1.0+local.tar.gz", "bytes");
    let page = alpha(&index(&server.simple_url())).unwrap().unwrap();
    assert_eq!(page.files[0].name.as_str(), "alpha-1.0+local.tar.gz");
    assert!(
        page.files[0].url.path().ends_with("/alpha/1.0+local/alpha-1.0+local.tar.gz"),
        "{}",
        page.files[0].url
    );
}

#[test]
fn what_is_no_file_of_the_project_is_passed_over_by_name() {
    let server = LocalIndex::start(Dialect::PyPI);
    server.publish("alpha", "1.0", "alpha-1.0.tar.gz", "one");
    server.publish("alpha", "2.0", "alpha-2.0-py3.11.egg", "two");
    server.publish("alpha", "2004d", "alpha-2004d.tar.gz", "three");
    let page = alpha(&index(&server.simple_url())).unwrap().unwrap();
    assert_eq!(page.files.len(), 1);
    assert_eq!(page.latest().unwrap().to_string(), "2.0");
    assert_eq!(page.unread, ["alpha-2.0-py3.11.egg", "alpha-2004d.tar.gz", "2004d"]);
}

#[test]
fn an_older_sdist_with_a_dash_in_its_name_is_found() {
    let server = LocalIndex::start(Dialect::PyPI);
    server.publish("alpha", "1.0", "Alpha-1.0-1.tar.gz", "one");
    let page = alpha(&index(&server.simple_url())).unwrap().unwrap();
    assert_eq!(page.files[0].version().to_string(), "1.0.post1");
}

#[test]
fn a_project_that_is_not_there_is_no_error_and_an_empty_one_is_there() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let server = LocalIndex::start(dialect);
        assert!(alpha(&index(&server.simple_url())).unwrap().is_none());
    }
    let server = LocalIndex::start(Dialect::PyPI);
    server.new_project("alpha");
    let page = alpha(&index(&server.simple_url())).unwrap().unwrap();
    assert_eq!((page.files.len(), page.latest()), (0, None));
}

#[test]
fn the_page_is_asked_for_once_by_its_normalised_name() {
    let server = LocalIndex::start(Dialect::PyPI);
    let name = "Alpha__beta.Gamma".parse().unwrap();
    for base in [server.simple_url(), server.simple_url().trim_end_matches('/').to_owned()] {
        let page = index(&base).page(&name).to_string();
        assert_eq!(page, format!("{}/simple/alpha-beta-gamma/", server.url()));
    }
    alpha(&index(&server.simple_url())).unwrap();
    assert_eq!(server.exchanges().len(), 1);
    assert_eq!(server.exchanges()[0].request_headers["cache-control"], "max-age=0");
}
