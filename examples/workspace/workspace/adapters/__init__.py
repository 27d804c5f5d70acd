from .base import BaseAdapter
from .echo import EchoAdapter

__all__ = ["BaseAdapter", "get_adapter"]

_ADAPTERS = {"echo": EchoAdapter}


def get_adapter(name: str) -> BaseAdapter:
    return _ADAPTERS[name]()
