"""Reads pytest's JUnit XML: one result a test."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from migrator.trial.outcome import Result, Test

# A test that passes and then fails in its teardown has two entries: the worse one counts.
_WORST_FIRST: tuple[Result, ...] = ("failed", "skipped", "passed")

# pytest's messages that say where, not what.
_GENERIC = ("collection failure", "failed on setup", "failed on teardown")


def read(path: Path) -> dict[str, Test] | None:
    """Return the tests of the report at *path* by name, or ``None`` if it is missing or torn."""
    try:
        root = ET.parse(path).getroot()  # noqa: S314  the report of the user's own tests
    except (OSError, ET.ParseError):
        return None
    found: dict[str, Test] = {}
    for test in map(_test, root.iter("testcase")):
        found[test.name] = min((found.get(test.name, test), test), key=_badness)
    return found


def _badness(test: Test) -> int:
    return _WORST_FIRST.index(test.result)


def _test(case: ET.Element) -> Test:
    name = f"{case.get('classname', '')}::{case.get('name', '')}"
    for child in case:
        if child.tag in {"failure", "error"}:
            return Test(name, "failed", _error(child))
        if child.tag == "skipped":
            return Test(name, "skipped")
    return Test(name, "passed")


def _error(element: ET.Element) -> str:
    """Return what happened in one line; pytest marks the lines of the exception with ``E``."""
    message = _first_line([element.get("message", "")])
    if message and not message.startswith(_GENERIC):
        return message
    marked = [line[1:] for line in (element.text or "").splitlines() if line.startswith("E ")]
    return _first_line(marked) or message or "failed without a message"


def _first_line(texts: Iterable[str]) -> str:
    lines = (line.strip() for text in texts for line in text.splitlines())
    return next((line for line in lines if line), "")
