"""What the user chose: the parsed command line and ``[tool.migrator]``, as data."""

from dataclasses import dataclass
from enum import StrEnum


class Strategy(StrEnum):
    """How far functions are made async (docs/explanation/how-coloring-works.md)."""

    AUTO = "auto"
    ASYNC = "async"
    BRIDGE = "bridge"


class TestMode(StrEnum):
    """What becomes of the project's tests."""

    __test__ = False

    KEEP = "keep"
    MIGRATE = "migrate"


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that change what is planned; choices of output live in ``migrator.cli.invocation``.

    ``native`` are the replacements asked for, as ``NAME=LIBRARY``. ``annotate`` asks for notes in
    the code on what stays Flask code and what is left.
    """

    strategy: Strategy = Strategy.AUTO
    tests: TestMode = TestMode.KEEP
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = ()
    native: frozenset[str] = frozenset()
    annotate: bool = False
