//! From a source tree to the package's tree.

use package::{BuildError, Mode, TreePath, assemble};

use crate::support::{Package, insert, text};

#[test]
fn modules_move_below_the_package_with_their_imports_and_all_else_stays() {
    let package = Package {
        files: &[
            ("main.py", "import config\nfrom adapters import base\nPATH = \"config\"\n"),
            ("config.py", "X = 1\n"),
            ("adapters/base.py", "from config import X\n"),
            ("adapters/data.bin", "import config\n"),
            ("tests/test_main.py", "import main\n"),
            ("adapters/tests/test_base.py", "import main\n"),
            ("conftest.py", "("),
            ("adapters/__pycache__/base.cpython-311.pyc", ""),
        ],
        ..Package::default()
    };
    let assembled = package.assembled().unwrap();
    let paths: Vec<_> = assembled.tree.paths().map(TreePath::as_str).collect();
    assert_eq!(
        paths,
        [
            "LICENSE",
            "README.md",
            "acme/__init__.py",
            "acme/_runtime_modules.json",
            "acme/adapters/base.py",
            "acme/adapters/data.bin",
            "acme/config.py",
            "acme/main.py",
            "acme/py.typed",
            "pyproject.toml",
        ]
    );
    assert_eq!(
        text(&assembled, "acme/main.py"),
        "import acme.config as config\nfrom acme.adapters import base\nPATH = \"config\"\n"
    );
    assert_eq!(text(&assembled, "acme/adapters/base.py"), "from acme.config import X\n");
    assert_eq!(text(&assembled, "acme/adapters/data.bin"), "import config\n");
    assert_eq!(
        text(&assembled, "acme/_runtime_modules.json"),
        "{\n  \"subpackages\": [\n    \"adapters\"\n  ],\n  \"top_level_modules\": [\n    \"config\",\n    \"main\"\n  ]\n}\n"
    );
}

#[test]
fn an_init_file_of_the_source_is_kept_and_the_mode_of_a_script() {
    let package =
        Package { files: &[("__init__.py", "import main\n"), ("main.py", "")], ..Package::default() };
    let mut tree = package.tree();
    let manifest = Package { files: &[("run.py", ""), ("main.py", "")], ..Package::default() }.manifest();
    insert(&mut tree, "ws/run.py", b"import main\n", Mode::Executable);
    let assembled = assemble(&tree, &manifest, &"1".parse().unwrap()).unwrap();
    assert_eq!(text(&assembled, "acme/__init__.py"), "import acme.main as main\n");
    assert_eq!(assembled.tree.get(&"acme/run.py".parse().unwrap()).unwrap().mode, Mode::Executable);
}

#[test]
fn every_module_that_cannot_be_read_is_told_with_its_place() {
    let package = Package {
        files: &[
            ("a.py", "def f(:\n"),
            ("b.py", "x = 1\n__import__(\"a\")\n"),
            ("c.py", "# -*- coding: koi8-r -*-\n"),
            ("d.py", "import a\n"),
        ],
        ..Package::default()
    };
    let mut tree = package.tree();
    insert(&mut tree, "ws/e.py", b"x = '\xff'\n", Mode::Regular);
    let manifest = Package { files: &[package.files, &[("e.py", "")]].concat(), ..package }.manifest();
    let Err(BuildError::Source(errors)) = assemble(&tree, &manifest, &"1".parse().unwrap()) else { panic!() };
    let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].starts_with("ws/a.py:1:7: "), "{told:#?}");
    assert!(told[1].starts_with("ws/b.py:2:") && told[1].contains("`tolerate-dunder-import`"), "{told:#?}");
    assert!(told[2].starts_with("ws/c.py:1:") && told[2].contains("koi8-r"), "{told:#?}");
    assert!(told[3].starts_with("ws/e.py:1:6: byte 0xff"), "{told:#?}");
}

#[test]
fn a_dunder_import_that_the_manifest_tolerates_is_left_as_it_is() {
    let package = Package {
        files: &[("a.py", "__import__(\"b\")\n"), ("b.py", "")],
        source: "tolerate-dunder-import = [\"b\"]",
        ..Package::default()
    };
    assert_eq!(text(&package.assembled().unwrap(), "acme/a.py"), "__import__(\"b\")\n");
}

#[test]
fn what_stands_in_the_way_is_told_by_its_kind() {
    let of = |files: &[(&str, &str)], project: &str| {
        Package { files, project, ..Package::default() }.assembled().unwrap_err()
    };
    assert!(matches!(of(&[("tests/a.py", "")], ""), BuildError::NoSource(_)));
    assert!(matches!(of(&[("a.py", ""), ("b/x.cpython-311.so", "")], ""), BuildError::Compiled(_)));
    assert!(matches!(of(&[("a.py", ""), ("_runtime_modules.json", "")], ""), BuildError::Reserved(_)));
    let missing = of(&[("a.py", "")], "readme = \"docs/README.md\"");
    assert_eq!(missing.to_string(), "`docs/README.md`, which the manifest names as the readme, is not there");
    let drift = Package { files: &[("a.py", "")], source: "data = [\"x.json\"]", ..Package::default() };
    let told = drift.assembled().unwrap_err().to_string();
    assert!(told.contains("\n  `ws/x.json` is listed and not there"), "{told}");
}

#[test]
fn a_readme_follows_what_is_generated() {
    let package = Package { files: &[("a.py", "")], project: "readme = \"docs.md\"", ..Package::default() };
    let mut tree = package.tree();
    insert(&mut tree, "docs.md", "\u{feff}## Use\n\nSo.\n".as_bytes(), Mode::Regular);
    let assembled = assemble(&tree, &package.manifest(), &"1".parse().unwrap()).unwrap();
    assert!(text(&assembled, "README.md").ends_with("make it there.\n\n## Use\n\nSo.\n"));
}

#[test]
fn a_dunder_import_of_a_submodule_is_told_with_the_entry_that_the_manifest_takes() {
    let files = [("pk/sub.py", ""), ("main.py", "__import__(\"pk.sub\")\n")];
    let refused = Package { files: &files, ..Package::default() }.assembled().unwrap_err().to_string();
    assert!(refused.contains("add the line `\"pk\",` to `tolerate-dunder-import`"), "{refused}");
    let tolerant =
        Package { files: &files, source: "tolerate-dunder-import = [\"pk\"]", ..Package::default() };
    assert!(tolerant.assembled().is_ok());
}
