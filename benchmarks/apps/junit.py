"""Read pytest's JUnit XML: one outcome a test."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["passed", "failed", "skipped"]

# A test that passes and then fails in its teardown has two entries: the worse one counts.
_WORST_FIRST: tuple[Outcome, ...] = ("failed", "skipped", "passed")

# pytest's messages that say where, not what.
_GENERIC = ("collection failure", "failed on setup", "failed on teardown")


@dataclass(frozen=True, slots=True)
class Test:
    """One test: ``package.module.Class::name``, its outcome, the first line of its error."""

    # pytest would take the name for a class of tests.
    __test__ = False

    name: str
    outcome: Outcome
    error: str


def read(path: Path) -> tuple[Test, ...]:
    """Read the JUnit file at `path`, in the order of the tests.

    Raises:
        xml.etree.ElementTree.ParseError: The file is not XML.

    """
    root = ET.parse(path).getroot()  # noqa: S314  the file comes from our own pytest run
    found: dict[str, Test] = {}
    for test in map(_test, root.iter("testcase")):
        found[test.name] = min((found.get(test.name, test), test), key=_badness)
    return tuple(found.values())


def _badness(test: Test) -> int:
    return _WORST_FIRST.index(test.outcome)


def _test(case: ET.Element) -> Test:
    name = f"{case.get('classname', '')}::{case.get('name', '')}"
    for child in case:
        if child.tag in {"failure", "error"}:
            return Test(name, "failed", _error(child))
        if child.tag == "skipped":
            return Test(name, "skipped", "")
    return Test(name, "passed", "")


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
