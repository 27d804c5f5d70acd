//! No dependency confusion, in either direction: what comes from where is seen in the indexes' own logs.

use std::path::Path;

use local_index::{Dialect, LocalIndex, Role};
use package::manifest::Smoke;
use publish::distribution::{Distribution, Release};
use publish::smoke::{Installation, SmokeError};
use publish::uv::IndexAccess;
use runner::Diagnostic as _;

use crate::checkout::Checkout;
use crate::packed::{self, Packed};
use crate::uv_tool::{access, asked, uv};

const NAME: &str = "acme-workspace-runtime";

/// A module that shows by its import that it was installed.
const EVIL: &str = "raise SystemExit('somebody else was installed')\n";

fn add(index: &LocalIndex, project: &str, version: &str, packed: &Packed) {
    index.publish(project, version, &packed.file_name, packed.bytes.clone());
}

/// The package's name on an index where it does not belong, in a version that wins every comparison.
fn squat(index: &LocalIndex) {
    add(index, NAME, "9.9.9", &packed::wheel(NAME, "9.9.9", &[], &[("acme_runtime/__init__.py", EVIL)]));
}

fn imports(module: &str) -> Smoke {
    Smoke { imports: vec![module.parse().unwrap()], ..Smoke::default() }
}

/// The example's release, in the checkout's `out/dist`.
fn release() -> (Checkout, Release) {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    let release = Release::read(&checkout.path("out/dist")).unwrap();
    (checkout, release)
}

fn in_folder(folder: &Path, packed: &Packed) -> Distribution {
    Distribution::read(&packed.in_folder(folder)).unwrap()
}

#[test]
fn the_package_never_comes_from_the_dependency_index() {
    let Some(uv) = uv() else { return };
    let (_checkout, release) = release();
    let index = uv.dependency_index();
    squat(&index);
    let installation = Installation::of_file(release.wheel(), &uv.surroundings(&index)).unwrap();
    assert!(installation.check(&imports("acme_runtime.main")).unwrap().holds());
    assert_eq!(asked(&index), ["packaging"]);
}

#[test]
fn a_dependency_that_wants_the_package_gets_this_wheel_and_it_is_told() {
    let Some(uv) = uv() else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = packed::wheel("acme", "1.0", &["Requires-Dist: friend"], &[("acme.py", "import friend\n")]);
    let friend = ["Requires-Dist: Acme >=0.5", "Requires-Dist: acme[all]; extra == 'all'"];
    let index = LocalIndex::start(Dialect::PyPI);
    add(&index, "friend", "2.0", &packed::wheel("friend", "2.0", &friend, &[("friend.py", "import acme\n")]));
    add(&index, "acme", "9.9.9", &packed::wheel("acme", "9.9.9", &[], &[("acme.py", EVIL)]));
    let installation =
        Installation::of_file(&in_folder(folder.path(), &own), &uv.surroundings(&index)).unwrap();
    let report = installation.check(&imports("acme")).unwrap();
    assert!(report.holds(), "{report:#?}");
    assert_eq!(report.notes, ["`friend 2.0` depends on `acme`, and was given this wheel of it"]);
    assert_eq!(asked(&index), ["friend"]);
}

#[test]
fn a_published_package_is_installed_by_hash_and_its_dependencies_from_elsewhere() {
    let Some(uv) = uv() else { return };
    let (_checkout, release) = release();
    let (dependencies, published) = (uv.dependency_index(), LocalIndex::start(Dialect::Gitea));
    squat(&dependencies);
    // what the package depends on, where it does not belong
    add(&published, "packaging", "99.0", &packed::wheel("packaging", "99.0", &[], &[("packaging.py", EVIL)]));
    for archive in release.distributions() {
        published.publish(NAME, "1.4.0", archive.file_name(), archive.bytes().clone());
    }
    let index = access(&published).basic(published.user(), &published.token(Role::Publisher).into());
    let installation = Installation::of_index(&release, &index, &uv.surroundings(&dependencies)).unwrap();
    let report = installation.check(&imports("acme_runtime.main")).unwrap();
    assert!(report.holds(), "{report:#?}");
    assert_eq!(asked(&published), [NAME]);
    assert_eq!(asked(&dependencies), ["packaging"]);
    let are_told = |index: &LocalIndex| -> Vec<bool> {
        index.exchanges().iter().map(|one| one.request_headers.contains_key("authorization")).collect()
    };
    assert!(are_told(&published).iter().all(|told| *told));
    assert!(are_told(&dependencies).iter().all(|told| !told), "the password stays with its index");
}

#[test]
fn a_published_file_with_other_bytes_is_refused() {
    let Some(uv) = uv() else { return };
    let (_checkout, release) = release();
    let (dependencies, published) = (uv.dependency_index(), LocalIndex::start(Dialect::PyPI));
    let other = packed::wheel(NAME, "1.4.0", &[], &[("acme_runtime/__init__.py", EVIL)]);
    published.publish(NAME, "1.4.0", release.wheel().file_name(), other.bytes);
    let index = access(&published);
    let error = Installation::of_index(&release, &index, &uv.surroundings(&dependencies)).unwrap_err();
    let SmokeError::Package { what, source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(what, "acme-workspace-runtime==1.4.0");
    let why = std::error::Error::source(&**source).unwrap().to_string();
    assert!(why.to_lowercase().contains("hash"), "{why}");
    assert!(asked(&dependencies).is_empty());
}

#[test]
fn a_dependency_that_only_the_index_of_the_package_has_is_not_found() {
    let Some(uv) = uv() else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = packed::wheel("acme", "1.0", &["Requires-Dist: friend>=2"], &[("acme.py", "")]);
    let error = Installation::of_file(
        &in_folder(folder.path(), &own),
        &uv.surroundings(&LocalIndex::start(Dialect::PyPI)),
    )
    .unwrap_err();
    assert!(
        error.to_string().starts_with("could not install what `acme-1.0-py3-none-any.whl` depends on from")
    );
    assert!(error.to_string().ends_with("/simple/: friend>=2"), "{error}");
    assert!(error.hints().iter().any(|hint| hint.contains("`dependency-index-url`")), "{:?}", error.hints());
}

#[test]
fn a_dependency_is_neither_an_option_nor_an_address() {
    let Some(uv) = uv() else { return };
    let index = LocalIndex::start(Dialect::PyPI);
    for line in
        ["--index-url https://evil.example/simple", "-r /etc/passwd", "friend @ https://evil.example/f.whl"]
    {
        let folder = tempfile::tempdir().unwrap();
        let own = packed::wheel("acme", "1.0", &[&format!("Requires-Dist: {line}")], &[("acme.py", "")]);
        let error =
            Installation::of_file(&in_folder(folder.path(), &own), &uv.surroundings(&index)).unwrap_err();
        assert!(matches!(error, SmokeError::Requirement { .. }), "{line}: {error:?}");
    }
    assert!(index.exchanges().is_empty());
}

#[test]
fn a_password_is_in_no_message() {
    let Some(uv) = uv() else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = packed::wheel("acme", "1.0", &["Requires-Dist: friend"], &[("acme.py", "")]);
    let mut surroundings = uv.surroundings(&LocalIndex::start(Dialect::PyPI));
    let url = "http://me:hunter2@127.0.0.1:1/simple/";
    surroundings.dependency_index = IndexAccess::new(url.parse().unwrap());
    let error = Installation::of_file(&in_folder(folder.path(), &own), &surroundings).unwrap_err();
    let told = runner::Failure::from(error).to_string();
    assert!(told.contains("http://127.0.0.1:1/simple/") && !told.contains("hunter2"), "{told}");
}
