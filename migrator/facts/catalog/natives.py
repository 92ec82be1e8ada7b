"""Reads ``natives.toml``: native libraries that can take the place of blocking ones."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

_NOT_OFFERED = "not_offered"


@dataclass(frozen=True, slots=True)
class Native:
    """One replacement, by its name ``NAME=LIBRARY``.

    ``packages`` are the requirements that it brings, with their version specifiers; ``calls`` maps
    each function that is replaced to the one that takes its place.
    """

    name: str
    about: str
    packages: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)


@cache
def natives() -> Mapping[str, Native]:
    """Return the replacements that there are, by name."""
    tables = _tables().items()
    return {name: _native(name, table) for name, table in tables if name != _NOT_OFFERED}


def _native(name: str, table: Mapping[str, Any]) -> Native:
    commands = table.get("commands", "").split()
    of_clients = {f"{client}.{it}": it for client in table.get("clients", ()) for it in commands}
    calls = {**table.get("calls", {}), **of_clients}
    return Native(name, table["about"], table.get("packages", {}), calls)


@cache
def not_offered() -> Mapping[str, str]:
    """Return why there is no such replacement, by its name or the part before ``=``."""
    return dict(_tables()[_NOT_OFFERED])


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    text = files("migrator.facts.catalog").joinpath("natives.toml").read_text("utf-8")
    return tomllib.loads(text)
