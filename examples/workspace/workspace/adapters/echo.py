from adapters.base import BaseAdapter
from . import base


class EchoAdapter(BaseAdapter):
    def say(self, words: str) -> str:
        assert base.BaseAdapter is BaseAdapter
        return f"{self.settings.name} says {words}"
