//! Django, moved into another package as if it were a folder of bare modules: built, proven, read back by Python, and
//! used.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checkout::{Checkout, copy};
use crate::notice::nothing_was_tested;
use crate::python_tools::{PythonTools, python_tools, ran, succeeded, test_data, text};

/// What Django imports at will; it declares only the first two.
const MANIFEST: &str = r#"
[package]
name = "moved-django"
import-package = "moved"

[source]
folder = "workspace"
subpackages = ["django"]

[project]
description = "Django, moved"
requires-python = ">=3.11"
license = "BSD-3-Clause"
license-files = ["LICENSE"]
dependencies = [
    "asgiref", "sqlparse", "selenium", "mysqlclient", "psycopg2-binary", "psycopg", "pylibmc", "pymemcache", "redis",
    "pillow", "ipython", "bpython", "pyyaml", "jinja2", "oracledb",
]

[import-names]
ipython = ["IPython"]
"#;

/// Takes the archives apart: what was moved is Python, and everything else is what it was.
const READ_BACK: &str = r#"
import ast, sys, zipfile
from pathlib import Path
wheel, source = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
assert wheel.testzip() is None
python = others = 0
for name in wheel.namelist():
    if ".dist-info/" in name or name in ("moved/__init__.py", "moved/py.typed", "moved/_runtime_modules.json"):
        continue
    before, after = (source / name.removeprefix("moved/")).read_bytes(), wheel.read(name)
    if name.endswith(".py"):
        tree = ast.parse(after)
        bare = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 0 and (n.module or "").split(".")[0] == "django"]
        bare += [a for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names if a.name.split(".")[0] == "django"]
        assert not bare, (name, [ast.dump(one) for one in bare])
        assert before.count(b"\n") == after.count(b"\n"), name
        python += 1
    else:
        assert before == after, name
        others += 1
print(python, others, end="")
"#;

/// A sample of what Django does, by its new name: what its own settings name as texts is data, and stays unused.
const USE: &str = r#"
import sys
sys.path[:0] = sys.argv[1:]
from moved.django.conf import settings
settings.configure(USE_I18N=False, DATABASES={"default": {"ENGINE": "moved.django.db.backends.sqlite3", "NAME": ":memory:"}})
from moved.django.utils.text import slugify
from moved.django.utils.html import escape
from moved.django.core import validators, signing
from moved.django.http import QueryDict
from moved.django import forms
from moved.django.db import connection, models
assert forms.EmailField().clean("a@b.example") == "a@b.example"
assert QueryDict("a=1&a=2").getlist("a") == ["1", "2"]
with connection.cursor() as cursor:
    cursor.execute("select 6 * 7")
    answer = cursor.fetchone()[0]
assert "django" not in sys.modules, "the bare name was imported"
print(slugify("Größe zählt"), escape("<b>"), answer, sum(name.startswith("moved.django") for name in sys.modules) > 100, end="")
"#;

#[test]
fn django_moves_and_works_under_its_new_name() {
    let sources = test_data().join("sdists/django-5.2.4");
    if !sources.is_dir() {
        return nothing_was_tested("the sources of django 5.2.4 are not in the test data");
    }
    let Some(tools) = python_tools() else { return };
    let Some(dependencies) = dependencies(tools) else { return };
    let checkout = Checkout::empty();
    copy(&sources.join("django"), &make(&checkout, "workspace/django"));
    checkout.write("LICENSE", fs_err::read(sources.join("LICENSE")).unwrap());
    checkout.write("runtime-package.toml", MANIFEST);
    let ran = checkout.build().ok();
    assert!(ran.err.contains("0 findings"), "{}", ran.err);
    let wheel = checkout.path("out/dist/moved_django-1.4.0-py3-none-any.whl");
    assert_eq!(tools.script(READ_BACK, &[&wheel, &checkout.path("workspace")]), "883 2777");
    let used = tools.script(USE, &[&installed(tools, &wheel, &checkout), &dependencies]);
    assert_eq!(used, "groe-zahlt &lt;b&gt; 42 True");
}

fn make(checkout: &Checkout, relative: &str) -> PathBuf {
    let folder = checkout.path(relative);
    fs_err::create_dir_all(&folder).unwrap();
    folder
}

/// What Django cannot do without, installed once.
fn dependencies(tools: &PythonTools) -> Option<PathBuf> {
    let folder = test_data().join("django-needs");
    if !folder.is_dir() {
        let scratch = tempfile::tempdir_in(test_data()).unwrap();
        let fresh = scratch.path().join("fresh");
        let mut pip = tools.python("pip");
        pip.args(["install", "--quiet", "--target"]).arg(&fresh).args(["asgiref==3.9.1", "sqlparse==0.5.3"]);
        if let Err(why) = ran(&mut pip) {
            nothing_was_tested(&format!("what Django depends on could not be had: {why}"));
            return None;
        }
        // another run may have been first
        let _ = fs_err::rename(fresh, &folder);
    }
    Some(folder)
}

/// The wheel's files, in a folder of their own.
fn installed(tools: &PythonTools, wheel: &Path, checkout: &Checkout) -> PathBuf {
    let folder = checkout.path("installed");
    let mut pip: Command = tools.python("pip");
    pip.args(["install", "--quiet", "--no-deps", "--no-compile", "--no-index", "--target"])
        .arg(&folder)
        .arg(wheel);
    text(&succeeded(&mut pip));
    folder
}
