//! Which imports a file makes, and when they run.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use python::{Guard, Import, Imported, Module, Outline, PythonVersion, Scope};

fn outline_of(path: &str, source: &str) -> Outline {
    Module::parse(path, source.as_bytes().to_vec()).unwrap().outline().clone()
}

fn imports(source: &str) -> Vec<Import> {
    outline_of("m.py", source).imports
}

/// The one import of a file, in words.
#[track_caller]
fn only(source: &str) -> Import {
    let found = imports(source);
    let [import] = &*found else { panic!("{source:?} imports {found:?}") };
    import.clone()
}

/// `level`, module and what is taken, as it could be written.
fn written(import: &Import) -> String {
    let dots = ".".repeat(import.level as usize);
    let module = format!("{dots}{}", import.module);
    let with = |name: &str, alias: &Option<String>| match alias {
        Some(alias) => format!("{name} as {alias}"),
        None => name.to_owned(),
    };
    match &import.what {
        Imported::Module { alias } => format!("import {}", with(&module, alias)),
        Imported::Everything => format!("from {module} import *"),
        Imported::Names(names) => {
            let names: Vec<_> = names.iter().map(|name| with(&name.name, &name.alias)).collect();
            format!("from {module} import {}", names.join(", "))
        }
        Imported::Call(call) => format!("{}({module})", call.function),
    }
}

#[test]
fn every_form_is_found() {
    let source = "import os.path as p, re\nfrom . import a, b as c\nfrom ..x.y import z\nfrom q import *\n\
                  from importlib import import_module as load\nload('l.m')\n__import__('d')\n";
    let outline = outline_of("m.py", source);
    let found: Vec<_> = outline.imports.iter().map(written).collect();
    assert_eq!(
        found,
        [
            "import os.path as p",
            "import re",
            "from . import a, b as c",
            "from ..x.y import z",
            "from q import *",
            "from importlib import import_module as load",
            "importlib.import_module(l.m)",
            "__import__(d)",
        ]
    );
    let places: Vec<_> = outline.imports.iter().map(|import| import.position.to_string()).collect();
    assert_eq!(places, ["1:8", "1:22", "2:1", "3:8", "4:6", "5:6", "6:6", "7:12"]);
}

#[test]
fn an_import_in_a_function_is_lazy_wherever_the_function_is() {
    let scope = |source: &str| only(source).context.scope;
    assert_eq!(scope("import a\n"), Scope::Module);
    assert_eq!(scope("if x:\n  try:\n    import a\n  finally: pass\n"), Scope::Module);
    assert_eq!(scope("class C:\n  import a\n"), Scope::Class);
    assert_eq!(scope("class C:\n  def f(self):\n    import a\n"), Scope::Function);
    assert_eq!(scope("def f():\n  class C:\n    import a\n"), Scope::Function);
    assert_eq!(scope("async def f():\n  with x:\n    from lib.pre_stop import y\n"), Scope::Function);
    assert_eq!(scope("match x:\n  case 1:\n    def f():\n      import a\n"), Scope::Function);
    let calls = imports(
        "import importlib\ndef f():\n  return importlib.import_module('a')\nimportlib.import_module('b')\n",
    );
    let scopes: Vec<_> = calls.iter().map(|call| call.context.scope).collect();
    assert_eq!(scopes, [Scope::Module, Scope::Function, Scope::Module]);
}

#[test]
fn an_import_whose_failure_is_caught_is_optional_and_its_substitute_a_fallback() {
    let guards = |source: &str| imports(source).iter().map(|import| import.context.guard).collect::<Vec<_>>();
    for class in [
        " ImportError",
        " ModuleNotFoundError",
        " (OSError, ImportError)",
        " ImportError as e",
        " builtins.ImportError",
    ] {
        let source = format!(
            "try:\n  import a\nexcept{class}:\n  import b\nelse:\n  import a.c\nfinally:\n  import d\n"
        );
        assert_eq!(
            guards(&source),
            [Guard::Optional, Guard::Fallback, Guard::Optional, Guard::None],
            "{class}"
        );
    }
    for class in ["", " Exception", " (OSError, BaseException)"] {
        let source = format!("try:\n  import a\nexcept{class}:\n  import b\nelse:\n  import a.c\n");
        assert_eq!(guards(&source), [Guard::CatchAll, Guard::None, Guard::None], "{class}");
    }
    assert_eq!(guards("try:\n  import a\nexcept OSError:\n  import b\n"), [Guard::None, Guard::None]);
    assert_eq!(guards("try:\n  import a\nfinally:\n  pass\n"), [Guard::None]);
    assert_eq!(guards("with suppress(ImportError):\n  import a\n"), [Guard::Optional]);
    assert_eq!(guards("with contextlib.suppress(KeyError):\n  import a\n"), [Guard::None]);
    assert_eq!(
        guards("try:\n  if x:\n    import a\nexcept ImportError:\n  pass\nimport b\n"),
        [Guard::Optional, Guard::None]
    );
}

#[test]
fn what_runs_outside_of_a_try_is_not_guarded_by_it() {
    let guards = |source: &str| imports(source).iter().map(|import| import.context.guard).collect::<Vec<_>>();
    let after = |block: &str| guards(&format!("try:\n  import a\n{block}")).pop().unwrap();
    assert_eq!(after("  def f():\n    import b\nexcept ImportError: pass\n"), Guard::None);
    assert_eq!(after("except ImportError: pass\nelse:\n  import b\n"), Guard::None);
    assert_eq!(after("except ImportError: pass\nelse:\n  from a.b import c\n"), Guard::Optional);
    assert_eq!(after("except ImportError: pass\nelse:\n  import ab\n"), Guard::None);
    assert_eq!(after("except ImportError: pass\nexcept Exception:\n  import b\n"), Guard::None);
    assert_eq!(after("  class C:\n    import b\nexcept ImportError: pass\n"), Guard::Optional);
    let inner = "  try:\n    import b\n  except Exception: pass\nexcept ImportError: pass\n";
    assert_eq!(after(inner), Guard::Optional, "the one further out says it");
}

#[test]
fn an_import_under_type_checking_never_runs() {
    let typing =
        |source: &str| imports(source).iter().map(|import| import.context.typing_only).collect::<Vec<_>>();
    let both = "if TYPE_CHECKING:\n  import a\nelse:\n  import b\n";
    assert_eq!(typing(both), [true, false]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "typing.TYPE_CHECKING")), [true, false]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "not TYPE_CHECKING")), [false, true]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "False")), [true, false]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "1")), [false, true]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "x")), [false, false]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "TYPE_CHECKING and x")), [true, false]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "x or TYPE_CHECKING")), [false, false]);
    assert_eq!(typing(&both.replace("TYPE_CHECKING", "not TYPE_CHECKING or x")), [false, true]);
    assert_eq!(
        typing("if x:\n  import a\nelif t.TYPE_CHECKING:\n  import b\nelse:\n  import c\n"),
        [false, true, false]
    );
}

#[test]
fn a_test_of_the_version_limits_the_versions_of_an_import() {
    let minors = |source: &str| {
        let runs = |import: &Import| {
            (6..15).filter(|m| import.context.python.contains(PythonVersion::three(*m))).collect()
        };
        imports(source).iter().map(runs).collect::<Vec<Vec<u8>>>()
    };
    let all: Vec<u8> = (6..15).collect();
    let both = "if sys.version_info >= (3, 11):\n  import tomllib\nelse:\n  import tomli\n";
    assert_eq!(minors(both), [vec![11, 12, 13, 14], vec![6, 7, 8, 9, 10]]);
    assert_eq!(minors(&both.replace(">=", "<")), [vec![6, 7, 8, 9, 10], vec![11, 12, 13, 14]]);
    assert_eq!(minors(&both.replace(">= (3, 11)", ">= (3, 11, 0)"))[0], [11, 12, 13, 14]);
    // 3.11.0 > (3, 11) is true
    assert_eq!(minors(&both.replace(">=", ">"))[0], [11, 12, 13, 14]);
    assert_eq!(minors(&both.replace(">=", "=="))[0], all);
    assert_eq!(minors(&both.replace("info", "info[:2]")), [vec![11, 12, 13, 14], vec![6, 7, 8, 9, 10]]);
    assert_eq!(minors(&both.replace("info >=", "info[:2] >"))[0], all);
    let between = both.replacen(':', " and sys.version_info < (3, 13):", 1);
    assert_eq!(minors(&between)[0], [11, 12]);
    assert_eq!(minors(&both.replace("(3, 11)", "(3, 11, 2)"))[0], all);
    let three = "if version_info < (3, 8):\n  import a\nelif version_info < (3, 10):\n  import b\nelse:\n  import c\n";
    assert_eq!(minors(three), [vec![6, 7], vec![8, 9], vec![10, 11, 12, 13, 14]]);
}

#[test]
fn a_relative_name_in_a_call_is_resolved_where_its_package_is_known() {
    let call = |path: &str, arguments: &str| {
        let outline =
            outline_of(path, &format!("from importlib import import_module\nimport_module({arguments})\n"));
        let found = outline.imports.get(1).map(written);
        found.unwrap_or_else(|| format!("computed {}", outline.computed_imports[0].argument))
    };
    assert_eq!(call("m.py", "'.a', __package__"), "importlib.import_module(.a)");
    assert_eq!(call("m.py", "'..a', package=__package__"), "importlib.import_module(..a)");
    assert_eq!(call("m.py", "'.a', 'p.q'"), "importlib.import_module(p.q.a)");
    assert_eq!(call("m.py", "'..a', 'p.q'"), "importlib.import_module(p.a)");
    assert_eq!(call("p/__init__.py", "'.a', __name__"), "importlib.import_module(.a)");
    // relative to the module itself, which is no package
    assert_eq!(call("p/m.py", "'.a', __name__"), "computed '.a'");
    assert_eq!(call("m.py", "'.a', package"), "computed '.a'");
    assert_eq!(call("m.py", "'....a', 'p'"), "computed '....a'");
}

#[test]
fn a_computed_name_is_told_with_what_is_known_of_it() {
    let source = "import importlib\nimportlib.import_module(f'plugins.{n}')\nimportlib.import_module(n)\n";
    let found = outline_of("m.py", source).computed_imports;
    let told: Vec<_> = found.iter().map(|call| (&*call.argument, call.prefix.as_deref())).collect();
    assert_eq!(told, [("f'plugins.{n}'", Some("plugins.")), ("n", None)]);
}

#[test]
fn a_call_that_copes_with_a_missing_module_says_so() {
    let probes = |source: &str| {
        imports(source).into_iter().find_map(|import| match import.what {
            Imported::Call(call) => Some(call.probes),
            _ => None,
        })
    };
    assert_eq!(probes("import importlib.util as u\nu.find_spec('a')\n"), Some(true));
    assert_eq!(probes("import importlib as i\ni.import_module('a')\n"), Some(false));
    assert_eq!(probes("import sys\nsys.modules['a']\n"), None);
}
