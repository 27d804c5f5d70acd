//! Projects with their own pyproject.toml, built by the real uv and real backends.

use std::path::Path;
use std::process::Command;

use package::{Layout, Stamp, StandaloneManifest};
use publish::distribution::Release;
use publish::smoke::Installation;
use publish::standalone::{StandaloneBuilt, StandaloneError, StandaloneSource, build};
use runner::Diagnostic as _;

use crate::checkout::Checkout;
use crate::uv_tool::{UvTool, uv};

impl Checkout {
    fn standalone_manifest(&self) -> StandaloneManifest {
        let text = fs_err::read_to_string(self.path("runtime-package.toml")).unwrap();
        match Layout::parse(&text).unwrap() {
            Layout::Standalone(manifest) => *manifest,
            Layout::Monorepo(_) => panic!("the example is standalone"),
        }
    }

    fn build_standalone(&self, uv: &UvTool, version: &str) -> Result<StandaloneBuilt, StandaloneError> {
        build_in(uv, &self.path(""), &self.standalone_manifest(), version)
    }

    fn git(&self, arguments: &[&str]) {
        let settings =
            ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let mut git = Command::new("git");
        git.arg("-C").arg(self.path("")).args(settings).args(arguments);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let output = git.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

fn checkout() -> Checkout {
    Checkout::of("standalone")
}

/// Builds the project in a folder, as if it wrote to the folder `out` in it.
fn build_in(
    uv: &UvTool,
    root: &Path,
    manifest: &StandaloneManifest,
    version: &str,
) -> Result<StandaloneBuilt, StandaloneError> {
    let index = uv.dependency_index();
    let source = StandaloneSource {
        root,
        manifest,
        version: &version.parse().unwrap(),
        stamp: Stamp::new(1_700_000_000).unwrap(),
        out: &root.join("out"),
    };
    build(&source, &uv.surroundings(&index))
}

/// Every file below a folder and its bytes.
fn snapshot_of(checkout: &Checkout, folder: &str) -> Vec<(String, Vec<u8>)> {
    let files = checkout.list(folder).into_iter().filter(|path| !path.ends_with('/'));
    files.map(|path| (path.clone(), fs_err::read(checkout.path(folder).join(&path)).unwrap())).collect()
}

fn snapshot(checkout: &Checkout) -> Vec<(String, Vec<u8>)> {
    snapshot_of(checkout, "")
}

fn members(release: &Release) -> Vec<String> {
    let wheel = std::io::Cursor::new(release.wheel().bytes().clone());
    let archive = zip::ZipArchive::new(wheel).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    names.filter(|name| !name.contains(".dist-info/")).collect()
}

#[test]
fn the_example_is_built_proven_and_works_and_its_folder_is_left_alone() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    let before = snapshot(&checkout);
    let mut built = checkout.build_standalone(uv, "1.4.0").unwrap();
    assert!(built.proof.holds() && built.proof.imports > 5, "{:#?}", built.proof);
    assert_eq!(snapshot(&checkout), before);
    let out = tempfile::tempdir().unwrap();
    built.write(out.path()).unwrap();
    let wheel = "acme_standalone_runtime-1.4.0-py3-none-any.whl";
    assert_eq!(built.release.wheel().path(), out.path().join("dist").join(wheel));
    let index = uv.dependency_index();
    let installation = Installation::of_file(built.release.wheel(), &uv.surroundings(&index)).unwrap();
    let report = installation.check(&checkout.standalone_manifest().smoke).unwrap();
    assert!(report.holds() && report.checks.len() == 5, "{report:#?}");
}

#[test]
fn two_builds_are_equal_and_the_second_takes_the_place_of_the_first() {
    let Some(uv) = uv() else { return };
    let (one, other) = (checkout(), checkout());
    // what a machine does differently
    other.write("out/dist/.keep", "");
    fs_err::remove_dir_all(other.path("out")).unwrap();
    set_mode(&other.path("src/acme_standalone/main.py"), 0o600);
    let sha256 = |built: &StandaloneBuilt| built.release.distributions().map(|one| one.sha256().to_string());
    let first = one.build_standalone(uv, "1.4.0").unwrap();
    let mut second = other.build_standalone(uv, "1.4.0").unwrap();
    assert_eq!(sha256(&first), sha256(&second));
    second.write(&other.path("out")).unwrap();
    // the output of the first run lies in the project, and is no part of it
    let mut third = other.build_standalone(uv, "1.4.0").unwrap();
    assert_eq!(sha256(&first), sha256(&third));
    third.write(&other.path("out")).unwrap();
    assert_eq!(other.list("out").len(), 3, "{:?}", other.list("out"));
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_committed_version_that_is_not_the_tags_is_told_with_both() {
    let Some(uv) = uv() else { return };
    let error = checkout().build_standalone(uv, "1.5.0").unwrap_err();
    assert_eq!(error.to_string(), "pyproject.toml has the version 1.4.0, and 1.5.0 is to be built");
    assert!(error.hints()[0].contains("`stamp = true`"));
    assert_eq!(error.exit(), runner::Exit::BadInput);
}

#[test]
fn a_stamped_version_is_built_and_the_committed_file_is_left_alone() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    checkout.edit("runtime-package.toml", "# stamp = true", "stamp = true");
    let before = snapshot(&checkout);
    let built = checkout.build_standalone(uv, "1.5.0rc1").unwrap();
    assert_eq!(built.release.version().to_string(), "1.5.0rc1");
    assert_eq!(snapshot(&checkout), before);
}

/// Has the backend read the version from the package, where it is `version`.
fn let_the_backend_decide(checkout: &Checkout, version: &str) {
    checkout.edit("pyproject.toml", "version = \"1.4.0\"\n", "dynamic = [\"version\"]\n");
    checkout.edit(
        "src/acme_standalone/__init__.py",
        "runtime.\"\"\"\n",
        &format!("runtime.\"\"\"\n__version__ = \"{version}\"\n"),
    );
}

#[test]
fn a_version_that_the_backend_decides_is_held_against_the_tag() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    let_the_backend_decide(&checkout, "1.6.0");
    assert!(checkout.build_standalone(uv, "1.6.0").unwrap().proof.holds());
    let error = checkout.build_standalone(uv, "1.7.0").unwrap_err();
    assert_eq!(error.to_string(), "the build backend made version 1.6.0, and 1.7.0 was to be built");
    assert!(error.hints()[0].contains("fetch-depth"));
    checkout.edit("runtime-package.toml", "# stamp = true", "stamp = true");
    let error = checkout.build_standalone(uv, "1.6.0").unwrap_err();
    assert!(matches!(error, StandaloneError::NothingToStamp), "{error:?}");
}

#[test]
fn a_backend_may_take_the_version_from_git() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    checkout.edit("pyproject.toml", "\"flit_core>=3.12,<5\"", "\"setuptools\", \"setuptools-scm\"");
    checkout.edit("pyproject.toml", "flit_core.buildapi", "setuptools.build_meta");
    checkout.edit("pyproject.toml", "version = \"1.4.0\"\n", "dynamic = [\"version\"]\n");
    checkout.edit(
        "pyproject.toml",
        "[tool.flit.module]\nname = \"acme_standalone\"\n",
        "[tool.setuptools_scm]\n",
    );
    checkout.git(&["init", "--quiet"]);
    checkout.git(&["add", "."]);
    checkout.git(&["commit", "--quiet", "-m", "first"]);
    checkout.git(&["tag", "v2.3.4"]);
    let before = snapshot_of(&checkout, ".git");
    let built = checkout.build_standalone(uv, "2.3.4").unwrap();
    assert!(built.proof.holds(), "{:#?}", built.proof);
    assert!(snapshot_of(&checkout, ".git") == before, "a build changes nothing in git's folder");
    // a worktree has its git folder elsewhere
    let elsewhere = Checkout::empty();
    let worktree = elsewhere.path("worktree");
    checkout.git(&["worktree", "add", "--quiet", worktree.to_str().unwrap()]);
    let built = build_in(uv, &worktree, &checkout.standalone_manifest(), "2.3.4").unwrap();
    assert!(built.proof.holds(), "{:#?}", built.proof);
}

#[test]
fn only_what_git_tracks_is_built() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    checkout.git(&["init", "--quiet"]);
    checkout.git(&["add", "."]);
    checkout.write("src/acme_standalone/left_behind.py", "import nowhere\n");
    checkout.write("src/acme_standalone/adapters/echo.py", "class Echo:\n    changed = True\n");
    let built = checkout.build_standalone(uv, "1.4.0").unwrap();
    assert!(built.proof.holds(), "{:#?}", built.proof);
    let members = members(&built.release);
    assert!(!members.iter().any(|name| name.contains("left_behind")), "{members:?}");
    assert!(members.contains(&"acme_standalone/adapters/echo.py".to_owned()), "{members:?}");
}

#[test]
fn what_would_not_work_or_does_not_belong_is_found() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    checkout.edit("pyproject.toml", "\"flit_core>=3.12,<5\"", "\"setuptools\"");
    checkout.edit("pyproject.toml", "flit_core.buildapi", "setuptools.build_meta");
    checkout.edit("pyproject.toml", "[tool.flit.module]\nname = \"acme_standalone\"\n", "");
    checkout.edit("pyproject.toml", ":main\"", ":main_sync\"");
    checkout.write("src/tests/__init__.py", "");
    checkout.write("src/acme_standalone/late.py", "def f():\n    import yaml\n");
    let built = checkout.build_standalone(uv, "1.4.0").unwrap();
    let told: Vec<_> = built.proof.findings.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].contains("holds `tests/__init__.py`, which is not the package's"), "{told:?}");
    assert!(told[1].starts_with("acme_standalone/late.py:2:12: `yaml` is neither"), "{told:?}");
    assert!(told[1].ends_with("add `pyyaml` to `dependencies` of pyproject.toml"), "{told:?}");
    assert!(told[2].contains("`acme_standalone.main` does not define `main_sync`"), "{told:?}");
}

#[test]
fn a_build_that_fails_shows_what_the_backend_says() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    checkout.edit("pyproject.toml", "flit_core.buildapi", "flit_core.nothing");
    let told = runner::Failure::from(checkout.build_standalone(uv, "1.4.0").unwrap_err()).to_string();
    assert!(told.starts_with("could not build the project by its own backend"), "{told}");
    assert!(told.contains("No module named 'flit_core.nothing'"), "{told}");
}

#[test]
fn another_name_or_no_project_at_all_is_told() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    checkout.edit("pyproject.toml", "acme-standalone-runtime", "acme-other");
    let error = checkout.build_standalone(uv, "1.4.0").unwrap_err();
    assert!(
        error.to_string().contains("names the project `acme-other`, and the manifest names it"),
        "{error}"
    );
    checkout.write("pyproject.toml", "[project\n");
    let error = checkout.build_standalone(uv, "1.4.0").unwrap_err();
    assert!(error.to_string().contains("pyproject.toml`, line 1: "), "{error}");
    checkout.remove("pyproject.toml");
    let error = checkout.build_standalone(uv, "1.4.0").unwrap_err();
    assert!(error.to_string().contains("could not read `"), "{error}");
    assert!(error.hints()[0].contains("layout = \"monorepo\""));
}

#[test]
fn a_link_out_of_the_project_is_refused_and_one_within_is_kept() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    let link = checkout.path("src/acme_standalone/linked.py");
    std::os::unix::fs::symlink("main.py", &link).unwrap();
    let built = checkout.build_standalone(uv, "1.4.0").unwrap();
    assert!(members(&built.release).contains(&"acme_standalone/linked.py".to_owned()));
    fs_err::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
    let error = checkout.build_standalone(uv, "1.4.0").unwrap_err();
    assert!(error.to_string().contains("linked.py` is a symbolic link to `/etc/hostname`"), "{error}");
}

#[test]
fn an_output_folder_with_foreign_files_is_left_alone() {
    let Some(uv) = uv() else { return };
    let checkout = checkout();
    let mut built = checkout.build_standalone(uv, "1.4.0").unwrap();
    for foreign in ["out/notes.txt", "out/dist/other-1.0.tar.gz"] {
        checkout.write(foreign, "mine");
        let before = checkout.list("out");
        let error = built.write(&checkout.path("out")).unwrap_err();
        assert!(matches!(error, StandaloneError::Foreign { .. }), "{error:?}");
        assert_eq!(checkout.list("out"), before);
        fs_err::remove_dir_all(checkout.path("out")).unwrap();
    }
}
