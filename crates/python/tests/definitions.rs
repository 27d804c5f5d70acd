//! Which names a module has once it is imported.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use python::{Definitions, Doubt, Existence, Exports, Module};

fn definitions(source: &str) -> Definitions {
    Module::parse("m.py", source.as_bytes().to_vec()).unwrap().outline().definitions.clone()
}

fn find(source: &str) -> Existence {
    definitions(source).find("x")
}

#[test]
fn every_statement_that_binds_a_name_binds_it() {
    for source in [
        "def x(): ...\n",
        "async def x(): ...\n",
        "class x: ...\n",
        "x = 1\n",
        "x: int = 1\n",
        "a, (b, *x) = y\n",
        "[a, x] = y\n",
        "a = x = 1\n",
        "import x\n",
        "import x.y\n",
        "import a.b as x\n",
        "from a import x\n",
        "from a import b as x\n",
        "from . import x\n",
        "type x = int\n",
        "with a as x: ...\n",
        "with a:\n  x = 1\n",
        "print(x := 1)\n",
        "y = [x := 1]\n",
        "if (x := 1): ...\n",
        "del x\nx = 1\n",
        "x = 1\nif y:\n  x = 2\n",
        "def x(): ...\nx.y = 1\n",
    ] {
        assert_eq!(find(source), Existence::Yes, "{source:?}");
    }
}

#[test]
fn what_binds_no_name_of_the_module_binds_none() {
    for source in [
        "",
        "x\n",
        "x: int\n",
        "x.y = 1\nx[0] = 1\n",
        "def f():\n  x = 1\n",
        "class C:\n  x = 1\n",
        "def f(x): ...\n",
        "y = [x for x in z]\n",
        "y = lambda: (x := 1)\n",
        "import a as b, a.x as c\n",
        "from x import y\n",
        "try: ...\nexcept E as x: ...\n",
        "x = 1\ndel x\n",
        "'x = 1'\n",
        "if __name__ == '__main__':\n  x = 1\n",
        "if '__main__' == __name__:\n  x = 1\n",
        "if TYPE_CHECKING:\n  from a import x\n",
        "if 0:\n  x = 1\n",
        "raise E\nx = 1\n",
    ] {
        assert_eq!(find(source), Existence::No, "{source:?}");
    }
}

#[test]
fn a_name_that_every_way_binds_is_there() {
    for source in [
        "if a:\n  x = 1\nelse:\n  x = 2\n",
        "if a:\n  x = 1\nelif b:\n  x = 2\nelse:\n  x = 3\n",
        "if a:\n  x = 1\nelse:\n  raise E\n",
        "if a:\n  x = 1\nelse:\n  sys.exit(1)\n",
        "if not TYPE_CHECKING:\n  x = 1\n",
        "if TYPE_CHECKING:\n  from a import x\nelse:\n  x = 1\n",
        "if __name__ != '__main__':\n  x = 1\n",
        "if True:\n  x = 1\n",
        "try:\n  from a import x\nexcept ImportError:\n  x = None\n",
        "try:\n  from a import x\nexcept ImportError:\n  raise\n",
        "try:\n  from a import x\nexcept A:\n  x = 1\nexcept B:\n  x = 2\n",
        "try:\n  a\nexcept E:\n  x = 1\nelse:\n  x = 2\n",
        "try:\n  a\nfinally:\n  x = 1\n",
        "x = None\ntry:\n  x = 1\nexcept E:\n  pass\n",
        "match y:\n  case 1:\n    x = 1\n  case _:\n    x = 2\n",
        "match y:\n  case x: ...\n",
    ] {
        assert_eq!(find(source), Existence::Yes, "{source:?}");
    }
}

#[test]
fn a_name_that_only_some_ways_bind_is_in_doubt() {
    for source in [
        "if a:\n  x = 1\n",
        "if a:\n  x = 1\nelif b:\n  x = 2\n",
        "try:\n  from a import x\nexcept ImportError:\n  pass\n",
        "try:\n  pass\nexcept E:\n  x = 1\n",
        "with suppress(ImportError):\n  import x\n",
        "for x in y: ...\n",
        "for a in y:\n  x = 1\n",
        "while a:\n  x = 1\n",
        "match y:\n  case 1:\n    x = 1\n",
        "match y:\n  case [x]: ...\n  case {**x}: ...\n",
        "x = 1\nif a:\n  del x\n",
        "def f():\n  global x\n  x = 1\n",
    ] {
        assert_eq!(find(source), Existence::CannotTell(Doubt::Conditional), "{source:?}");
    }
}

#[test]
fn what_the_source_cannot_decide_is_told_with_its_reason() {
    let doubt = |source: &str| match find(source) {
        Existence::CannotTell(doubt) => doubt,
        other => panic!("{source:?}: {other:?}"),
    };
    assert_eq!(doubt("def __getattr__(name): ...\n"), Doubt::ModuleGetattr);
    let stars = vec![(1, "a".to_owned()), (0, "b.c".to_owned())];
    assert_eq!(doubt("from .a import *\nfrom b.c import *\n"), Doubt::Star(stars));
    for source in [
        "globals()['x'] = 1\n",
        "def f():\n  globals()['x'] = 1\n",
        "globals().update(y)\n",
        "vars()['x'] = 1\n",
        "exec('x = 1')\n",
        "exec(code, globals())\n",
        "sys.modules[__name__] = C()\n",
        "setattr(sys.modules[__name__], 'x', 1)\n",
        "@enum.global_enum\nclass E(enum.Enum):\n  x = 1\n",
    ] {
        assert_eq!(doubt(source), Doubt::Dynamic, "{source:?}");
    }
    assert_eq!(definitions("class App: ...\n").find("App.run"), Existence::CannotTell(Doubt::Nested));
    assert_eq!(definitions("class App: ...\n").find("Ap.run"), Existence::No);
}

#[test]
fn a_name_that_is_only_taken_is_told_with_where_it_is_taken_from() {
    let taken = |source: &str| definitions(source).taken_from("x").to_vec();
    let from = |level, module: &str| (level, module.to_owned());
    assert_eq!(taken("from . import x\n"), [from(1, "")]);
    assert_eq!(
        taken("try:\n  from .a import x\nexcept E:\n  from b import x as x\n"),
        [from(1, "a"), from(0, "b")]
    );
    for source in ["from . import x\nx = 1\n", "from . import y as x\n", "x = 1\n", "import x\n", ""] {
        assert_eq!(taken(source), [], "{source:?}");
    }
    assert_eq!(definitions("from . import x\n").find_unbound("x"), Existence::No);
}

#[test]
fn reading_the_namespace_changes_nothing() {
    for source in
        ["globals()['y']\n", "globals().get('y')\n", "def f():\n  locals()['y'] = 1\n", "exec(code, space)\n"]
    {
        assert_eq!(find(source), Existence::No, "{source:?}");
    }
}

#[test]
fn every_module_has_the_attributes_that_the_import_system_gives() {
    assert_eq!(definitions("").find("__name__"), Existence::Yes);
    assert_eq!(definitions("").find("__version__"), Existence::No);
}

#[test]
fn exports_are_dunder_all_or_the_public_names() {
    let listed = |names: &[&str]| Exports::Listed(names.iter().map(|&name| name.to_owned()).collect());
    for (source, expected) in [
        ("__all__ = ['a', 'b']\n", listed(&["a", "b"])),
        ("__all__: list[str] = ['a']\n", listed(&["a"])),
        ("__all__ = ('a',) + ('b',)\n", listed(&["a", "b"])),
        (
            "__all__ = ['a']\n__all__ += ['b']\n__all__.extend(('c',))\n__all__.append('d')\n",
            listed(&["a", "b", "c", "d"]),
        ),
        ("__all__ = ['a'] + x.__all__\n", Exports::Unknown),
        ("__all__ = ['a']\nif y:\n  __all__ += ['b']\n", Exports::Unknown),
        ("__all__ = ['a']\n__all__.remove('a')\n", Exports::Unknown),
        ("import b\na = _c = 1\n", Exports::Public(vec!["a".to_owned(), "b".to_owned()])),
        ("globals().update(y)\n", Exports::Unknown),
    ] {
        assert_eq!(definitions(source).exports(), expected, "{source:?}");
    }
}

#[test]
fn a_name_is_a_coroutine_function_only_where_nothing_can_make_it_another() {
    let is = |source: &str| definitions(source).is_coroutine_function("x");
    for source in [
        "async def x(): ...\n",
        "def x(): ...\nasync def x(): ...\n",
        "if y:\n  async def x(): ...\nelse:\n  async def x(): ...\n",
        "async def x(): ...\nif __name__ == '__main__':\n  x = run(x)\n",
    ] {
        assert!(is(source), "{source}");
    }
    for source in [
        "def x(): ...\n",
        "async def y(): ...\nx = y\n",
        "@run\nasync def x(): ...\n",
        "async def x(): ...\nx = run(x)\n",
        "async def x(): ...\ndef x(): ...\n",
        "if y:\n  async def x(): ...\nelse:\n  def x(): ...\n",
        "async def x(): ...\nif y:\n  x = run(x)\n",
        "async def x(): ...\ntry:\n  from fast import x\nexcept ImportError:\n  pass\n",
        "async def x(): ...\ndef f():\n  global x\n  x = run(x)\n",
        "async def x(): ...\nglobals()['x'] = run(x)\n",
        "async def x(): ...\ndel x\n",
        "class C:\n  async def x(self): ...\n",
    ] {
        assert!(!is(source), "{source}");
    }
    let defined = definitions("if y:\n  async def x(): ...\nelse:\n  def x(): ...\n");
    assert_eq!(defined.find("x"), Existence::Yes);
}
