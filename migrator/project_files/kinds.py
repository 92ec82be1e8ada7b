"""What the modules of this package are given and give back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migrator.findings import Finding
from migrator.source.span import Location, Span

RULE = "project-files"
"""The rule that findings and plans of this package name."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What the migrated project needs of its surroundings.

    ``keeps_tests``: its tests stay Flask tests and are served by Quart; ``uses_shims``: its code
    imports ``compat_shims``; ``natives`` are the native libraries that it uses from now on, each
    with its version specifier; ``async_tests``: pytest runs async tests.
    """

    keeps_tests: bool
    uses_shims: bool
    natives: tuple[tuple[str, str], ...] = ()
    async_tests: bool = False

    @property
    def packages(self) -> tuple[tuple[str, str], ...]:
        """The requirements to add, each with its version specifier."""
        shims = (("flask-to-quart", ""),) if self.keeps_tests or self.uses_shims else ()
        return (("quart", ">=0.20"), *shims, *self.natives)


@dataclass(frozen=True, slots=True)
class Files:
    """The text files of a project as they are planned so far."""

    root: Path
    planned: Mapping[str, str] = field(default_factory=dict)

    def read(self, path: str) -> str | None:
        """Return the text of a file with its line ends; ``None`` if there is none to edit."""
        return self.planned.get(path, self.read_original(path))

    def read_original(self, path: str) -> str | None:
        """Return the text that stands on the disk, if it is UTF-8."""
        file = self.root / path
        try:
            return file.read_bytes().decode("utf-8") if file.is_file() else None
        except (OSError, UnicodeDecodeError):
            return None

    def matching(self, *globs: str) -> list[tuple[str, str]]:
        """Return paths and texts of the files that match one of *globs*."""
        paths = [path.relative_to(self.root) for glob in globs for path in self.root.glob(glob)]
        names = sorted({path.as_posix() for path in paths})
        return [(name, text) for name in names if (text := self.read(name)) is not None]


@dataclass(frozen=True, slots=True)
class Changes:
    """New texts of files by path, and what is left for the user."""

    texts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def joined(changes: Iterable[Changes]) -> Changes:
    """Put changes of different files together."""
    parts = list(changes)
    return Changes(
        {path: text for part in parts for path, text in part.texts.items()},
        tuple(finding for part in parts for finding in part.findings),
    )


def left(path: str, line: int, message: str, why: str, next_step: str) -> Changes:
    """Return a finding about one line of a file."""
    location = Location(path, Span(line, 0, line, 0))
    return Changes(findings=(Finding(RULE, location, message, why, next_step),))


def line_end(text: str) -> str:
    """Return the line end that *text* uses."""
    return "\r\n" if "\r\n" in text else "\n"


def line_of(text: str, offset: int) -> int:
    """Return the number of the line that holds *offset*, from 1."""
    return text.count("\n", 0, offset) + 1


def with_line_after(text: str, offset: int, line: str) -> str:
    """Insert *line* (one or more, without the last line end) after the line of *offset*."""
    end = line_end(text)
    position = text.find("\n", offset) + 1 or len(text)
    before = text[:position]
    gap = end if before and not before.endswith("\n") else ""
    return f"{before}{gap}{line}{end}{text[position:]}"
