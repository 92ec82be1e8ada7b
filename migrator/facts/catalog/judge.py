"""Asks the catalog what the call of a dotted external name does."""

import builtins
import sys
from dataclasses import dataclass
from functools import cache

from migrator.facts.catalog.blocking import LIBRARIES, Effect, Library
from migrator.facts.catalog.pure import PURE


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the catalog says of a call: ``effect`` (``None``: it does not block), or not known."""

    effect: Effect | None
    known: bool = True


_FREE = Judgement(None)
_OF_TEXT = (frozenset(dir(str)) | frozenset(dir(bytes))) - {"count", "find", "index"}
"""Methods of text: ``subprocess.check_output().decode`` waits for nothing more."""
_UNKNOWN = Judgement(Effect.READ, known=False)


def judge(name: str) -> Judgement:
    """Return what calling *name* does (``sqlite3.connect().execute``)."""
    library = library_of(name)
    if library is not None:
        return Judgement(_effect(library, name))
    return _FREE if _is_pure(name) else _UNKNOWN


def library_of(name: str) -> Library | None:
    """Return the catalog's entry for *name*: that of its longest prefix before a call."""
    prefix = _plain(name)
    while prefix:
        found = LIBRARIES.get(prefix)
        if found is not None:
            return found
        prefix = prefix.rpartition(".")[0]
    return None


def _effect(library: Library, name: str) -> Effect | None:
    members = _members(library)
    rest, _, last = name.rpartition(".")
    owner = rest.rpartition(".")[2]
    for member in (f"{owner}.{last}", f"().{last}" if owner.endswith(")") else last, last):
        if member in members:
            return members[member]
    if owner.endswith(")") and last in _OF_TEXT:
        return None
    return library.other


@cache
def _members(library: Library) -> dict[str, Effect | None]:
    told: dict[str, Effect | None] = dict.fromkeys(library.free.split())
    for words, effect in (
        (library.reads, Effect.READ),
        (library.statements, Effect.STATEMENT),
        (library.writes, Effect.WRITE),
        (library.commits, Effect.COMMIT),
        (library.sends, Effect.SEND),
        (library.pending, Effect.PENDING),
    ):
        told.update(dict.fromkeys(words.split(), effect))
    return told


def _is_pure(name: str) -> bool:
    root = _plain(name).partition(".")[0]
    return root in PURE or root in sys.stdlib_module_names or hasattr(builtins, root)


def _plain(name: str) -> str:
    """Return *name* up to its first call."""
    return name.removeprefix("builtins.").partition("(")[0]
