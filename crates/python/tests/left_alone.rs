//! What a rewrite leaves as it is, and says so.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use python::{LeftAloneReason, Module, Relocated, Relocation};

fn relocated(source: &[u8]) -> Relocated {
    let relocation = Relocation::new("pkg", ["config", "plugins", "main"]).unwrap();
    Module::parse("m.py", source.to_vec()).unwrap().relocate(&relocation).unwrap()
}

#[test]
fn a_function_that_is_handed_on_is_told() {
    let told = |source: &str| {
        let left = relocated(source.as_bytes()).report.left_alone;
        let handed_on = left.into_iter().filter(|one| one.reason == LeftAloneReason::HandedOn);
        handed_on.map(|one| one.text).collect::<Vec<_>>()
    };
    let importing =
        |rest: &str| format!("import importlib, sys\nfrom importlib import import_module\n{rest}\n");
    for (source, text) in [
        ("load = import_module", "import_module"),
        ("load = importlib.import_module", "importlib.import_module"),
        ("map(import_module, names)", "import_module"),
        ("partial(import_module, 'config')()", "import_module"),
        ("getattr(importlib, 'import_module')('config')", "getattr(importlib, 'import_module')"),
        ("load = __import__", "__import__"),
        ("m = sys.modules", "sys.modules"),
        ("getattr(sys, 'modules')", "getattr(sys, 'modules')"),
        ("for name in list(sys.modules): ...", "sys.modules"),
        ("sys.modules.items()", "sys.modules.items"),
        ("get = sys.modules.get", "sys.modules.get"),
    ] {
        assert_eq!(told(&importing(source)), [text], "{source}");
    }
    for source in [
        "import_module('config')",
        "import_module(name)",
        "x = 'config' in sys.modules",
        "sys.modules['config'].x",
        "sys.modules.get('config')",
        "del sys.modules['config']",
        "getattr(importlib, 'reload')",
        "getattr(x, 'import_module')",
        "import_module = None",
        "importlib.reload(x)",
        "from unittest import mock\nmock.patch.dict(sys.modules, {'config': x})",
        "from unittest.mock import patch\n@patch.object(a, 'b')\ndef f(): ...",
        "def test(monkeypatch): monkeypatch.setitem(sys.modules, 'config', x)",
        "print(sys.path, sys.argv)",
    ] {
        assert_eq!(told(&importing(source)), [""; 0], "{source}");
    }
    let own = Module::parse("m.py", b"from pytest import importorskip as f\nx = f\n".to_vec()).unwrap();
    let moved = own.relocate(&Relocation::new("pkg", ["pytest"]).unwrap()).unwrap();
    assert_eq!(moved.report.left_alone, [], "a module of its own by that name");
}

#[test]
fn text_that_is_run_as_code_is_told_where_it_names_a_module_that_moves() {
    let told = |source: &str| {
        let left = relocated(source.as_bytes()).report.left_alone;
        let code = left.into_iter().filter(|one| one.reason == LeftAloneReason::Code);
        code.map(|one| one.module.unwrap()).collect::<Vec<_>>()
    };
    for source in [
        "exec('import config')\n",
        "eval('config.X + 1')\n",
        "compile('from config import x', 'f', 'exec')\n",
        "exec(dedent('''\n  import config\n'''))\n",
        "exec(f'import config as {name}')\n",
        "exec('import ' + 'config')\n",
        "import builtins\nbuiltins.exec('import config')\n",
    ] {
        assert_eq!(told(source), ["config"], "{source}");
        assert_eq!(relocated(source.as_bytes()).module.into_parts().0, source.as_bytes(), "{source}");
    }
    for source in [
        "exec('import configuration')\n",
        "exec(config)\n",
        "execute('import config')\n",
        "from re import compile\ncompile('config')\n",
        "import re\nre.compile('config')\n",
        "run = exec\n",
    ] {
        assert_eq!(told(source), [""; 0], "{source}");
    }
}

#[test]
fn the_name_of_what_is_there_is_right_wherever_it_has_moved() {
    for source in [
        "from importlib import resources\nresources.files(__name__)\n",
        "from importlib.resources import files\nfiles(__package__)\nfiles(cls.__module__)\n",
        "import importlib\nimportlib.import_module(config.__name__)\n",
        "import sys\nsys.modules[__name__]\n",
    ] {
        assert_eq!(relocated(source.as_bytes()).report.left_alone, [], "{source}");
    }
}
