//! What a build leaves behind and tells.

use crate::checkout::Checkout;

#[test]
fn the_output_folder_holds_the_package_and_its_archives_and_nothing_else() {
    let checkout = Checkout::of_example();
    let ran = checkout.build().ok();
    assert_eq!(
        checkout.list("out"),
        [
            "LICENSE",
            "README.md",
            "acme_runtime/",
            "acme_runtime/__init__.py",
            "acme_runtime/_runtime_modules.json",
            "acme_runtime/adapters/",
            "acme_runtime/adapters/__init__.py",
            "acme_runtime/adapters/base.py",
            "acme_runtime/adapters/echo.py",
            "acme_runtime/builtin_tools/",
            "acme_runtime/builtin_tools/__init__.py",
            "acme_runtime/builtin_tools/memory.py",
            "acme_runtime/config.py",
            "acme_runtime/defaults.json",
            "acme_runtime/legacy.py",
            "acme_runtime/main.py",
            "acme_runtime/plugins.py",
            "acme_runtime/prompt.py",
            "acme_runtime/py.typed",
            "acme_runtime/skill_loader/",
            "acme_runtime/skill_loader/__init__.py",
            "acme_runtime/skill_loader/greet.md",
            "acme_runtime/skill_loader/hook.py",
            "acme_runtime/watcher.py",
            "acme_runtime/windows.py",
            "dist/",
            "dist/acme_workspace_runtime-1.4.0-py3-none-any.whl",
            "dist/acme_workspace_runtime-1.4.0.tar.gz",
            "pyproject.toml",
        ]
    );
    for line in [
        "version: 1.4.0\n",
        "wheel: out/dist/acme_workspace_runtime-1.4.0-py3-none-any.whl\n",
        "sdist: out/dist/acme_workspace_runtime-1.4.0.tar.gz\n",
        "requirement: acme-workspace-runtime==1.4.0 --hash=sha256:",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    assert!(ran.err.contains("moved 27 imports in 8 of 14 modules"), "{}", ran.err);
    assert!(ran.err.contains("0 findings, 1 notes"), "{}", ran.err);
}

#[test]
fn every_form_of_import_is_moved_and_nothing_that_only_looks_like_one() {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    let line = |file: &str, number: usize| {
        let bytes = fs_err::read(checkout.path("out/acme_runtime").join(file)).unwrap();
        String::from_utf8_lossy(bytes.split(|byte| *byte == b'\n').nth(number - 1).unwrap()).into_owned()
    };
    assert_eq!(line("main.py", 5), "from config and then from main, in that order.");
    assert_eq!(line("main.py", 10), "import sys, acme_runtime.config as config");
    assert_eq!(line("main.py", 11), "import acme_runtime.config as cfg");
    assert_eq!(
        line("main.py", 12),
        "import acme_runtime.adapters.base as adapters, acme_runtime.adapters as adapters"
    );
    assert_eq!(line("watcher.py", 5), "    acme_runtime.config import (");
    assert_eq!(line("plugins.py", 9), "NAMES = [\"config\", \"plugins\", \"main\"]");
    assert_eq!(line("plugins.py", 13), "    echo = import_module(\"acme_runtime.adapters.echo\")");
    assert_eq!(line("prompt.py", 8), "import config");
    assert_eq!(line("windows.py", 3), "import acme_runtime.config as config\r");
    let legacy = fs_err::read(checkout.path("out/acme_runtime/legacy.py")).unwrap();
    assert!(legacy.windows(4).any(|bytes| bytes == b"gr\xfc\xdf"), "latin-1 stays latin-1");
    let windows = fs_err::read(checkout.path("out/acme_runtime/windows.py")).unwrap();
    assert!(windows.starts_with(b"\xef\xbb\xbf"), "the byte order mark stays");
}

#[test]
fn the_list_is_printed_and_nothing_is_written() {
    let checkout = Checkout::of_example();
    let before = checkout.list("");
    let ran = checkout.run(&["build", "--list", "--version", "1.4.0"]).ok();
    assert!(
        ran.out.contains("acme_workspace_runtime-1.4.0-py3-none-any.whl:\n  acme_runtime/__init__.py\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\nacme_workspace_runtime-1.4.0.tar.gz:\n  acme_workspace_runtime-1.4.0/LICENSE\n")
    );
    assert_eq!(checkout.list(""), before);
}

#[test]
fn check_needs_no_version_and_writes_nothing() {
    let checkout = Checkout::of_example();
    let before = checkout.list("");
    checkout.run(&["check"]).ok();
    assert_eq!(checkout.list(""), before);
}

#[test]
fn a_package_that_is_not_whole_is_not_written_and_ends_with_3() {
    let checkout = Checkout::of_example();
    checkout.edit(
        "workspace/builtin_tools/memory.py",
        "        self._kept: dict",
        "        from lib.pre_stop import x\n        self._kept: dict",
    );
    for command in ["build", "check"] {
        let ran = checkout.run(&[command, "--version", "1.4.0", "--out", "out"]);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        let told = "error: the package is not whole: `lib` is left out of the package: remove the import, or ship \
                    `workspace/lib` by listing it in runtime-package.toml (workspace/builtin_tools/memory.py:3)";
        assert!(format!("{}{}", ran.out, ran.err).contains(told), "{ran:?}");
        assert!(!ran.out.contains("requirement:"), "{ran:?}");
        assert!(!checkout.path("out").exists());
    }
}

#[test]
fn an_earlier_build_is_replaced_whole() {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    checkout.edit("runtime-package.toml", "    \"legacy\",\n", "");
    checkout.remove("workspace/legacy.py");
    checkout.edit("workspace/main.py", "    from legacy import GREETING\n", "    GREETING = \"\"\n");
    checkout.run(&["build", "--version", "1.5.0", "--out", "out"]).ok();
    let files = checkout.list("out");
    assert!(!files.iter().any(|path| path.contains("legacy") || path.contains("1.4.0")), "{files:?}");
    assert!(files.contains(&"dist/acme_workspace_runtime-1.5.0.tar.gz".to_owned()), "{files:?}");
    assert_eq!(checkout.list("").iter().filter(|path| path.starts_with(".runtime-package-")).count(), 0);
}

#[test]
fn a_version_comes_from_the_runs_tag() {
    let checkout = Checkout::of_example();
    let mut program = checkout.program();
    let output =
        program.args(["build", "--out", "out"]).env("GITHUB_REF", "refs/tags/runtime-v0.2.0-rc.1").output();
    assert!(String::from_utf8(output.unwrap().stdout).unwrap().contains("version: 0.2.0rc1\n"));
    let local = checkout.run(&["build", "--version", "0.1.0-local", "--out", "local"]).ok();
    assert!(
        local.out.contains("wheel: local/dist/acme_workspace_runtime-0.1.0+local-py3-none-any.whl"),
        "{local:?}"
    );
}

#[test]
fn the_report_names_every_edit_as_json() {
    let checkout = Checkout::of_example();
    checkout.run(&["check", "--report", "report.json"]).ok();
    let report: serde_json::Value =
        serde_json::from_slice(&fs_err::read(checkout.path("report.json")).unwrap()).unwrap();
    let edits: usize = report["rewritten"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["edits"].as_array().unwrap().len())
        .sum();
    assert_eq!(edits, 27);
    assert_eq!(report["rewritten"][0]["path"], "workspace/adapters/base.py");
    assert_eq!(
        report["rewritten"][0]["edits"][0],
        serde_json::json!({
            "position": { "line": 1, "column": 8 },
            "kind": "import",
            "before": "config",
            "after": "acme_runtime.config as config",
        })
    );
    assert_eq!(report["proof"]["notes"][0]["kind"], "unresolved");
    assert_eq!(report["wheel"]["sha256"].as_str().unwrap().len(), 64);
    let shown = checkout.run(&["check", "--show-edits"]).ok();
    assert!(
        shown.err.contains("workspace/adapters/base.py:1:8: `config` → `acme_runtime.config as config`\n")
    );
}

#[test]
fn a_job_reads_inputs_and_writes_outputs_relative_to_its_workspace() {
    let checkout = Checkout::of_example();
    let outputs = checkout.path("outputs.txt");
    let summary = checkout.path("summary.md");
    fs_err::write(&outputs, "").unwrap();
    fs_err::write(&summary, "").unwrap();
    let mut program = checkout.program();
    program.current_dir("/").envs([
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REF", "refs/tags/runtime-v1.4.0"),
        ("GITHUB_SHA", "5fbdd049cde7990e340ca0cee5f69ee400d98b81"),
        ("INPUT_COMMAND", "build"),
        ("INPUT_VERSION", ""),
        ("INPUT_OUT", "release/package"),
    ]);
    program.env("GITHUB_WORKSPACE", checkout.path(""));
    program.env("GITHUB_OUTPUT", &outputs).env("GITHUB_STEP_SUMMARY", &summary);
    let ran = program.output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let outputs = fs_err::read_to_string(outputs).unwrap();
    assert!(
        outputs.contains("release/package/dist/acme_workspace_runtime-1.4.0-py3-none-any.whl"),
        "{outputs}"
    );
    assert!(!outputs.contains(checkout.path("").to_str().unwrap()), "{outputs}");
    assert!(outputs.contains("5fbdd049cde7990e340ca0cee5f69ee400d98b81"), "{outputs}");
    let summary = fs_err::read_to_string(summary).unwrap();
    assert!(summary.starts_with("## acme-workspace-runtime 1.4.0\n\nThe package is whole"), "{summary}");
}
