//! A workspace runs in a package as it runs bare: both are run by the Python at hand, and say the same.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use std::path::Path;
use std::process::Command;

use python::{Module, Relocation};

/// A small workspace with every form of import, circles included. What it prints has no module's name in it.
const WORKSPACE: &[(&str, &str)] = &[
    (
        "config.py",
        "import main2, plugins\nVALUE = 'config'\ndef late():\n    return main2.VALUE + plugins.VALUE\n",
    ),
    (
        "main2.py",
        "import config\nimport adapters.base\nVALUE = 'main2'\ndef late():\n    return config.VALUE\n",
    ),
    ("stub.py", "raise RuntimeError('the stand-in was not taken')\n"),
    ("plugins.py", "__all__ = ['VALUE', 'shown']\nVALUE = 'plugins'\nshown = 1\nhidden = 2\n"),
    ("adapters/__init__.py", "from . import base\nimport config as settings\n"),
    ("adapters/base.py", "VALUE = 'base'\nclass Base:\n    pass\n"),
    ("adapters/deep/__init__.py", ""),
    ("adapters/deep/leaf.py", "from adapters.base import Base\nimport adapters.deep.leaf as me\nSELF = me\n"),
    (
        "entry.py",
        r#""""
import config
"""
import importlib, sys
import os.path, config, adapters.base, adapters.deep.leaf as leaf
import plugins as p
from plugins import *
from importlib import import_module as load
from unittest import mock

before = set(globals())

def function():
    import adapters.deep.leaf
    from config import VALUE
    return adapters.base.VALUE, adapters.deep.leaf.Base is adapters.base.Base, VALUE

class Holder:
    import plugins
    from adapters import base as b

try:
    import tomllib_that_is_not_there
except ImportError:
    import plugins as tomllib_that_is_not_there

print(config.late(), adapters.base.VALUE, leaf.SELF is leaf, p.shown, VALUE, shown)
print("hidden" in globals(), sorted(name for name in before if not name.startswith("_")))
print(function(), Holder.plugins is p, Holder.b is adapters.base)
print(load("config") is config, load(name="adapters.base") is adapters.base)
print([load(f"adapters.{n}").VALUE for n in ["base"]], load("adapters." + "base") is adapters.base)
print("config" in sys.modules, sys.modules["config"] is config, sys.modules.get("adapters.base") is adapters.base)
print(importlib.util.find_spec("adapters.deep") is not None, tomllib_that_is_not_there is p)
with mock.patch("config.VALUE", "patched"), mock.patch.dict(sys.modules, {"stub": config}):
    import stub
    print(config.VALUE, stub is config)
print(["config", "plugins", "main2"], repr(__doc__), [name for name in globals() if name == "pkg"])
"#,
    ),
];

fn run(folder: &Path, module: &str) -> Option<String> {
    let answer = Command::new("python3").args(["-B", "-m", module]).current_dir(folder).output().ok()?;
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    Some(String::from_utf8(answer.stdout).unwrap())
}

#[test]
fn a_workspace_behaves_in_a_package_as_it_does_bare() {
    let modules = ["config", "main2", "stub", "plugins", "adapters", "entry"];
    let relocation = Relocation::new("pkg", modules).unwrap();
    let (bare, packaged) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let put = |folder: &Path, name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, bytes).unwrap();
    };
    for (name, source) in WORKSPACE {
        put(bare.path(), name, source.as_bytes());
        let module = Module::parse(name, source.as_bytes().to_vec()).unwrap();
        let bytes = module.relocate(&relocation).unwrap().module.into_parts().0;
        put(&packaged.path().join("pkg"), name, &bytes);
    }
    put(&packaged.path().join("pkg"), "__init__.py", b"");
    let Some(expected) = run(bare.path(), "entry") else {
        println!("NOTICE: there is no python3; nothing was run");
        return;
    };
    assert_eq!(expected.lines().count(), 9, "{expected}");
    assert_eq!(run(packaged.path(), "pkg.entry").unwrap(), expected);
}
