"""A reviewer."""

from adapters.base import BaseAdapter
from plugins import load_plugins


class ReviewAdapter(BaseAdapter):
    async def setup(self, config):
        self.plugins = load_plugins(config)
