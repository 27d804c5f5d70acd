"""Adapters, by the entry points of their group."""

from importlib.metadata import entry_points


def get_adapter(name):
    """The adapter of this name."""
    (point,) = entry_points(group="acme.adapters", name=name)
    return point.load()()
