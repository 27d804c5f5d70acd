//! The smoke test, by the real uv and a real Python.

use local_index::LocalIndex;
use package::manifest::Smoke;
use package::{Layout, Manifest};
use publish::distribution::{Distribution, Release};
use publish::smoke::{Installation, Outcome, SmokeError, SmokeReport};
use runner::Diagnostic as _;
use tempfile::TempDir;

use crate::checkout::Checkout;
use crate::packed::{self, Packed};
use crate::uv_tool::{UvTool, asked, uv};

/// What a manifest's `[smoke]` says.
fn smoke(text: &str) -> Smoke {
    let manifest = format!(
        "[package]\nname = \"acme\"\nimport-package = \"acme\"\n[source]\nlayout = \"standalone\"\n[smoke]\n{text}"
    );
    Layout::parse(&manifest).unwrap().smoke().clone()
}

/// A wheel on disk, read.
fn distribution(packed: &Packed) -> (TempDir, Distribution) {
    let folder = tempfile::tempdir().unwrap();
    let wheel = Distribution::read(&packed.in_folder(folder.path())).unwrap();
    (folder, wheel)
}

/// Installs a wheel, with an index that has `dependencies`, and tries it.
fn tried(uv: &UvTool, packed: &Packed, index: &LocalIndex, wanted: &str) -> Result<SmokeReport, SmokeError> {
    let (_folder, wheel) = distribution(packed);
    Installation::of_file(&wheel, &uv.surroundings(index))?.check(&smoke(wanted))
}

fn lines(report: &SmokeReport) -> Vec<String> {
    report
        .checks
        .iter()
        .map(|checked| {
            let first = checked.to_string().lines().next().unwrap().to_owned();
            first.split(" in 0.").next().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn the_example_is_installed_and_works() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    checkout.build().ok();
    let manifest = fs_err::read_to_string(checkout.path("runtime-package.toml")).unwrap();
    let manifest = Manifest::parse(&manifest).unwrap();
    let release = Release::read(&checkout.path("out/dist")).unwrap();
    let index = uv.dependency_index();
    let installation = Installation::of_file(release.wheel(), &uv.surroundings(&index)).unwrap();
    let report = installation.check(&manifest.smoke).unwrap();
    assert!(report.holds(), "{report:#?}");
    assert_eq!(
        lines(&report),
        [
            "import `acme_runtime.plugins`: passed",
            "import `acme_runtime.watcher`: passed",
            "import `acme_runtime.windows`: passed",
            "attribute `acme_runtime.main:main_sync`: passed",
            "attribute `acme_runtime.adapters:get_adapter`: passed",
            "attribute `acme_runtime.adapters:BaseAdapter`: passed",
            "entry point `acme-runtime` of `console_scripts`, which is `acme_runtime.main:main_sync`: passed",
            "command `acme-runtime --version`: passed",
        ]
    );
    assert!(installation.python().starts_with("3."), "{}", installation.python());
    assert_eq!(asked(&index), ["packaging"], "nothing else is asked of the dependency index");
}

/// A package in which much goes wrong.
fn broken() -> Packed {
    packed::wheel(
        "acme",
        "1.0",
        &[],
        &[
            ("acme/__init__.py", ""),
            ("acme/fine.py", "def main(): pass\nvalue = 1\n"),
            (
                "acme/raises.py",
                "def f():\n    raise RuntimeError('no luck')\ntry:\n    import nowhere\nexcept ImportError:\n    f()\n",
            ),
            ("acme/hangs.py", "print('waiting', flush=True)\nimport time\ntime.sleep(60)\n"),
            ("acme/quits.py", "import os\nos._exit(0)\n"),
            ("acme/exits.py", "import sys\nprint('leaving')\nsys.exit(0)\n"),
            ("acme/broken.py", "def f(:\n"),
            (
                "acme-1.0.dist-info/entry_points.txt",
                "[console_scripts]\nacme = acme.fine:main\nacme-gone = acme.fine:gone\nacme-value = acme.fine:value\n\
                 [acme.plugins]\nfine = acme.fine\nraises = acme.raises\nfancy = acme.nowhere:x [fancy]\n",
            ),
        ],
    )
}

#[test]
fn everything_that_fails_is_told_at_once_with_its_traceback() {
    let Some(uv) = uv() else { return };
    let wanted = r#"
        imports = ["acme.fine", "acme.raises", "acme.quits", "acme.exits", "acme.broken", "acme.nothing"]
        attributes = ["acme.fine:main", "acme.fine:main.__name__.nothing"]
        commands = [["acme"], ["acme", "x"], ["python", "-c", "print('said'); raise SystemExit(3)"], ["sh", "-c", "true"]]
    "#;
    let index = uv.dependency_index();
    let report = tried(uv, &broken(), &index, wanted).unwrap();
    assert!(!report.holds());
    assert_eq!(
        lines(&report),
        [
            "import `acme.fine`: passed",
            "import `acme.raises` failed: RuntimeError: no luck",
            "import `acme.quits` failed: the interpreter ended by it: exit status: 0",
            "import `acme.exits` failed: SystemExit: 0",
            "import `acme.broken` failed: SyntaxError: invalid syntax",
            "import `acme.nothing` failed: ModuleNotFoundError: No module named 'acme.nothing'",
            "attribute `acme.fine:main`: passed",
            "attribute `acme.fine:main.__name__.nothing` failed: AttributeError: 'str' object has no attribute \
             'nothing'",
            "entry point `acme` of `console_scripts`, which is `acme.fine:main`: passed",
            "entry point `acme-gone` of `console_scripts`, which is `acme.fine:gone` failed: AttributeError: module \
             'acme.fine' has no attribute 'gone'",
            "entry point `acme-value` of `console_scripts`, which is `acme.fine:value` failed: TypeError: 1 cannot be \
             called, which the command would do",
            "entry point `fine` of `acme.plugins`, which is `acme.fine`: passed",
            "entry point `raises` of `acme.plugins`, which is `acme.raises` failed: RuntimeError: no luck",
            "command `acme`: passed",
            "command `acme x`: passed",
            "command `python -c print('said'); raise SystemExit(3)` failed: exit status: 3",
            "command `sh -c true` failed: no `sh` was installed; the package has `acme`, `acme-gone`, `acme-value`",
        ]
    );
    assert_eq!(report.notes, ["entry point `fancy` of `acme.plugins` needs an extra, and was not tried"]);
    let told = report.checks[1].to_string();
    assert!(told.contains("ModuleNotFoundError: No module named 'nowhere'"), "{told}");
    assert!(told.contains("acme/raises.py\", line 2, in f\n"), "{told}");
    assert!(!told.contains("driver.py") && !told.contains("importlib"), "{told}");
    assert!(report.checks[15].to_string().ends_with("\n  said"), "{}", report.checks[15]);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["checks"][1]["outcome"], "failed", "{json}");
    assert_eq!(json["checks"][1]["why"], "RuntimeError: no luck");
}

#[test]
fn what_takes_too_long_is_ended_and_told_and_the_rest_is_still_tried() {
    let Some(uv) = uv() else { return };
    let wanted = r#"
        imports = ["acme.hangs", "acme.fine"]
        commands = [["python", "-c", "import time; time.sleep(60)"]]
        timeout-seconds = 3
    "#;
    let index = uv.dependency_index();
    let report = tried(uv, &broken(), &index, wanted).unwrap();
    let told = report.checks[0].to_string();
    assert_eq!(
        told,
        "import `acme.hangs` was ended after 3 s, which is all that `smoke.timeout-seconds` allows\n  waiting"
    );
    assert!(report.checks[1].passed());
    assert!(matches!(report.checks.last().unwrap().outcome, Outcome::TimedOut { seconds: 3, .. }));
}

#[test]
fn a_check_sees_the_manifests_environment_and_neither_the_users_home_nor_the_checkout() {
    let Some(uv) = uv() else { return };
    let script = "import os, sys\n\
        assert os.environ['ACME_MODE'] == 'smoke'\n\
        assert os.listdir(os.environ['HOME']) == [] and os.listdir() == []\n\
        assert '' not in sys.path and os.getcwd() not in sys.path\n\
        assert sys.argv == [''] or sys.argv[0] == '-c'\n\
        assert not [name for name in os.environ if 'TOKEN' in name or 'INDEX' in name], os.environ\n";
    let packed = packed::wheel("acme", "1.0", &[], &[("acme/__init__.py", ""), ("acme/looks.py", script)]);
    let command = script.replace("assert '' not in sys.path and os.getcwd() not in sys.path\n", "");
    let wanted = format!(
        "imports = [\"acme.looks\"]\ncommands = [[\"python\", \"-c\", {command:?}]]\n\
         [smoke.environment]\nACME_MODE = \"smoke\"\n"
    );
    let index = uv.dependency_index();
    let report = tried(uv, &packed, &index, &wanted).unwrap();
    assert!(report.holds(), "{report:#?}");
}

#[test]
fn a_python_that_the_package_does_not_run_on_is_told() {
    let Some(uv) = uv() else { return };
    let packed = packed::wheel("acme", "1.0", &["Requires-Python: >=3.99"], &[("acme.py", "")]);
    let error = tried(uv, &packed, &uv.dependency_index(), "").unwrap_err();
    assert_eq!(error.to_string(), "could not make a virtual environment with Python `>=3.99`");
    assert!(
        error.hints().iter().any(|hint| hint.contains("name one that is there by `python`")),
        "{error:?}"
    );
    // an interpreter that is asked for is held to the range too
    let (_folder, wheel) = distribution(&packed);
    let mut surroundings = uv.surroundings(&uv.dependency_index());
    surroundings.python = Some(">=3".to_owned());
    let error = Installation::of_file(&wheel, &surroundings).unwrap_err();
    assert!(error.to_string().starts_with("could not install `acme-1.0-py3-none-any.whl`"), "{error:?}");
}

#[test]
fn a_machine_without_uv_is_told_how_to_get_it() {
    let packed = packed::wheel("acme", "1.0", &[], &[("acme.py", "")]);
    let (_folder, wheel) = distribution(&packed);
    let surroundings = publish::smoke::Surroundings {
        environment: publish::process::ChildEnvironment::default().with("PATH", "/nonexistent"),
        python: None,
        dependency_index: publish::uv::IndexAccess::pypi(),
        builds: publish::smoke::Builds::Allowed,
    };
    let error = Installation::of_file(&wheel, &surroundings).unwrap_err();
    assert_eq!(error.exit(), runner::Exit::BadInput);
    assert_eq!(error.to_string(), "`uv` was not found on the path");
    assert!(error.hints()[0].contains("pip install uv"), "{:?}", error.hints());
}
