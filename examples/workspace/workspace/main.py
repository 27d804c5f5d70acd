#!/usr/bin/env python3
"""The entry point.

A line of prose that begins like an import must stay as it is:
from config and then from main, in that order.
"""

from __future__ import annotations

import sys, config
import config as cfg
import adapters.base
import plugins, prompt as words; import watcher
from adapters import get_adapter
from packaging.version import Version

VERSION = Version("1.0")


def main() -> list[str]:
    settings = config.load()
    assert cfg.load() == settings
    adapter = get_adapter(settings.adapter)
    assert isinstance(adapter, adapters.base.BaseAdapter)
    lines = [f"{settings.name} {VERSION}", adapter.say("hello")]
    lines += plugins.describe()
    lines += [words.render("config"), watcher.watch()]
    import windows
    from legacy import GREETING

    lines += [GREETING, windows.describe()]
    from builtin_tools.memory import Memory
    from skill_loader import load_skill

    memory = Memory()
    memory.keep("skill", load_skill("greet"))
    lines.append(memory.recall("skill"))
    return lines


def main_sync() -> None:
    if "--version" in sys.argv:
        print(VERSION)
        return
    print("\n".join(main()))


if __name__ == "__main__":
    main_sync()
