//! What Python's own tools say of wheel, sdist and output folder.

use std::path::PathBuf;
use std::process::Command;

use crate::checkout::Checkout;
use crate::python_tools::{python_tools, succeeded, text};

const WHEEL: &str = "out/dist/acme_workspace_runtime-1.4.0-py3-none-any.whl";
const SDIST: &str = "out/dist/acme_workspace_runtime-1.4.0.tar.gz";

fn built() -> Checkout {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    checkout
}

#[test]
fn twine_and_check_wheel_contents_have_nothing_to_say() {
    let Some(tools) = python_tools() else { return };
    let checkout = built();
    let archives = [checkout.path(WHEEL), checkout.path(SDIST)];
    succeeded(tools.python("twine").args(["check", "--strict"]).args(&archives));
    succeeded(tools.python("check_wheel_contents").arg(&archives[0]));
}

/// What the example prints where it lies, as a folder of bare modules.
fn printed_by_bare_modules(checkout: &Checkout) -> String {
    let tools = python_tools().unwrap();
    let script = "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True; \
                  runpy.run_path(sys.argv[1] + '/main.py', run_name='__main__')";
    tools.script(script, &[&checkout.path("workspace")])
}

#[test]
fn the_installed_package_does_what_the_bare_modules_do() {
    let Some(tools) = python_tools() else { return };
    let checkout = built();
    let expected = printed_by_bare_modules(&checkout);
    assert!(expected.contains("grüße, acme"), "{expected}");
    for archive in [WHEEL, SDIST] {
        let environment = checkout.path(if archive == WHEEL { "of-wheel" } else { "of-sdist" });
        let python = tools.installed(&checkout.path(archive), &environment);
        let command = environment.join("bin/acme-runtime");
        assert_eq!(text(&succeeded(Command::new(command).current_dir("/"))), expected, "{archive}");
        // every module by itself, so that no import rests on another's side effect
        let script = "import importlib, pkgutil, sys, acme_runtime\n\
                      names = [m.name for m in pkgutil.walk_packages(acme_runtime.__path__, 'acme_runtime.')]\n\
                      [importlib.import_module(name) for name in names]\n\
                      bare = {'config', 'main', 'plugins', 'prompt', 'adapters', 'watcher'} & set(sys.modules)\n\
                      print(len(names), sorted(bare))";
        let imported = text(&succeeded(Command::new(python).args(["-I", "-c", script]).current_dir("/")));
        assert_eq!(imported, "14 []\n", "{archive}");
    }
}

#[test]
fn packaging_reads_from_the_metadata_what_the_manifest_says() {
    let Some(tools) = python_tools() else { return };
    let checkout = built();
    let script = r#"
import json, sys, tarfile, zipfile
from packaging.metadata import Metadata
from packaging.utils import parse_sdist_filename, parse_wheel_filename
wheel, sdist = sys.argv[1:]
read = zipfile.ZipFile(wheel).read
data = read("acme_workspace_runtime-1.4.0.dist-info/METADATA")
assert data == tarfile.open(sdist).extractfile("acme_workspace_runtime-1.4.0/PKG-INFO").read()
m = Metadata.from_email(data, validate=True)
assert parse_wheel_filename(wheel.split("/")[-1])[:2] == parse_sdist_filename(sdist.split("/")[-1])
print(json.dumps({
    "metadata_version": m.metadata_version, "name": m.name, "version": str(m.version), "summary": m.summary,
    "license": m.license_expression, "license_files": m.license_files, "keywords": m.keywords,
    "classifiers": m.classifiers, "urls": m.project_urls, "requires_python": str(m.requires_python),
    "requires_dist": [str(r) for r in m.requires_dist], "type": m.description_content_type,
    "description": m.description == open(sys.argv[1].split("dist/")[0] + "README.md").read(),
}, indent=1, sort_keys=True))
"#;
    let read = tools.script(script, &[&checkout.path(WHEEL), &checkout.path(SDIST)]);
    let read: serde_json::Value = serde_json::from_str(&read).unwrap();
    assert_eq!(
        read,
        serde_json::json!({
            "metadata_version": "2.4",
            "name": "acme-workspace-runtime",
            "version": "1.4.0",
            "summary": "A runtime to try runtime-actions with",
            "license": "MIT",
            "license_files": ["LICENSE"],
            "keywords": ["agents", "example"],
            "classifiers": ["Programming Language :: Python :: 3 :: Only"],
            "urls": { "Source": "https://github.com/molecule-ai/runtime-actions" },
            "requires_python": ">=3.11",
            "requires_dist": ["packaging>=23"],
            "type": "text/markdown",
            "description": true,
        })
    );
}

#[test]
fn python_build_makes_the_same_package_from_the_output_folder() {
    let Some(tools) = python_tools() else { return };
    let checkout = built();
    let rebuilt = checkout.path("rebuilt");
    succeeded(
        tools.python("build").arg("--no-isolation").arg("--outdir").arg(&rebuilt).arg(checkout.path("out")),
    );
    let script = r#"
import hashlib, sys, tarfile, zipfile
def wheel(path):
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    def contents(name): return None if ".dist-info/" in name else hashlib.sha256(archive.read(name)).hexdigest()
    return sorted((name, contents(name)) for name in archive.namelist())
def sdist(path):
    archive = tarfile.open(path)
    def contents(one): return None if one.name.endswith("PKG-INFO") else hashlib.sha256(archive.extractfile(one).read()).hexdigest()
    return sorted((one.name, contents(one)) for one in archive.getmembers() if one.isfile())
ours, theirs = sys.argv[1:3], sys.argv[3:5]
assert wheel(ours[0]) == wheel(theirs[0]), (wheel(ours[0]), wheel(theirs[0]))
assert sdist(ours[1]) == sdist(theirs[1]), (sdist(ours[1]), sdist(theirs[1]))
print("equal", end="")
"#;
    let name = |path: &str| PathBuf::from(path).file_name().unwrap().to_owned();
    let theirs = [rebuilt.join(name(WHEEL)), rebuilt.join(name(SDIST))];
    let printed =
        tools.script(script, &[&checkout.path(WHEEL), &checkout.path(SDIST), &theirs[0], &theirs[1]]);
    assert_eq!(printed, "equal");
}

#[test]
fn pip_refuses_a_wheel_whose_bytes_are_not_those_of_its_requirement() {
    let Some(tools) = python_tools() else { return };
    let checkout = built();
    let out = checkout.build().ok().out;
    let requirement = out.lines().find_map(|line| line.strip_prefix("requirement: ")).unwrap();
    let install = |requirement: &str| {
        checkout.write("requirements.lock", requirement);
        let mut pip = tools.python("pip");
        pip.args(["install", "--no-index", "--no-deps", "--require-hashes", "--target"])
            .arg(checkout.path("target"));
        pip.arg("--find-links")
            .arg(checkout.path("out/dist"))
            .arg("-r")
            .arg(checkout.path("requirements.lock"));
        pip.output().unwrap().status.success()
    };
    assert!(install(requirement));
    assert!(!install(&requirement.replace("sha256:", "sha256:0").replace(char::is_numeric, "0")));
}
