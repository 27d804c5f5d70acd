"""Settings of the runtime."""

import json
from dataclasses import dataclass
from pathlib import Path

DEFAULTS = json.loads((Path(__file__).parent / "defaults.json").read_text())


@dataclass(frozen=True)
class Config:
    name: str = DEFAULTS["name"]
    adapter: str = DEFAULTS["adapter"]


def load() -> Config:
    return Config()
