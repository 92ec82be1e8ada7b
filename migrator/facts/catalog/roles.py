"""Reads ``roles.toml``: who calls what is handed over to whom."""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from migrator.facts.model import Role
from migrator.facts.values import External


@dataclass(frozen=True, slots=True)
class Roles:
    """The tables of ``roles.toml``."""

    members: Mapping[str, Role]
    names: Mapping[str, Role]
    endings: Mapping[str, Role]
    neutral: frozenset[str]
    marks: frozenset[str]
    neutral_prefixes: tuple[str, ...]

    def is_neutral(self, name: str) -> bool:
        """Whether what is handed to *name* only comes back."""
        return name in self.neutral | self.marks or name.startswith(self.neutral_prefixes)

    def role_of(self, taker: External, *, wraps: bool = False) -> Role | None:
        """Return the role of a function that *taker* gets, ``None`` if it is neutral.

        ``wraps`` says that *taker* is used as a decorator: what a library decorates it calls, and
        it passes the result on.
        """
        if self.is_neutral(taker.name):
            return None
        if taker.member is not None and str(taker.member) in self.members:
            return self.members[str(taker.member)]
        if taker.name in self.names:
            return self.names[taker.name]
        for ending, role in self.endings.items():
            if taker.name.endswith(ending):
                return role
        called = "()." in taker.name or (wraps and not _is_standard(taker.name))
        return Role.EXTENSION_CALLBACK if called else Role.ESCAPES


def _is_standard(name: str) -> bool:
    package = name.partition(".")[0]
    return package == "builtins" or package in sys.stdlib_module_names


@cache
def roles() -> Roles:
    """Return the tables."""
    text = files("migrator.facts.catalog").joinpath("roles.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return Roles(
        members=_roles(tables["members"]),
        names=_roles(tables["names"]),
        endings=_roles(tables["endings"]),
        neutral=frozenset(tables["neutral"]["names"]),
        marks=frozenset(tables["neutral"]["marks"]),
        neutral_prefixes=tuple(tables["neutral"]["prefixes"]),
    )


def _roles(table: Mapping[str, str]) -> Mapping[str, Role]:
    return {name: Role(role) for name, role in table.items()}
