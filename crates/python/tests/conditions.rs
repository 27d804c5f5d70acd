//! What conditions say of the versions of Python on which an import runs.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use python::{Context, Imported, Module, PythonVersion};

/// The contexts of the modules called `a`, `b` and `c`, in source order.
fn contexts(source: &str) -> Vec<Context> {
    let module = Module::parse("m.py", source.as_bytes().to_vec()).unwrap();
    let wanted = module.outline().imports.iter().filter(|one| ["a", "b", "c"].contains(&one.module.as_str()));
    wanted.map(|one| one.context).collect()
}

/// The minor versions, of 3.6 to 3.14, on which each runs: from the first one given to before the second.
#[track_caller]
fn run_on(source: &str, expected: &[(u8, u8)]) {
    let minors = |context: &Context| {
        (6..15).filter(|minor| context.python.contains(PythonVersion::three(*minor))).collect::<Vec<_>>()
    };
    let found: Vec<_> = contexts(source).iter().map(minors).collect();
    let expected: Vec<Vec<u8>> = expected.iter().map(|&(from, to)| (from..to).collect()).collect();
    assert_eq!(found, expected, "{source}");
}

#[test]
fn a_name_that_stands_for_a_test_of_the_version_is_read_as_the_test() {
    for flag in [
        "PY = sys.version_info[:2] >= (3, 11)\n",
        "NEW = not sys.version_info < (3, 11)\nPY = NEW\n",
        "import sys\nPY = (3, 11) <= sys.version_info\n",
    ] {
        run_on(&format!("{flag}if PY:\n  import a\nelse:\n  import b\n"), &[(11, 15), (6, 11)]);
        run_on(
            &format!("{flag}def f():\n  if not PY:\n    import a\n  elif x:\n    import b\n"),
            &[(6, 11), (11, 15)],
        );
    }
}

#[test]
fn a_name_that_is_bound_again_is_only_known_to_depend_on_the_version() {
    for other in [
        "PY = x\n",
        "def f(PY): ...\n",
        "for PY in x: ...\n",
        "from x import PY\n",
        "def f():\n  global PY\n",
    ] {
        let source = format!("PY = sys.version_info >= (3, 11)\n{other}if PY:\n  import a\n");
        run_on(&source, &[(6, 15)]);
        assert!(contexts(&source)[0].some_python, "{source}");
    }
}

#[test]
fn a_test_that_cannot_be_read_is_told_from_one_that_has_nothing_to_do_with_the_version() {
    for test in [
        "compat.PY310",
        "IS_PY39_PLUS",
        "PY",
        "sys.hexversion >= 0x030B0000",
        "sys.version_info[:2] == (3, 11)",
        "sys.version_info >= MINIMUM",
        "Version(platform.python_version()) >= x",
    ] {
        let found = contexts(&format!("if {test}:\n  import a\nelse:\n  import b\n"));
        assert!(found.iter().all(|one| one.some_python && one.conditional), "{test}");
    }
    for test in ["sys.platform == 'win32'", "PYPY", "x.py", "HAPPY", "version > 3"] {
        let found = contexts(&format!("if {test}:\n  import a\n"))[0];
        assert!(!found.some_python && found.conditional, "{test}");
    }
}

#[test]
fn what_a_test_says_of_the_version_beside_other_things_holds_where_it_must() {
    run_on("if sys.version_info >= (3, 11) and x:\n  import a\nelse:\n  import b\n", &[(11, 15), (6, 15)]);
    run_on("if sys.version_info < (3, 11) or x:\n  import a\nelse:\n  import b\n", &[(6, 15), (11, 15)]);
    run_on("if (3, 8) <= sys.version_info < (3, 11):\n  import a\nelse:\n  import b\n", &[(8, 11), (6, 15)]);
    run_on("if (3, 11) > sys.version_info:\n  import a\n", &[(6, 11)]);
}

#[test]
fn python_2_is_known_by_all_its_names() {
    for test in [
        "six.PY2",
        "sys.version_info[0] == 2",
        "sys.version_info.major < 3",
        "sys.version_info[0] <= 2",
        "not PY3",
    ] {
        run_on(&format!("if {test}:\n  import a\nelse:\n  import b\n"), &[(0, 0), (6, 15)]);
    }
}

#[test]
fn what_follows_a_block_that_leaves_runs_on_the_other_versions() {
    for leave in ["return", "raise x"] {
        let source = format!(
            "def f():\n  if sys.version_info < (3, 11):\n    {leave}\n  import a\n  if x:\n    import b\n"
        );
        run_on(&source, &[(11, 15), (11, 15)]);
    }
    run_on(
        "for x in y:\n  if sys.version_info < (3, 11): continue\n  import a\nimport b\n",
        &[(11, 15), (6, 15)],
    );
    run_on("def f():\n  if sys.version_info < (3, 11):\n    x()\n  import a\n", &[(6, 15)]);
    // a call, whose context is looked up by where it stands
    let called = "from importlib import import_module\ndef f():\n  if sys.version_info < (3, 11): return\n  import_module('a')\n";
    run_on(called, &[(11, 15)]);
    let module = Module::parse("m.py", called.as_bytes().to_vec()).unwrap();
    assert!(matches!(module.outline().imports[1].what, Imported::Call(_)));
}
