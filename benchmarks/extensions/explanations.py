"""Why a test of a suite cannot pass on Quart, where that is known."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".toml")


@cache
def explanations() -> Mapping[str, Mapping[str, str]]:
    """Return the reason of each test by its name, by suite."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
