//! What classes derive from and define, as the interpreter would have it.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use python::{Abstractness, Class, Classes, Derivation, Lookup, MemberKind, Module, PythonVersion, Value};

const ROOTS: [&str; 2] = ["acme.base.Adapter", "acme.Adapter"];

fn classes(text: &str) -> Classes {
    Module::parse("adapter.py", text.as_bytes().to_vec()).unwrap().classes(PythonVersion::three(11))
}

fn named<'c>(classes: &'c Classes, name: &str) -> &'c Class {
    classes.all().iter().rfind(|class| class.name == name).unwrap()
}

/// Which classes derive from the root, and of which it cannot be told.
fn deriving(text: &str) -> (Vec<String>, Vec<String>) {
    let classes = classes(text);
    let of = |wanted| {
        let found = classes.deriving(&ROOTS).into_iter().filter(|(_, found)| *found == wanted);
        found.map(|(class, _)| class.name.clone()).collect()
    };
    (of(Derivation::Yes), of(Derivation::CannotTell))
}

fn is_defined(classes: &Classes, class: &str, member: &str) -> bool {
    matches!(classes.lookup(named(classes, class).id, member, &ROOTS), Lookup::Defined(..))
}

#[test]
fn a_base_is_found_through_every_way_to_import_it() {
    for text in [
        "from acme.base import Adapter\nclass A(Adapter): pass\n",
        "from acme.base import Adapter as B\nclass A(B): pass\n",
        "from acme import base\nclass A(base.Adapter): pass\n",
        "import acme.base\nclass A(acme.base.Adapter): pass\n",
        "import acme.base as b\nclass A(b.Adapter): pass\n",
        "import acme\nclass A(acme.base.Adapter): pass\n",
        "from acme.base import *\nclass A(Adapter): pass\n",
        "from acme.base import Adapter\nB = Adapter\nclass A(B): pass\n",
        "from acme.base import Adapter\nB, C = Adapter, int\nclass A(B): pass\n",
        "from acme.base import Adapter\nclass A(Adapter[int]): pass\n",
        "from acme.base import Adapter\nclass A(int, Adapter, metaclass=M): pass\n",
        "try:\n    from acme.base import Adapter\nexcept ImportError:\n    Adapter = object\nclass A(Adapter): pass\n",
        "try:\n    from old import Adapter\nexcept ImportError:\n    from acme import Adapter\nclass A(Adapter): pass\n",
        "import sys\nif sys.version_info >= (3, 11):\n    from acme import Adapter\nelse:\n    Adapter = object\nclass A(Adapter): pass\n",
        "from acme import Adapter\nclass A(Adapter if x else object): pass\n",
    ] {
        assert_eq!(deriving(text).0, ["A"], "{text}");
    }
}

#[test]
fn what_looks_like_the_base_and_is_another_does_not_count() {
    for text in [
        "class Adapter: pass\nclass A(Adapter): pass\n",
        "from other.base import Adapter\nclass A(Adapter): pass\n",
        "from .base import Adapter\nclass A(Adapter): pass\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from acme import Adapter\nelse:\n    Adapter = object\nclass A(Adapter): pass\n",
        "import sys\nif sys.version_info < (3, 11):\n    from acme import Adapter\nelse:\n    from abc import ABC as Adapter\nclass A(Adapter): pass\n",
        "from acme import Adapter\nAdapter = object\nclass A(Adapter): pass\n",
        "from acme import Adapter\nclass A: pass\n",
        "# class A(Adapter)\nx = 'class A(acme.Adapter): pass'\n",
        "from acme import Adapter\ndef f():\n    class A(Adapter): pass\n",
        "from acme import Adapter\nif __name__ == '__main__':\n    class A(Adapter): pass\n",
    ] {
        assert!(deriving(text).0.is_empty(), "{text}");
    }
}

#[test]
fn a_base_of_which_the_source_does_not_tell_is_told_as_such() {
    for text in [
        "from other import Base\nclass A(Base): pass\n",
        "class A(make()): pass\n",
        "class A(*bases): pass\n",
        "from .shared import Base\nclass A(Base): pass\n",
    ] {
        assert_eq!(deriving(text), (Vec::new(), vec!["A".to_owned()]), "{text}");
    }
    let known = "from abc import ABC\nfrom typing import Generic\nclass A(ABC, Generic[T], object): pass\n";
    assert_eq!(deriving(known), (Vec::new(), Vec::new()));
}

#[test]
fn classes_derive_through_each_other() {
    let text = "from acme import Adapter\nclass M: pass\nclass A(Adapter): pass\nclass B(M, A): pass\nclass C(M): pass\n";
    assert_eq!(deriving(text).0, ["A", "B"]);
    let classes = classes(text);
    assert!(classes.has_subclasses(named(&classes, "A").id));
    assert!(!classes.has_subclasses(named(&classes, "B").id));
}

#[test]
fn a_module_has_a_class_under_its_name_and_its_aliases() {
    let classes = classes(
        "class A: pass\nAdapter = A\nclass B: pass\nclass B: pass\nif x:\n    Other = B\nelse:\n    Other = A\nmade = A()\ndel A\n",
    );
    let values = |name: &str| classes.attribute(name).unwrap().values.clone();
    let (a, b) = (classes.all()[0].id, classes.all()[2].id);
    assert_eq!(values("Adapter"), [Value::Class(a)]);
    assert_eq!(values("Other"), [Value::Class(b), Value::Class(a)]);
    assert_eq!(values("made"), [Value::NoClass("an instance of `A`".to_owned())]);
    assert!(classes.attribute("A").is_none(), "it was deleted");
    assert_eq!(classes.names_of(a), ["Adapter", "Other"]);
    assert!(classes.names_of(classes.all()[1].id).is_empty(), "the first `B` is overwritten");
    assert_eq!(classes.attribute("Adapter").unwrap().at.position.to_string(), "2:1");
}

#[test]
fn what_stands_behind_the_root_does_not_override_it() {
    let lookup = |bases: &str| {
        let text = format!(
            "from acme import Adapter\nclass M:\n    def setup(self): ...\nclass R(Adapter):\n    x = 1\nclass A({bases}): ...\n"
        );
        is_defined(&classes(&text), "A", "setup")
    };
    for bases in ["M, Adapter", "M, R"] {
        assert!(lookup(bases), "{bases}");
    }
    for bases in ["Adapter, M", "R, M"] {
        assert!(!lookup(bases), "{bases}");
    }
}

#[test]
fn what_is_evidently_no_class_is_told_and_what_a_call_makes_is_not() {
    let value = |text: &str| {
        let classes =
            classes(&format!("class A: pass\nclass M(type): pass\nclass N(metaclass=M): pass\n{text}\n"));
        classes.attribute("x").unwrap().values.clone()
    };
    for (text, what) in [
        ("x = None", "`None`"),
        ("x = 'A'", "a string"),
        ("x = f'{A}'", "a string"),
        ("x = 1.5", "a number"),
        ("x = A,", "a tuple"),
        ("x = [A]", "a list"),
        ("x = {'a': A}", "a dictionary"),
        ("x = lambda: A()", "a function"),
        ("def x(): return A()", "a function"),
        ("async def x(): ...", "a function"),
        ("x = A()", "an instance of `A`"),
    ] {
        assert_eq!(value(text), [Value::NoClass(what.to_owned())], "{text}");
    }
    for text in ["x = make(A)", "x = N()", "@wrap\ndef x(): ...", "x = A | B", "x = [A][0]", "x = A.nested"] {
        assert_eq!(value(text), [Value::Other], "{text}");
    }
    assert_eq!(value("import os as x"), [Value::Module("os".to_owned())]);
    assert_eq!(value("import os.path as x"), [Value::Module("os.path".to_owned())]);
    assert_eq!(value("import os.path as p\nx = p.join"), [Value::Imported("os.path.join".to_owned())]);
}

#[test]
fn a_member_that_is_a_value_is_no_method() {
    let text =
        "class A:\n    a = None\n    b = shared\n    c = lambda self: 1\n    d: str = 'x'\n    e, f = 1, 2\n";
    let classes = classes(text);
    let kind = |name: &str| classes.all()[0].members[name].kind;
    assert_eq!(["a", "d"].map(kind), [MemberKind::Data; 2]);
    assert_eq!(["b", "c", "e", "f"].map(kind), [MemberKind::Attribute; 4]);
}

#[test]
fn members_are_looked_up_along_the_bases() {
    let text = "from acme import Adapter\nclass M:\n    async def setup(self): ...\n\
        class A(M, Adapter):\n    if x:\n        def create(self): ...\n    else:\n        create = None\n    other: int\n";
    let classes = classes(text);
    assert!(is_defined(&classes, "A", "setup"));
    assert!(is_defined(&classes, "A", "create"));
    assert!(!is_defined(&classes, "A", "other"), "an annotation binds nothing");
    let a = named(&classes, "A").id;
    assert_eq!(classes.lookup(a, "missing", &ROOTS), Lookup::Absent);
    let Lookup::Defined(owner, member) = classes.lookup(a, "setup", &ROOTS) else {
        panic!("`setup` is there")
    };
    assert_eq!((owner.name.as_str(), member.kind), ("M", MemberKind::AsyncMethod));
    assert_eq!(&text[member.at.start as usize..member.at.end as usize], "setup");
    assert_eq!(member.at.position.to_string(), "3:15");
}

#[test]
fn a_base_from_elsewhere_may_define_what_is_missing() {
    let classes =
        classes("from acme import Adapter\nfrom other import Mixin\nclass A(Mixin, Adapter): pass\n");
    assert_eq!(classes.lookup(named(&classes, "A").id, "setup", &ROOTS), Lookup::CannotTell);
}

#[test]
fn what_stands_in_for_a_missing_root_overrides_nothing() {
    let text = "try:\n    from acme import Adapter\nexcept ImportError:\n    class Adapter:\n        def setup(self): ...\n\
        class A(Adapter): pass\n";
    let classes = classes(text);
    assert_eq!(classes.lookup(named(&classes, "A").id, "setup", &ROOTS), Lookup::Absent);
    assert!(named(&classes, "Adapter").conditional);
    assert_eq!(deriving(text).0, ["A"]);
}

#[test]
fn a_class_is_abstract_as_long_as_a_method_is_left() {
    let classes = classes(
        "from abc import ABC, ABCMeta, abstractmethod as todo\nimport abc\nfrom acme import Adapter\n\
        class Left(Adapter):\n    @todo\n    def setup(self): ...\n    @property\n    @abc.abstractmethod\n    def name(self): ...\n\
        class Still(Left):\n    def setup(self): ...\n\
        class Done(Still):\n    name = 'x'\n\
        class Marked(Adapter, ABC): pass\nclass Meta(Adapter, metaclass=ABCMeta): pass\n\
        class Diamond(Still, Done): pass\n",
    );
    let of = |name: &str| classes.abstractness(named(&classes, name).id, &ROOTS);
    let left = |name: &str| match of(name) {
        Abstractness::Left(left) => left.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    };
    assert_eq!(left("Left"), ["name", "setup"]);
    assert_eq!(left("Still"), ["name"]);
    assert_eq!(of("Done"), Abstractness::Concrete);
    assert_eq!(of("Marked"), Abstractness::Marked);
    assert_eq!(of("Meta"), Abstractness::Marked);
}

#[test]
fn a_member_of_a_diamond_comes_from_the_class_that_comes_first() {
    let classes = classes(
        "class A:\n    @abstractmethod\n    def setup(self): ...\nclass B(A): pass\n\
        class C(A):\n    def setup(self): ...\nclass D(B, C): pass\n",
    );
    assert_eq!(classes.abstractness(named(&classes, "D").id, &ROOTS), Abstractness::Concrete);
}

#[test]
fn endless_families_and_meanings_are_cut_off() {
    let mut text = "class C0: pass\n".to_owned();
    for class in 1..3000 {
        writeln!(text, "class C{class}(C{}): pass", class - 1).unwrap();
    }
    let classes = self::classes(&text);
    let last = named(&classes, "C2999").id;
    assert_eq!(classes.lookup(last, "setup", &ROOTS), Lookup::CannotTell);
    assert_eq!(classes.deriving(&ROOTS).last().unwrap().1, Derivation::No);

    let mut text = "import a\nx = a\n".to_owned();
    text.push_str(&"x = x.a\n".repeat(5000));
    for name in 0..5000 {
        writeln!(text, "if y:\n    from m{name} import z").unwrap();
    }
    for module in 0..5000 {
        writeln!(text, "from n{module} import *\nclass D(unbound): pass").unwrap();
    }
    let classes = self::classes(&text);
    assert!(named(&classes, "D").bases[0].values.contains(&Value::Other));
    assert_eq!(classes.attribute("x").unwrap().values, [Value::Other]);
    assert!(classes.attribute("z").unwrap().values.len() < 20);
}

/// Blocks of a module, in an order that chance decides.
fn blocks() -> impl Strategy<Value = String> {
    let block = select(vec![
        "from acme import Adapter\n",
        "from acme.base import *\n",
        "import acme.base as b\n",
        "class A(Adapter): pass\n",
        "class A(A):\n    def setup(self): ...\n",
        "class B(A, b.Adapter):\n    @abstractmethod\n    def setup(self): ...\n",
        "if x:\n    class B(A): pass\nelse:\n    B = A\n",
        "try:\n    import acme\nexcept ImportError as e:\n    acme = None\n",
        "Adapter = B\n",
        "A, Adapter = Adapter, A\n",
        "for A in B: pass\nelse:\n    del B\n",
        "match x:\n    case [A, *B]: pass\n",
        "with x as (A, B):\n    class C(*A, B[A]): x = 1\n",
        "while x:\n    class A(B): pass\n",
    ]);
    vec(block, 0..12).prop_map(|blocks| blocks.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_place_is_the_name_that_stands_there(text in blocks()) {
        let classes = classes(&text);
        let slice = |at: python::Extent| &text[at.start as usize..at.end as usize];
        for class in classes.all() {
            prop_assert_eq!(slice(class.at), &class.name);
            for base in &class.bases {
                prop_assert_eq!(slice(base.at), &base.text);
                prop_assert!(!base.values.is_empty());
            }
            for (name, member) in &class.members {
                prop_assert_eq!(slice(member.at), name);
                prop_assert_eq!(classes.lookup(class.id, name, &ROOTS), Lookup::Defined(class, member));
            }
            let _ = classes.abstractness(class.id, &ROOTS);
        }
        prop_assert_eq!(classes.deriving(&ROOTS).len(), classes.all().len());
    }
}
