"""The project's own settings: ``[tool.migrator]`` in its ``pyproject.toml``."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from migrator.errors import UsageError
from migrator.options import Options, Strategy, TestMode

_LISTS = ("only", "skip", "exclude", "native")
KEYS = ("strategy", "tests", *_LISTS)
"""The settings that ``[tool.migrator]`` may hold; they mean what the options mean.

They say what the project becomes, which every run must agree on. What one run does (write, look,
ask, run the tests, leave notes) has no setting.
"""


def read_options(root: Path) -> Options:
    """Return the options that the project at *root* sets.

    Raises :exc:`migrator.errors.UsageError` for a key or value that means nothing.
    """
    table = _table(root / "pyproject.toml") if root.is_dir() else {}
    for key in table.keys() - set(KEYS):
        raise UsageError(f"[tool.migrator] has no setting {key!r}{suggestion(key, KEYS)}")
    lists = {key: _strings(key, table.get(key, [])) for key in _LISTS}
    return Options(
        strategy=Strategy(_choice("strategy", table.get("strategy", "auto"), Strategy)),
        tests=TestMode(_choice("tests", table.get("tests", "keep"), TestMode)),
        only=frozenset(lists["only"]),
        skip=frozenset(lists["skip"]),
        exclude=lists["exclude"],
        native=frozenset(lists["native"]),
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` if *word* looks like a typo of one of *known*."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _table(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: the file cannot be read: {error}") from error
    table = content.get("tool", {}).get("migrator", {})
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.migrator] must be a table")
    return table


def _choice(key: str, value: object, known: Iterable[str]) -> str:
    names = [str(name) for name in known]
    if not isinstance(value, str) or value not in names:
        hint = suggestion(str(value), names)
        raise UsageError(f"[tool.migrator] {key} must be one of {', '.join(names)}{hint}")
    return value


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"[tool.migrator] {key} must be a list of strings")
    return tuple(value)
