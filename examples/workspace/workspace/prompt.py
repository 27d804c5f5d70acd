"""Prompts.

    import config
    from config import load
"""

TEMPLATE = """\
import config
from main import main_sync
"""


def render(name: str) -> str:
    first = TEMPLATE.splitlines()[0]
    return f"{first!r} mentions {name}"
