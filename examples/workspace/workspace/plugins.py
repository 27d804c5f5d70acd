"""Plugins, found by name."""

import importlib
import sys
from importlib import import_module
from importlib.util import find_spec

# Data: a word in a string is no import.
NAMES = ["config", "plugins", "main"]


def describe() -> list[str]:
    echo = import_module("adapters.echo")
    module = importlib.import_module("config")
    assert sys.modules["config"] is module
    found = find_spec("prompt") is not None
    return [echo.EchoAdapter().say("plugin"), f"found prompt: {found}", ", ".join(NAMES)]
