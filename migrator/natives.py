"""The native libraries that a user may ask for: ``--native NAME=LIBRARY``."""

from collections.abc import Iterable

from migrator.config import suggestion
from migrator.errors import UsageError
from migrator.facts.catalog.natives import natives, not_offered


def check(names: Iterable[str]) -> None:
    """Raise :exc:`migrator.errors.UsageError` for a name that is no replacement's."""
    for name in sorted(names):
        if name not in natives():
            raise UsageError(f"there is no replacement {name!r}{_hint(name)}")


def _hint(name: str) -> str:
    blocking = name.partition("=")[0]
    why = not_offered().get(name) or not_offered().get(blocking)
    if why is not None:
        return f": {why}"
    same = [known for known in natives() if known.partition("=")[0] == blocking]
    if same:
        return f"; did you mean {same[0]!r}?"
    return suggestion(name, natives()) or "; --list-native lists them"
