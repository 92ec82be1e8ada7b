"""Reads ``kinds.toml``: what Flask's names, results and members are."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from migrator.facts.kinds import Kind, Member


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name, attribute or result is: one object of a kind, or an iterable of them."""

    kind: Kind
    is_iterable: bool = False


@dataclass(frozen=True, slots=True)
class Framework:
    """The tables of ``kinds.toml``."""

    names: Mapping[str, Meaning]
    calls: Mapping[str, Meaning]
    attributes: Mapping[Member, Meaning]
    results: Mapping[Member, Meaning]
    elements: Mapping[Kind, Meaning]
    means: Mapping[Member, str]
    endings: Mapping[str, Meaning]
    parameters: Mapping[str, tuple[str, ...]]

    def by_ending(self, name: str) -> Meaning | None:
        """Return the meaning of an attribute of a foreign object, by the end of its name."""
        if not name.endswith(_ENDINGS):
            return None
        return next((self.endings[end] for end in self.endings if name.endswith(end)), None)


_ENDINGS = ("().data", "().client", "().app", "().blueprint")


@cache
def framework() -> Framework:
    """Return the tables."""
    text = files("migrator.facts.catalog").joinpath("kinds.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return Framework(
        names={name: _meaning(kind) for name, kind in tables["names"].items()},
        calls={name: _meaning(kind) for name, kind in tables["calls"].items()},
        attributes={_member(name): _meaning(kind) for name, kind in tables["attributes"].items()},
        results={_member(name): _meaning(kind) for name, kind in tables["results"].items()},
        elements={Kind(name): _meaning(kind) for name, kind in tables["elements"].items()},
        means={_member(name): meant for name, meant in tables["means"].items()},
        endings={name: _meaning(kind) for name, kind in tables["endings"].items()},
        parameters={name: tuple(kinds) for name, kinds in tables["parameters"].items()},
    )


def _member(text: str) -> Member:
    kind, _, name = text.rpartition(".")
    return Member(Kind(kind), name)


def _meaning(text: str) -> Meaning:
    return Meaning(Kind(text.strip("[]")), text.startswith("["))
