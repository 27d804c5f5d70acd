//! Every form of import before and after its modules move into the package `pkg`.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use python::{EditKind, LeftAloneReason, Module, RelocateError, Relocated, Relocation, RelocationError};

const MODULES: [&str; 8] = ["config", "plugins", "adapters", "main", "a2a_client", "utils", "x", "types_"];

fn relocation() -> Relocation {
    Relocation::new("pkg", MODULES).unwrap()
}

fn relocated(source: &[u8]) -> Relocated {
    let module = Module::parse("m.py", source.to_vec()).unwrap();
    module.relocate(&relocation()).unwrap()
}

#[track_caller]
fn becomes(before: &str, after: &str) {
    let result = relocated(before.as_bytes());
    let bytes = result.module.into_parts().0;
    assert_eq!(String::from_utf8(bytes).unwrap(), after, "from {before:?}");
    let again = relocated(after.as_bytes());
    assert_eq!(again.report.edits, [], "a second rewrite of {after:?} finds something");
}

#[track_caller]
fn stays(source: &str) {
    becomes(source, source);
}

#[test]
fn every_form_of_import_statement_moves() {
    for (before, after) in [
        ("from config import x\n", "from pkg.config import x\n"),
        ("from config import x as y, z\n", "from pkg.config import x as y, z\n"),
        ("from adapters.base import Base\n", "from pkg.adapters.base import Base\n"),
        ("from adapters import *\n", "from pkg.adapters import *\n"),
        ("import config\n", "import pkg.config as config\n"),
        ("import config as cfg\n", "import pkg.config as cfg\n"),
        ("import config, plugins\n", "import pkg.config as config, pkg.plugins as plugins\n"),
        ("import os, config\n", "import os, pkg.config as config\n"),
        ("import os, config as c, sys\n", "import os, pkg.config as c, sys\n"),
        ("import adapters.base\n", "import pkg.adapters.base as adapters, pkg.adapters as adapters\n"),
        ("import adapters.base as b\n", "import pkg.adapters.base as b\n"),
        (
            "import os.path, adapters.a.b, re\n",
            "import os.path, pkg.adapters.a.b as adapters, pkg.adapters as adapters, re\n",
        ),
        ("from \\\n  config import x\n", "from \\\n  pkg.config import x\n"),
        ("from config \\\n  import x\n", "from pkg.config \\\n  import x\n"),
        ("import \\\n  config\n", "import \\\n  pkg.config as config\n"),
        ("import adapters . base as b\n", "import pkg.adapters . base as b\n"),
        ("from adapters \\\n . base import b\n", "from pkg.adapters \\\n . base import b\n"),
        (
            "from config import (  # why\n    x,\n    y,\n)\n",
            "from pkg.config import (  # why\n    x,\n    y,\n)\n",
        ),
        ("import os; import config\n", "import os; import pkg.config as config\n"),
        (
            "try: import config\nexcept ImportError: pass\n",
            "try: import pkg.config as config\nexcept ImportError: pass\n",
        ),
        ("if 1: from config import x\n", "if 1: from pkg.config import x\n"),
        ("from config import x;from plugins import y", "from pkg.config import x;from pkg.plugins import y"),
        ("from\tconfig\timport\tx\n", "from\tpkg.config\timport\tx\n"),
        ("import config  # config\n", "import pkg.config as config  # config\n"),
        (
            "from __future__ import annotations\nimport config\n",
            "from __future__ import annotations\nimport pkg.config as config\n",
        ),
    ] {
        becomes(before, after);
    }
}

#[test]
fn imports_move_in_every_block() {
    for head in [
        "def f():",
        "async def f():",
        "class C:",
        "if x:",
        "while x:",
        "for i in y:",
        "async def f():\n  async for i in y:",
        "with x:",
        "try:\n  pass\nfinally:",
        "try:\n  pass\nexcept E:",
        "try:\n  pass\nexcept* E:",
        "if x:\n  pass\nelif y:",
        "if x:\n  pass\nelse:",
        "match x:\n  case [1, *_]:",
        "if TYPE_CHECKING:",
        "for i in y:\n  pass\nelse:",
        "while y:\n  pass\nelse:",
        "try:\n  pass\nexcept E:\n  pass\nelse:",
        "def f():\n  def g():\n   class C:\n    def h(self):",
    ] {
        let before = format!("{head}\n      from config import x\n      import plugins\n");
        let after = format!("{head}\n      from pkg.config import x\n      import pkg.plugins as plugins\n");
        becomes(&before, &after);
    }
}

#[test]
fn what_is_no_import_of_a_moved_module_stays() {
    for source in [
        "",
        "import os\nfrom re import x\n",
        "from . import config\nfrom .config import x\nfrom .. import config\n",
        "import configparser\nfrom config_x import y\nfrom os import config\nimport os.config\n",
        "import pkg.config as config\nfrom pkg.config import x\n",
        "'''from config import x'''\n",
        "'''\nfrom config and then\nimport config\n'''\n",
        "def f():\n    \"\"\"\n    >>> import config\n    \"\"\"\n",
        "code = 'import config'\n",
        "code = '''\nfrom config import x\n'''\n",
        "raise E() \\\n  from main\n",
        "def g():\n    yield \\\n        from_config\n",
        "x = 'config'\nplugins = {'main': 'plugins'}\n",
        "logging.getLogger('config')\n",
        "# import config\n",
        "config = 1\nconfig.x = config\n",
        "def config(main): return main.plugins\n",
        "if __name__ == '__main__':\n    main()\n",
        "x = f'import config {config}'\n",
        "def f(config: 'config.Config') -> 'plugins.P': ...\n",
        "x = []  # type: config.Config\n",
        "from __future__ import annotations\n",
        "\"config.x\"\n",
        "open('config.yaml'); open('main.py')\n",
    ] {
        stays(source);
        assert_eq!(relocated(source.as_bytes()).report.left_alone, [], "{source:?}");
    }
}

const IMPORTLIB: &str = "import importlib\n";

/// What comes before a line of code, the line, and what becomes of it.
const CALLS: &[(&str, &str, &str)] = &[
    (IMPORTLIB, "importlib.import_module('config')", "importlib.import_module('pkg.config')"),
    (
        IMPORTLIB,
        "importlib.import_module(name='adapters.base')",
        "importlib.import_module(name='pkg.adapters.base')",
    ),
    ("import importlib as il\n", "il.import_module('config')", "il.import_module('pkg.config')"),
    ("from importlib import import_module\n", "import_module(\"config\")", "import_module(\"pkg.config\")"),
    ("from importlib import import_module as load\n", "load('config')", "load('pkg.config')"),
    (
        "import importlib.util\n",
        "importlib.util.find_spec('config')",
        "importlib.util.find_spec('pkg.config')",
    ),
    ("from importlib import util\n", "util.find_spec('config.x')", "util.find_spec('pkg.config.x')"),
    ("from importlib.util import find_spec as spec\n", "spec('config')", "spec('pkg.config')"),
    (
        "import runpy\n",
        "runpy.run_module('main', run_name='__main__')",
        "runpy.run_module('pkg.main', run_name='__main__')",
    ),
    ("from unittest.mock import patch\n", "patch('a2a_client.x.y')", "patch('pkg.a2a_client.x.y')"),
    ("from unittest import mock\n", "mock.patch('a2a_client.x')", "mock.patch('pkg.a2a_client.x')"),
    ("import unittest.mock\n", "unittest.mock.patch('config.x')", "unittest.mock.patch('pkg.config.x')"),
    ("import mock\n", "mock.patch('config.x')", "mock.patch('pkg.config.x')"),
    (
        "from unittest.mock import patch\n",
        "patch.dict('config.D', {'config': 1})",
        "patch.dict('pkg.config.D', {'config': 1})",
    ),
    (
        "from unittest.mock import patch\n",
        "patch.multiple('config', x=1)",
        "patch.multiple('pkg.config', x=1)",
    ),
    (
        "from unittest.mock import patch\n",
        "patch.dict('sys.modules', {'config': m})",
        "patch.dict('sys.modules', {'pkg.config': m})",
    ),
    (
        "from unittest.mock import patch\nimport sys\n",
        "patch.dict(sys.modules, {'config': m, k: 1})",
        "patch.dict(sys.modules, {'pkg.config': m, k: 1})",
    ),
    ("", "mocker.patch('config.x')", "mocker.patch('pkg.config.x')"),
    ("", "monkeypatch.setattr('config.x', 1)", "monkeypatch.setattr('pkg.config.x', 1)"),
    ("", "monkeypatch.setattr(config, 'plugins', 1)", "monkeypatch.setattr(config, 'plugins', 1)"),
    (
        "import sys\n",
        "monkeypatch.setitem(sys.modules, 'config', m)",
        "monkeypatch.setitem(sys.modules, 'pkg.config', m)",
    ),
    ("import pytest\n", "pytest.importorskip('config')", "pytest.importorskip('pkg.config')"),
    ("import sys\n", "sys.modules['config'] = m", "sys.modules['pkg.config'] = m"),
    ("import sys\n", "del sys.modules['config']", "del sys.modules['pkg.config']"),
    ("from sys import modules as mods\n", "mods['config']", "mods['pkg.config']"),
    ("import sys\n", "sys.modules.get('config')", "sys.modules.get('pkg.config')"),
    ("import sys\n", "sys.modules.pop('config', None)", "sys.modules.pop('pkg.config', None)"),
    ("import sys\n", "sys.modules.setdefault('config', m)", "sys.modules.setdefault('pkg.config', m)"),
    ("import sys\n", "'config' in sys.modules", "'pkg.config' in sys.modules"),
    ("import sys\n", "'config' not in sys.modules", "'pkg.config' not in sys.modules"),
    (
        "import importlib.resources\n",
        "importlib.resources.files('adapters') / 'config'",
        "importlib.resources.files('pkg.adapters') / 'config'",
    ),
    (
        "import importlib.resources\n",
        "importlib.resources.files(package='adapters')",
        "importlib.resources.files(package='pkg.adapters')",
    ),
    (
        "import pkg_resources\n",
        "pkg_resources.resource_filename('adapters', 'a.txt')",
        "pkg_resources.resource_filename('pkg.adapters', 'a.txt')",
    ),
    (
        "import pkgutil\n",
        "pkgutil.walk_packages(adapters.__path__, 'adapters.')",
        "pkgutil.walk_packages(adapters.__path__, 'pkg.adapters.')",
    ),
    (
        "from pkgutil import iter_modules\n",
        "iter_modules(adapters.__path__, prefix='adapters.')",
        "iter_modules(adapters.__path__, prefix='pkg.adapters.')",
    ),
    ("import pkgutil\n", "pkgutil.resolve_name('main:app')", "pkgutil.resolve_name('pkg.main:app')"),
    (
        IMPORTLIB,
        "importlib.import_module('.base', 'adapters')",
        "importlib.import_module('.base', 'pkg.adapters')",
    ),
    (
        IMPORTLIB,
        "importlib.import_module('.config', __package__)",
        "importlib.import_module('.config', __package__)",
    ),
    // prefixes, quotes, concatenations
    (IMPORTLIB, "importlib.import_module(r'config')", "importlib.import_module(r'pkg.config')"),
    (IMPORTLIB, "importlib.import_module(u\"config\")", "importlib.import_module(u\"pkg.config\")"),
    (IMPORTLIB, "importlib.import_module('''config''')", "importlib.import_module('''pkg.config''')"),
    (IMPORTLIB, "importlib.import_module('con' 'fig.x')", "importlib.import_module('pkg.con' 'fig.x')"),
    (IMPORTLIB, "importlib.import_module('' \"config\")", "importlib.import_module('pkg.' \"config\")"),
    (IMPORTLIB, "importlib.import_module('\\x63onfig')", "importlib.import_module('pkg.\\x63onfig')"),
    (
        IMPORTLIB,
        "importlib.import_module(\n    # which\n    'config',\n)",
        "importlib.import_module(\n    # which\n    'pkg.config',\n)",
    ),
    (IMPORTLIB, "importlib.import_module(('config'))", "importlib.import_module(('pkg.config'))"),
    (IMPORTLIB, "importlib.import_module(f'config')", "importlib.import_module(f'pkg.config')"),
    // the top-level module is certain although the rest is computed
    (IMPORTLIB, "importlib.import_module(f'plugins.{n}')", "importlib.import_module(f'pkg.plugins.{n}')"),
    (
        IMPORTLIB,
        "importlib.import_module(rf\"plugins.{n}\")",
        "importlib.import_module(rf\"pkg.plugins.{n}\")",
    ),
    (
        IMPORTLIB,
        "importlib.import_module('plugins.' f'{n}')",
        "importlib.import_module('pkg.plugins.' f'{n}')",
    ),
    (
        IMPORTLIB,
        "importlib.import_module('plugins.' + n + '.x')",
        "importlib.import_module('pkg.plugins.' + n + '.x')",
    ),
    (IMPORTLIB, "importlib.import_module('plugins.%s' % n)", "importlib.import_module('pkg.plugins.%s' % n)"),
    (
        IMPORTLIB,
        "importlib.import_module('plugins.{}'.format(n))",
        "importlib.import_module('pkg.plugins.{}'.format(n))",
    ),
    // decorators, nested calls
    (
        "from unittest.mock import patch\n",
        "@patch('config.x')\ndef f(m): pass",
        "@patch('pkg.config.x')\ndef f(m): pass",
    ),
    (IMPORTLIB, "f(g(importlib.import_module('config').x))", "f(g(importlib.import_module('pkg.config').x))"),
];

#[test]
fn literal_names_in_known_calls_move() {
    for (prelude, before, after) in CALLS {
        becomes(&format!("{prelude}{before}\n"), &format!("{prelude}{after}\n"));
    }
}

#[test]
fn the_program_that_is_running_stays_where_it_is() {
    let relocation = Relocation::new("pkg", ["__main__", "config"]).unwrap();
    let source = "import __main__\nimport sys\nsys.modules['__main__']\nfrom __main__ import x\n";
    let module = Module::parse("m.py", source.into()).unwrap();
    assert_eq!(module.relocate(&relocation).unwrap().report.edits, []);
}

#[test]
fn functions_of_a_module_that_moves_itself_are_not_those_known_by_its_name() {
    let relocation = Relocation::new("pkg", ["mock", "config"]).unwrap();
    let module = Module::parse("m.py", "import mock\nmock.patch('config.x')\n".into()).unwrap();
    let edits = module.relocate(&relocation).unwrap().report.edits;
    assert_eq!(edits.iter().map(|edit| edit.before.as_str()).collect::<Vec<_>>(), ["mock"]);
}

#[test]
fn a_prefix_that_is_not_known_to_be_one_is_reported() {
    let left = |source: &str| {
        let left = relocated(source.as_bytes()).report.left_alone;
        left.into_iter().map(|left| (left.reason, left.module)).collect::<Vec<_>>()
    };
    assert_eq!(left("x = load('adapters.')\n"), [(LeftAloneReason::LookAlike, Some("adapters".to_owned()))]);
    assert_eq!(left("import pkgutil\npkgutil.iter_modules(p, config.__name__ + '.')\n"), []);
    assert_eq!(left("import pkgutil\npkgutil.iter_modules(p, f'{__name__}.')\n"), []);
    assert_eq!(left("import pkgutil\npkgutil.iter_modules()\npkgutil.walk_packages(p, '')\n"), []);
}

#[test]
fn names_in_other_calls_stay() {
    for source in [
        "def import_module(n): ...\nimport_module('config')\n",
        "self.import_module('config')\n",
        "import importlib\nimportlib.metadata.version('config')\n",
        "import importlib\nimportlib.import_module('configx')\nimportlib.import_module('os')\n",
        "import sys\nsys.path.append('config')\n",
        "modules['config']\n",
        "d.patch('config')\n",
    ] {
        stays(source);
    }
}

#[test]
fn encodings_byte_order_marks_and_line_ends_stay() {
    let cases: [(&[u8], &[u8]); 7] = [
        (b"\xef\xbb\xbfimport config\r\n", b"\xef\xbb\xbfimport pkg.config as config\r\n"),
        (
            b"\xef\xbb\xbf# coding: utf-8\nimport config",
            b"\xef\xbb\xbf# coding: utf-8\nimport pkg.config as config",
        ),
        (
            b"# coding: latin-1\ns = '\xe9'; import config # \xfc\n",
            b"# coding: latin-1\ns = '\xe9'; import pkg.config as config # \xfc\n",
        ),
        (
            b"import os\r\nfrom config import (\r\n x)\r\n",
            b"import os\r\nfrom pkg.config import (\r\n x)\r\n",
        ),
        (b"import config\rimport plugins\r", b"import pkg.config as config\rimport pkg.plugins as plugins\r"),
        (
            b"import config\n\x0c\nimport plugins\n",
            b"import pkg.config as config\n\x0c\nimport pkg.plugins as plugins\n",
        ),
        ("s = 'é😀'; import config\n".as_bytes(), "s = 'é😀'; import pkg.config as config\n".as_bytes()),
    ];
    for (before, after) in cases {
        let bytes = relocated(before).module.into_parts().0;
        assert_eq!(bytes.escape_ascii().to_string(), after.escape_ascii().to_string());
    }
}

#[test]
fn places_in_the_result_are_those_of_the_file_as_it_was() {
    let source = "import os, config, re; from plugins import a, b\nimport adapters.x, json\n\
                  from importlib import import_module as load; load('config'); load(x)\n";
    let places = |outline: &python::Outline| {
        let mut places: Vec<_> = outline.imports.iter().map(|import| import.position.to_string()).collect();
        for import in &outline.imports {
            if let python::Imported::Names(names) = &import.what {
                places.extend(names.iter().map(|name| name.position.to_string()));
            }
        }
        places.extend(outline.computed_imports.iter().map(|import| import.position.to_string()));
        places.dedup();
        places
    };
    let before = Module::parse("m.py", source.into()).unwrap();
    let after = relocated(source.as_bytes()).module;
    // the second name of `import pkg.adapters.x as adapters, pkg.adapters as adapters` stands after the first
    let mut expected = places(before.outline());
    let second = expected.iter().position(|place| place == "2:8").unwrap() + 1;
    expected.insert(second, "2:18".to_owned());
    assert_eq!(places(after.outline()), expected);
}

#[test]
fn the_report_names_every_edit() {
    let source = "import os, config\nfrom adapters.base import B\nimport importlib as i\nx = i.import_module('plugins')\n";
    let report = relocated(source.as_bytes()).report;
    let told: Vec<_> = report
        .edits
        .iter()
        .map(|edit| (edit.position.to_string(), edit.kind, edit.before.as_str(), edit.after.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("1:12".to_owned(), EditKind::Import, "config", "pkg.config as config"),
            ("2:6".to_owned(), EditKind::From, "adapters.base", "pkg.adapters.base"),
            ("4:22".to_owned(), EditKind::String, "plugins", "pkg.plugins"),
        ]
    );
    let json = serde_json::to_value(&report.edits[0]).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "position": {"line": 1, "column": 12},
            "kind": "import",
            "before": "config",
            "after": "pkg.config as config",
        })
    );
}

#[test]
fn the_report_names_what_was_left_alone_on_purpose() {
    use LeftAloneReason::{Computed, ComputedRest, LookAlike};
    for (source, reason, text, module) in [
        ("import importlib\nimportlib.import_module(name)\n", Computed, "name", None),
        ("import importlib\nimportlib.import_module(b'config')\n", Computed, "b'config'", None),
        ("import importlib\nimportlib.import_module(f'{n}.x')\n", Computed, "f'{n}.x'", None),
        ("import importlib\nimportlib.import_module(f'config{n}')\n", Computed, "f'config{n}'", None),
        ("import importlib\nimportlib.import_module(*names)\n", Computed, "(*names)", None),
        ("__import__(name)\n", Computed, "name", None),
        ("import sys\nsys.modules[name]\n", Computed, "name", None),
        (
            "import importlib\nimportlib.import_module(f'config.{n}')\n",
            ComputedRest,
            "f'config.{n}'",
            Some("config"),
        ),
        ("uvicorn.run('main:app')\n", LookAlike, "'main:app'", Some("main")),
        ("HANDLER = 'plugins.Handler'\n", LookAlike, "'plugins.Handler'", Some("plugins")),
        ("run([sys.executable, '-m', 'main'])\n", LookAlike, "'main'", Some("main")),
        ("patch('config.x')\n", LookAlike, "'config.x'", Some("config")),
    ] {
        let left = relocated(source.as_bytes()).report.left_alone;
        let [left] = &*left else { panic!("{source:?}: {left:?}") };
        assert_eq!(
            (left.reason, left.text.as_str(), left.module.as_deref()),
            (reason, text, module),
            "{source:?}"
        );
    }
}

#[test]
fn dunder_import_of_a_moved_module_is_an_error_unless_it_is_allowed() {
    let parse = || Module::parse("m.py", b"x = __import__('config.x')\n__import__('os')\n".to_vec()).unwrap();
    let Err(RelocateError::DunderImport { position, module, .. }) = parse().relocate(&relocation()) else {
        panic!("it was accepted")
    };
    assert_eq!((position.to_string().as_str(), module.as_str()), ("1:16", "config.x"));
    let result = parse().relocate(&relocation().allowing_dunder_import(["config"])).unwrap();
    assert_eq!(result.report.edits, []);
    let [left] = &*result.report.left_alone else { panic!("{:?}", result.report) };
    assert_eq!(left.reason, LeftAloneReason::DunderImport);
}

#[test]
fn a_package_that_is_one_of_the_modules_is_refused() {
    let refused =
        |package: &str, modules: &[&str]| Relocation::new(package, modules.iter().copied()).unwrap_err();
    assert_eq!(refused("config", &["config"]), RelocationError::ModuleIsPackage("config".to_owned()));
    for name in ["", "a-b", "a..b", "class", "é", "1a", "__future__", " a"] {
        assert!(matches!(refused(name, &["config"]), RelocationError::NotAName(_)), "{name:?}");
        assert!(matches!(refused("pkg", &[name]), RelocationError::NotAName(_)), "{name:?}");
    }
    assert!(matches!(refused("pkg", &["a.b"]), RelocationError::NotAName(_)));
    assert!(Relocation::new("molecule.runtime", ["config"]).is_ok());
}

#[test]
fn the_result_tells_its_imports() {
    let result = relocated(b"import adapters.base\n");
    let modules: Vec<_> =
        result.module.outline().imports.iter().map(|import| import.module.as_str()).collect();
    assert_eq!(modules, ["pkg.adapters.base", "pkg.adapters"]);
}
