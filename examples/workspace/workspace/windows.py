"""Saved on Windows."""

import config
from adapters.base import BaseAdapter


def describe():
    return f"{config.load().name} knows {BaseAdapter.__name__}"
