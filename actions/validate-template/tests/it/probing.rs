//! The probe, run by a real Python with a runtime that stands in for the real one.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::{good, run, write};

/// A runtime of four lines.
const RUNTIME: &[(&str, &str)] = &[
    ("molecule_runtime/__init__.py", ""),
    (
        "molecule_runtime/adapters/__init__.py",
        "from abc import ABC, abstractmethod\n\n\nclass AdapterConfig: ...\n\n\nclass BaseAdapter(ABC):\n    @abstractmethod\n    async def setup(self, config): ...\n    @abstractmethod\n    async def create_executor(self, config): ...\n",
    ),
    ("molecule_runtime/plugins.py", "def load_plugins(config): ...\n"),
];

#[expect(clippy::print_stdout, reason = "what is not tried is said in the output of the tests")]
fn python() -> Option<&'static str> {
    let is_there = |python: &&str| {
        Command::new(python)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let found = ["python3", "python"].into_iter().find(is_there);
    if found.is_none() {
        println!("SKIPPED: NO PYTHON TO RUN THE PROBE WITH");
    }
    found
}

/// Runs the probe as an image does: the program on standard input, in the app's folder.
fn probed(python: &str, app: &Path) -> String {
    let program = run(app, &["probe"]).exits(0).stdout;
    let file = app.parent().unwrap().join("program");
    fs_err::write(&file, program).unwrap();
    let output = Command::new(python)
        .arg("-")
        .current_dir(app)
        .env("ADAPTER_MODULE", "adapter")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(fs_err::File::open(&file).unwrap().into_file())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A good template in `app`, beside which there is room.
fn app() -> (tempfile::TempDir, std::path::PathBuf) {
    let (home, template) = (tempfile::tempdir().unwrap(), good());
    let app = home.path().join("app");
    fs_err::rename(template.keep(), &app).unwrap();
    write(&app, RUNTIME);
    (home, app)
}

#[test]
fn an_image_that_works_is_told_so() {
    let Some(python) = python() else { return };
    let (home, app) = app();
    write(&app, &[("noisy.py", "import sys\nprint('hello')\nprint('::error::x', file=sys.stderr)\n")]);
    let report = home.path().join("report.json");
    fs_err::write(&report, format!("printed by sitecustomize\n{}", probed(python, &app))).unwrap();
    run(&app, &["--probe-report", report.to_str().unwrap(), "."]).exits(0).says("valid: no findings");
}

#[test]
fn what_an_image_cannot_import_is_told_with_its_traceback() {
    let Some(python) = python() else { return };
    let (home, app) = app();
    write(
        &app,
        &[
            ("broken.py", "def f():\n    import no_such_module_anywhere\n\n\nf()\n"),
            ("leaves.py", "import sys\nsys.exit(3)\n"),
            ("tools/__init__.py", ""),
            ("tools/deep.py", "1 / 0\n"),
            ("tests/test_x.py", "1 / 0\n"),
            (
                "adapter.py",
                "from molecule_runtime.adapters import BaseAdapter\n\n\nclass A(BaseAdapter):\n    async def setup(self, config): ...\n\n\nAdapter = A\n",
            ),
        ],
    );
    let report = home.path().join("report.json");
    fs_err::write(&report, probed(python, &app)).unwrap();
    let ran = run(&app, &["--probe-report", report.to_str().unwrap(), "."]).exits(3);
    for says in [
        "`broken` cannot be imported: ModuleNotFoundError: No module named 'no_such_module_anywhere'",
        "line 5, in <module>",
        "declare what `no_such_module_anywhere` comes from in `requirements.txt`",
        "`leaves` cannot be imported: SystemExit: 3",
        "`tools.deep` cannot be imported: ZeroDivisionError: division by zero",
        "`adapter.Adapter` is abstract: it lacks `create_executor`",
    ] {
        assert!(ran.stdout.contains(says), "`{says}` is missing:\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("test_x"), "{}", ran.stdout);
}

#[test]
fn a_laptop_runs_the_probe_in_a_venv() {
    let Some(python) = python() else { return };
    let (_home, app) = app();
    run(&app, &["--python", python, "."]).exits(0).says("valid: no findings");
    write(&app, &[("adapter.py", "from plugins import load_plugins\n")]);
    run(&app, &["--python", python, "."]).exits(3).says(
        "the adapter's module `adapter` cannot be imported: ModuleNotFoundError: No module named 'plugins'",
    );
}

#[test]
fn static_mode_runs_nothing_of_a_template() {
    let template = good();
    write(
        template.path(),
        &[("adapter.py", "import pathlib\npathlib.Path('ran').touch()\nfrom x import Adapter\n")],
    );
    run(template.path(), &["."]);
    assert!(!template.path().join("ran").exists());
}

#[test]
fn a_template_that_ends_python_or_leaves_something_running_is_told_of() {
    let Some(python) = python() else { return };
    let (_home, app) = app();
    for text in ["import os\nos._exit(0)\n", "import os\nos.kill(os.getpid(), 9)\n"] {
        write(&app, &[("ends.py", text)]);
        run(&app, &["--python", python, "."]).exits(3).says("the import of `ends` ended Python itself");
    }
    write(
        &app,
        &[(
            "ends.py",
            "import os, time\nif os.fork() == 0:\n    os.close(1)\n    os.close(2)\n    time.sleep(30)\n    os._exit(0)\n",
        )],
    );
    let start = std::time::Instant::now();
    run(&app, &["--python", python, "."]).exits(0).says("valid: no findings");
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "nobody waits for the child");
}
