//! What the manifest promises: commands, and what the smoke test will ask for.

use crate::support::{Package, proven};

/// A module `main` of this text, beside a module `config` and a package `adapters`.
fn files(main: &str) -> Vec<(&str, &str)> {
    vec![
        ("adapters/__init__.py", ""),
        ("config.py", "import os\nX = 1\nif os.environ:\n    MAYBE = 1\n"),
        ("main.py", main),
    ]
}

#[test]
fn commands_and_what_the_smoke_test_asks_for_must_exist() {
    let main = "def main(): pass\nfrom config import *\nif True:\n    def sometimes(): pass\n";
    let with = |project: &str| proven(Package { files: &files(main), project, ..Package::default() });
    assert_eq!(with("scripts.run = \"acme.main:main\"").0, [""; 0]);
    assert_eq!(with("scripts.run = \"acme.main:X\"").0, [""; 0], "by a star import");
    for script in ["acme.main:main_sync", "acme.mian:main", "httpx:main", "acme.lib.pre_stop:x"] {
        assert_eq!(with(&format!("scripts.run = \"{script}\"")).0, ["EntryPoint manifest"], "{script}");
    }
    let smoke =
        with("[smoke]\nimports = [\"acme.main\", \"acme.nothing\"]\nattributes = [\"acme.adapters:nobody\"]");
    assert_eq!(smoke.0, ["EntryPoint manifest", "NoModule manifest"]);
    assert_eq!(with("scripts.run = \"acme.config:MAYBE\"").1, ["EntryPoint manifest"], "only when it runs");
}

#[test]
fn a_command_is_no_async_function() {
    let main = "import asyncio\nasync def later(): pass\ndef main(): asyncio.run(later())\n\
                async def soon(): pass\nsoon = asyncio.run(soon)\n";
    let mut files = files(main);
    files.push(("starting.py", "from main import main, soon, later\n"));
    let with = |object: &str| {
        let project = format!("scripts.run = \"{object}\"");
        proven(Package { files: &files, project: &project, ..Package::default() }).0
    };
    for plain in ["acme.main:main", "acme.main:soon", "acme.starting:main", "acme.starting:soon"] {
        assert_eq!(with(plain), [""; 0], "{plain}");
    }
    for coroutine in ["acme.main:later", "acme.starting:later"] {
        assert_eq!(with(coroutine), ["EntryPoint manifest"], "{coroutine}");
    }
    // the smoke test asks whether it is there, and does not call it
    let smoke = "[smoke]\nattributes = [\"acme.main:later\"]";
    assert_eq!(proven(Package { files: &files, project: smoke, ..Package::default() }).0, [""; 0]);
}
