//! A job that may publish runs nothing of what a release depends on: it builds no dependency, and starts none.

use std::path::Path;

use local_index::{Dialect, LocalIndex};
use publish::distribution::Release;
use publish::smoke::{Builds, Installation, SmokeError, Surroundings};
use runner::Diagnostic as _;

use crate::packed::{self, Packed};
use crate::uv_tool::{UvTool, access, uv};

/// An index with a release of `acme` that depends on `friend`, in a folder; and one with `friend`.
struct Published {
    folder: tempfile::TempDir,
    release: Release,
    index: LocalIndex,
    dependencies: LocalIndex,
}

impl Published {
    fn beside(friend: &Packed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = packed::wheel("acme", "1.0", &["Requires-Dist: friend"], &[("acme.py", "")]);
        let sdist = packed::sdist("acme", "1.0", "raise SystemExit('the sdist was taken')\n");
        let (index, dependencies) = (LocalIndex::start(Dialect::PyPI), LocalIndex::start(Dialect::PyPI));
        for packed in [own, sdist] {
            packed.in_folder(folder.path());
            index.publish("acme", "1.0", &packed.file_name, packed.bytes.clone());
        }
        dependencies.publish("friend", "2.0", &friend.file_name, friend.bytes.clone());
        Self { release: Release::read(folder.path()).unwrap(), folder, index, dependencies }
    }

    fn install(&self, uv: &UvTool, builds: Builds) -> Result<Installation, SmokeError> {
        let surroundings = Surroundings { builds, ..uv.surroundings(&self.dependencies) };
        Installation::of_index(&self.release, &access(&self.index), &surroundings)
    }
}

/// Python that leaves a mark when it runs.
fn marks(mark: &Path) -> String {
    format!("open({:?}, 'w').close()", mark.to_str().unwrap())
}

#[test]
fn a_dependency_without_a_wheel_is_not_built_unless_that_is_asked_for() {
    let Some(uv) = uv() else { return };
    let marks_in = tempfile::tempdir().unwrap();
    let mark = marks_in.path().join("built");
    let published = Published::beside(&packed::sdist("friend", "2.0", &format!("{}\n", marks(&mark))));
    let error = published.install(uv, Builds::Refused).unwrap_err();
    assert!(!mark.exists(), "it was built");
    assert!(matches!(error, SmokeError::Dependencies { .. }), "{error:?}");
    let hints = error.hints().concat();
    assert!(hints.contains("from wheels only") && hints.contains("`build-dependencies`"), "{hints}");
    let error = published.install(uv, Builds::Allowed).unwrap_err();
    assert!(mark.exists(), "the backend of the test is the one that would run: {error:?}");
    assert!(!error.hints().concat().contains("from wheels only"));
    drop(published.folder);
}

#[test]
fn what_a_dependency_adds_to_every_start_of_python_is_not_started() {
    let Some(uv) = uv() else { return };
    let marks_in = tempfile::tempdir().unwrap();
    let mark = marks_in.path().join("started");
    let pth = format!("import sys; {}\n", marks(&mark));
    let friend = packed::wheel("friend", "2.0", &[], &[("friend.py", ""), ("friend.pth", &pth)]);
    let published = Published::beside(&friend);
    let installed = published.install(uv, Builds::Refused).unwrap();
    assert!(!mark.exists(), "an interpreter was started with it");
    assert!(
        installed
            .check(&package::manifest::Smoke { imports: vec!["acme".parse().unwrap()], ..Default::default() })
            .unwrap()
            .holds()
    );
    assert!(mark.exists(), "to try the package is to start it");
}
