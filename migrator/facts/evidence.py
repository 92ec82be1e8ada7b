"""What a run of the project's tests saw, as data: what stood where, and who called whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

Lines = Mapping[str, Callable[[int], int]]
"""What becomes of the line numbers of each file."""

SOMETHING_ELSE = ""
"""What was seen is none of Flask's, and none of the project's."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An attribute or a call in a file of the project, as ``ast`` counts: columns in bytes."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Ran:
    """A function of the project as it ran: ``line`` is that of its first decorator, if any."""

    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen at each place, the first time that it was.

    ``members`` says which member of Flask's was read at a place (``flask.Request.form``), or in
    which file of the project the class stands whose member it is. ``callees`` says which of Flask's
    functions were called there, or which of the project's. ``callers`` has the functions that ran,
    and the project's functions that ran them. ``files`` were imported.
    """

    members: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    callees: Mapping[Place, frozenset[str | Ran]] = field(default_factory=dict)
    callers: Mapping[Ran, frozenset[Ran]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything was seen."""
        return bool(self.files)

    def moved(self, lines: Lines) -> "Evidence":
        """Return the same evidence for files whose lines have moved, as *lines* says."""

        def place(it: Place) -> Place:
            line = lines.get(it.path)
            return replace(it, line=line(it.line), end_line=line(it.end_line)) if line else it

        def ran(it: Ran) -> Ran:
            line = lines.get(it.path)
            return replace(it, line=line(it.line)) if line else it

        return Evidence(
            {place(it): found for it, found in self.members.items()},
            {
                place(it): frozenset(ran(one) if isinstance(one, Ran) else one for one in found)
                for it, found in self.callees.items()
            },
            {ran(it): frozenset(map(ran, found)) for it, found in self.callers.items()},
            self.files,
        )


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Hint:
    """An expression holds an instance of the class ``name`` of Flask's, or the function ``name``.

    ``alone`` says that nothing else was seen there.
    """

    name: str
    alone: bool
