"""The command."""

import importlib.metadata
import os
import sys

from packaging.version import Version

from .adapters import get_adapter


def main():
    """Print the version, or greet through the adapter."""
    version = Version(importlib.metadata.version("acme-standalone-runtime"))
    if "--version" in sys.argv[1:]:
        print(version)
        return
    print(get_adapter("echo").say(os.environ["ACME_GREETING"]))
