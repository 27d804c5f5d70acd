"""Watches; imports in every place that a statement can have."""

from typing import TYPE_CHECKING
from \
    config import (
        Config,  # a comment that stays
        load as load_config,
    )

if TYPE_CHECKING:
    from adapters.base import BaseAdapter

try: import config
except ImportError: raise

try:
    import yaml
except ImportError:
    yaml = None

if True: from config import DEFAULTS


def adapter_of(settings: Config) -> "BaseAdapter":
    from adapters import get_adapter
    return get_adapter(settings.adapter)


class Watcher:
    import prompt

    def watched(self) -> str:
        try:
            return adapter_of(load_config()).say("watched")
        except KeyError:
            raise RuntimeError() \
                from None


def watch() -> str:
    assert config.DEFAULTS is DEFAULTS
    assert Watcher.prompt.render("x")
    return Watcher().watched()
