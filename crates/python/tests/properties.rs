//! What holds for every file, however it is put together.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use python::{Module, Relocation};

fn relocation() -> Relocation {
    Relocation::new("pkg", ["config", "plugins", "a"]).unwrap()
}

/// A logical line, as it is and as it reads after the move.
type Line = (&'static str, &'static str);

const fn same(line: &'static str) -> Line {
    (line, line)
}

const LINES: [Line; 30] = [
    ("import config", "import pkg.config as config"),
    ("import config as c", "import pkg.config as c"),
    ("import os, config, a.b", "import os, pkg.config as config, pkg.a.b as a, pkg.a as a"),
    ("import  a . b . c  as  d", "import  pkg.a . b . c  as  d"),
    ("import \\\n plugins", "import \\\n pkg.plugins as plugins"),
    ("from config import x", "from pkg.config import x"),
    (
        "from a.b.c import (x,\n   y as z, # from config import x\n)",
        "from pkg.a.b.c import (x,\n   y as z, # from config import x\n)",
    ),
    ("from \\\n\tconfig \\\n import x", "from \\\n\tpkg.config \\\n import x"),
    ("x = 1; import config; y = 2", "x = 1; import pkg.config as config; y = 2"),
    ("from sys import modules; modules['config']", "from sys import modules; modules['pkg.config']"),
    (
        "import importlib as i; i.import_module(f'a.{b}')",
        "import importlib as i; i.import_module(f'pkg.a.{b}')",
    ),
    same("from . import config"),
    same("from .config import x"),
    same("import os.path as config"),
    same("from os import path, config"),
    same("import configs, a_, config_"),
    same("'''\nimport config\n'''"),
    same("x = r'''from config import \\x'''"),
    same("x = b'import config'"),
    same("x = f'{config!r:>{a}} import config'"),
    same("x = ('config'\n  'import a')"),
    same("# import config"),
    same("config.import_module('config')"),
    same("é = 'ü😀' # ñ"),
    same("x = config if a else plugins"),
    same("raise a \\\n from config"),
    same("pass"),
    same("\x0c"),
    same(""),
    same("lambda config: (yield)"),
];

const HEADS: [&str; 9] = [
    "if config:",
    "for a in config:",
    "while a:",
    "def a(config=config):",
    "class config(a):",
    "with config as a:",
    "try: pass\nexcept config:",
    "async def f():",
    "match a:\n  case config:",
];

/// A block of lines, some of them with a block below them.
#[derive(Debug, Clone)]
enum Piece {
    Line(Line),
    Block(&'static str, Vec<Piece>),
}

fn piece() -> impl Strategy<Value = Piece> {
    let line = select(&LINES[..]).prop_map(Piece::Line);
    line.prop_recursive(4, 40, 6, |inner| {
        (select(&HEADS[..]), vec(inner, 1..6)).prop_map(|(head, body)| Piece::Block(head, body))
    })
}

fn assemble(pieces: &[Piece], indent: &str, before: &mut String, after: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Line((one, two)) => {
                writeln!(before, "{indent}{one}").unwrap();
                writeln!(after, "{indent}{two}").unwrap();
            }
            Piece::Block(head, body) => {
                let head = head.replace('\n', &format!("\n{indent}"));
                let (mut one, mut two) = (String::new(), String::new());
                let deeper = format!("{indent}    ");
                assemble(body, &deeper, &mut one, &mut two);
                write!(before, "{indent}{head}\n{deeper}pass\n{one}").unwrap();
                write!(after, "{indent}{head}\n{deeper}pass\n{two}").unwrap();
            }
        }
    }
}

proptest! {
    #[test]
    fn a_file_changes_in_its_imports_and_nowhere_else(
        pieces in vec(piece(), 0..12),
        mark in any::<bool>(),
        line_end in select(&["\n", "\r\n", "\r"][..]),
    ) {
        let (mut before, mut after) = (String::new(), String::new());
        assemble(&pieces, "", &mut before, &mut after);
        let finish = |text: &str| format!("{}{}", if mark { "\u{feff}" } else { "" }, text.replace('\n', line_end));
        let (before, after) = (finish(&before), finish(&after));
        let parse = |text: &str| Module::parse("m.py", text.as_bytes().to_vec());
        let result = parse(&before).unwrap().relocate(&relocation()).unwrap();
        let (bytes, outline) = result.module.into_parts();
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), after.clone());
        let read = parse(&after).unwrap();
        prop_assert_eq!(&outline.definitions, &read.outline().definitions);
        let again = read.relocate(&relocation()).unwrap();
        prop_assert!(again.report.edits.is_empty());
        prop_assert_eq!(String::from_utf8(again.module.into_parts().0).unwrap(), after);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200)) {
        survives(&bytes);
    }

    #[test]
    fn no_heap_of_tokens_makes_it_panic(tokens in vec(select(&TOKENS[..]), 0..40), cookie in any::<bool>()) {
        let cookie: &[u8] = if cookie { b"# coding: latin-1\n\xe9 = '\xff'\n" } else { b"" };
        survives(&[cookie, tokens.concat().as_bytes()].concat());
    }
}

const TOKENS: [&str; 44] = [
    "import ",
    "from ",
    "config",
    "a",
    ".",
    " as ",
    ",",
    "*",
    "\n",
    "\n  ",
    "\r",
    "\\\n",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "=",
    "'",
    "\"",
    "'''",
    "f'",
    "rb'",
    "importlib.import_module",
    "import importlib\n",
    "sys.modules",
    "import sys\n",
    "__import__",
    " in ",
    "if ",
    "try",
    "except",
    "def ",
    "class ",
    "x",
    "1",
    "#",
    "\t",
    "\u{feff}",
    "é",
    "globals()",
];

fn survives(bytes: &[u8]) {
    let Ok(module) = Module::parse("m.py", bytes.to_vec()) else { return };
    let (same, _) = Module::parse("m.py", bytes.to_vec()).unwrap().into_parts();
    assert_eq!(same, bytes);
    if let Ok(result) = module.relocate(&relocation()) {
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        let (written, outline) = result.module.into_parts();
        assert_eq!(lines(&written), lines(bytes));
        let read = Module::parse("m.py", written.clone()).unwrap();
        assert_eq!(outline.definitions, read.outline().definitions);
        assert_eq!(written.len() > bytes.len(), !result.report.edits.is_empty());
    }
}
