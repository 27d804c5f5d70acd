//! The closed world.

use package::{FindingKind, prove};

use crate::support::{Package, proven};

/// The findings of a package whose module `main` holds this text, beside a module `config` and a package `adapters`.
fn of_main(text: &str) -> (Vec<String>, Vec<String>) {
    proven(Package {
        files: &with_main(text),
        project: "dependencies = [\"httpx\", \"PyYAML>=6\"]",
        ..Package::default()
    })
}

fn with_main(text: &str) -> Vec<(&str, &str)> {
    vec![
        ("adapters/__init__.py", "from .base import *\nfrom . import base as the_base\n"),
        ("adapters/base.py", "__all__ = [\"BaseAdapter\"]\nclass BaseAdapter: pass\nclass Hidden: pass\n"),
        ("config.py", "import os\nX = 1\nif os.environ:\n    MAYBE = 1\n"),
        ("lib/pre_stop.py", ""),
        ("main.py", text),
    ]
}

fn is_whole(text: &str) {
    assert_eq!(of_main(text), (vec![], vec![]), "{text}");
}

fn finds(kind: FindingKind, text: &str) {
    let last = text.trim_end().lines().count();
    assert_eq!(of_main(text), (vec![format!("{kind:?} ws/main.py:{last}")], vec![]), "{text}");
}

fn notes(text: &str) {
    let (findings, notes) = of_main(text);
    assert_eq!((findings.len(), notes.len()), (0, 1), "{text}: {findings:?}");
}

#[test]
fn what_the_wheel_the_library_or_a_dependency_has_is_resolved() {
    for text in [
        "import config, os.path, asyncio.taskgroups\nfrom config import X as Y\n",
        "from __future__ import annotations\nfrom config import X, MAYBE\n",
        "from adapters import base, the_base, BaseAdapter\n",
        "from adapters.base import Hidden, __name__\n",
        "from . import config\nfrom .adapters.base import BaseAdapter\n",
        "import httpx._client\nfrom yaml import safe_load\n",
        "from importlib import import_module\nimport_module(\"adapters.base\")\n",
        "from unittest.mock import patch\npatch(\"config.X\")\npatch(\"adapters.base.BaseAdapter\")\n",
    ] {
        is_whole(text);
    }
}

#[test]
fn an_import_of_nothing_that_is_known_is_found_also_inside_functions() {
    finds(FindingKind::Unresolved, "import requests\n");
    finds(
        FindingKind::Unresolved,
        "class A:\n    def f(self):\n        async def g():\n            import requests\n",
    );
    finds(FindingKind::Unresolved, "from importlib import import_module\nimport_module(\"requests.api\")\n");
    finds(FindingKind::Unresolved, "import pyyaml\n");
    finds(FindingKind::Unresolved, "from requests import get, post\n");
}

#[test]
fn what_is_left_out_is_found_however_it_is_guarded() {
    finds(FindingKind::Excluded, "def stop():\n    from lib.pre_stop import pre_stop\n");
    finds(FindingKind::Excluded, "import conftest\n");
    finds(FindingKind::Excluded, "from . import lib\n");
    finds(FindingKind::Excluded, "from .lib import pre_stop\n");
    assert_eq!(
        of_main("try:\n    import lib.pre_stop\nexcept ImportError:\n    pass\n").0,
        ["Excluded ws/main.py:2"]
    );
}

#[test]
fn names_that_modules_of_the_package_lack_are_found() {
    finds(FindingKind::NoAttribute, "from config import Y\n");
    finds(FindingKind::NoAttribute, "from adapters import Hidden\n");
    finds(FindingKind::NoModule, "import adapters.missing\n");
    finds(FindingKind::NoModule, "from .missing import x\n");
    finds(FindingKind::BeyondTop, "from .. import config\n");
}

#[test]
fn what_the_code_is_prepared_to_miss_is_a_note() {
    notes("try:\n    import requests\nexcept ImportError:\n    requests = None\n");
    notes("try:\n    import tomllib\nexcept ModuleNotFoundError:\n    import tomli\n");
    notes("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\n");
    notes("from importlib.util import find_spec\nfind_spec(\"requests\")\n");
    notes("try:\n    from . import _speedups\nexcept ImportError:\n    pass\n");
}

#[test]
fn a_package_does_not_define_what_it_only_takes_from_itself() {
    let told = |files: &[(&str, &str)]| proven(Package { files, ..Package::default() }).0;
    assert_eq!(told(&[("pk/__init__.py", "from . import gone\n")]), ["NoAttribute ws/pk/__init__.py:1"]);
    assert_eq!(told(&[("pk/__init__.py", "from pk import gone\n")]), ["NoAttribute ws/pk/__init__.py:1"]);
    assert_eq!(told(&[("__init__.py", "from . import gone\n")]), ["NoAttribute ws/__init__.py:1"]);
    assert_eq!(
        told(&[("a.py", "from b import gone\n"), ("b.py", "from a import gone\n")]),
        ["NoAttribute ws/a.py:1", "NoAttribute ws/b.py:1"]
    );
    assert_eq!(
        told(&[("pk/__init__.py", "from . import there\nfrom . import sub\nthere = 1\n"), ("pk/sub.py", "")]),
        [""; 0]
    );
}

#[test]
fn a_guard_excuses_only_what_it_stands_around() {
    for text in [
        "def a():\n    try:\n        pass\n    except Exception:\n        import requests\n",
        "def a():\n    try:\n        import json\n    except ImportError:\n        json = None\n    else:\n        import requests\n",
    ] {
        finds(FindingKind::Unresolved, text);
    }
    for (text, line) in [
        ("def a():\n    try:\n        from config import gone\n    except Exception:\n        pass\n", 3),
        ("try:\n    from config import gone\nexcept:\n    pass\n", 2),
        (
            "try:\n    import json\n    def f():\n        from config import gone\nexcept ImportError: pass\n",
            4,
        ),
    ] {
        assert_eq!(of_main(text), (vec![format!("NoAttribute ws/main.py:{line}")], vec![]), "{text}");
    }
    notes("try:\n    import requests\nexcept Exception:\n    requests = None\n");
}

#[test]
fn a_dependency_brings_no_other_that_begins_like_it() {
    let told = |text: &str| {
        let project = "dependencies = [\"langchain-core\", \"protobuf\", \"requests\"]";
        proven(Package { files: &[("main.py", text)], project, ..Package::default() }).0
    };
    for text in ["import langchain\n", "from google import genai\n", "import Requests\n"] {
        assert_eq!(told(text), ["Unresolved ws/main.py:1"], "{text}");
    }
    for text in
        ["import langchain_core\n", "from google import protobuf\n", "import google.protobuf.message\n"]
    {
        assert_eq!(told(text), [""; 0], "{text}");
    }
}

#[test]
fn a_dependency_is_there_only_where_its_marker_holds() {
    let told = |text: &str| {
        let project = "dependencies = [\"tomli; python_version < '3.11'\", \"exceptiongroup; python_version < '3.13'\", \
                       \"pywin32; sys_platform == 'win32'\"]";
        proven(Package { files: &[("main.py", text)], project, ..Package::default() })
    };
    assert_eq!(told("import tomli\n").0, ["NotInEveryPython ws/main.py:1"]);
    assert_eq!(told("import exceptiongroup\n").0, ["NotInEveryPython ws/main.py:1"]);
    let guarded = "import sys\nif sys.version_info < (3, 13):\n    import exceptiongroup\n";
    assert_eq!(told(guarded), (vec![], vec![]));
    assert_eq!(told("import win32api\n").0, ["NotEverywhere ws/main.py:1"]);
    for text in [
        "import sys\nif sys.platform == 'win32':\n    import win32api\n",
        "def f():\n    import win32api\n",
        "try:\n    import win32api\nexcept ImportError:\n    pass\n",
    ] {
        let (findings, notes) = told(text);
        assert_eq!((findings.len(), notes.len()), (0, 1), "{text}");
    }
}

#[test]
fn what_is_left_out_hides_behind_no_name_of_the_library_or_a_dependency() {
    let told = |text: &str| {
        proven(Package {
            files: &[("main.py", text), ("adapters/__init__.py", "")],
            source: "",
            project: "dependencies = [\"lib\"]",
        })
        .0
    };
    assert_eq!(told("from lib import x\n"), ["Excluded ws/main.py:1"]);
    for text in [
        "from adapters.tests import x\n",
        "from adapters import tests\n",
        "try:\n    from adapters.tests.unit import x\nexcept ImportError: pass\n",
    ] {
        let told = told(text);
        assert!(told.len() == 1 && told[0].starts_with("Excluded"), "{text}: {told:?}");
    }
}

#[test]
fn syntax_must_be_of_every_python_that_the_package_runs_on() {
    for text in ["type X = int\n", "def f[T](): ...\n", "y = {}\nx = f'{y['z']}'\n"] {
        finds(FindingKind::NotInEveryPython, text);
    }
    is_whole("match 1:\n    case 1: ...\n");
}

#[test]
fn what_python_never_compiles_is_refused() {
    for text in ["return 1\n", "def f(a, a): ...\n", "import config\nbreak\n"] {
        let error = Package { files: &with_main(text), ..Package::default() }.assembled().unwrap_err();
        assert!(error.to_string().contains("ws/main.py:"), "{error}");
    }
}

#[test]
fn folders_of_data_and_importers_of_their_own_are_taken_for_what_they_are() {
    let told = |text: &str| {
        let six = "__path__ = []\ndef add_move(move): pass\n";
        let files = [
            ("main.py", text),
            ("templates/a.html", ""),
            ("pk/__init__.py", ""),
            ("pk/data/b.json", ""),
            ("six.py", six),
        ];
        proven(Package { files: &files, ..Package::default() }).0
    };
    for text in [
        "from importlib import resources\nresources.files(\"templates\")\n",
        "import pk.data\nfrom pk import data\n",
        "from pk import __path__\n",
        "from six.moves import urllib\nimport six.moves.urllib.parse\n",
    ] {
        assert_eq!(told(text), [""; 0], "{text}");
    }
    assert_eq!(told("from six import gone\n"), ["NoAttribute ws/main.py:1"]);
    assert_eq!(told("import pk.dat\n"), ["NoModule ws/main.py:1"]);
}

#[test]
fn what_a_string_reaches_must_be_there_and_no_string_names_what_is_left_out() {
    let mock = "from unittest.mock import patch\n";
    let resolve = "from pkgutil import resolve_name\n";
    for (kind, text) in [
        (FindingKind::Excluded, format!("{resolve}resolve_name('lib.pre_stop:x')\n")),
        (FindingKind::Excluded, format!("{mock}patch('lib.x')\n")),
        (FindingKind::Excluded, "import sys\nsys.modules['lib.x']\n".to_owned()),
        (FindingKind::NoAttribute, format!("{resolve}resolve_name('config:gone')\n")),
        (FindingKind::NoAttribute, format!("{mock}patch('config.gone.x')\n")),
        (FindingKind::NoAttribute, format!("{mock}patch('adapters.gone.x')\n")),
        (FindingKind::Unresolved, format!("{mock}patch('requests.get')\n")),
    ] {
        finds(kind, &text);
    }
    for text in [
        format!("{resolve}resolve_name('config:X.bit_length')\nresolve_name('adapters.base')\n"),
        format!("{mock}patch('config.X.y')\npatch('os.path.exists')\npatch('httpx.get')\n"),
        "import sys\nsys.modules['nowhere']\nsys.modules['config'] = sys\n".to_owned(),
    ] {
        is_whole(&text);
    }
}

#[test]
fn a_module_must_be_in_every_python_that_comes_to_its_import() {
    finds(FindingKind::NotInEveryPython, "import distutils\n");
    is_whole("import sys\nif sys.version_info < (3, 12):\n    import distutils\n");
    is_whole("import sys\nOLD = sys.version_info[:2] < (3, 12)\nif OLD:\n    import distutils\n");
    is_whole(
        "import sys\ndef f():\n    if sys.version_info >= (3, 12):\n        return\n    import distutils\n",
    );
    is_whole("from config import X as six\nif six.PY2:\n    import urllib2\n");
    // on which it runs is not known, and said
    notes("from config import X as compat\nif compat.PY39:\n    import distutils\n");
    finds(FindingKind::NotInEveryPython, "import os\nif os.environ:\n    import distutils\n");
    finds(
        FindingKind::Unresolved,
        "import sys\nif sys.version_info < (3, 10):\n    pass\nelse:\n    import tomli\n",
    );
}

#[test]
fn stubs_make_notes() {
    let files = &[("config.py", ""), ("config.pyi", "import requests\n")];
    let manifest_files = &[("config.py", "")];
    let assembled = package::assemble(
        &Package { files, ..Package::default() }.tree(),
        &Package { files: manifest_files, ..Package::default() }.manifest(),
        &"1".parse().unwrap(),
    )
    .unwrap();
    let proof = prove(&assembled, &Package { files: manifest_files, ..Package::default() }.manifest());
    assert!(proof.holds());
    assert_eq!(proof.notes.len(), 1);
}

#[test]
fn a_finding_says_what_would_mend_it() {
    let package = Package { files: &with_main("import yaml\n"), ..Package::default() };
    let proof = prove(&package.assembled().unwrap(), &package.manifest());
    assert_eq!(
        proof.findings[0].to_string(),
        "ws/main.py:1:8: `yaml` is neither in the package, nor in the standard library, nor brought by a dependency: \
         add `pyyaml` to `dependencies` of runtime-package.toml"
    );
}
