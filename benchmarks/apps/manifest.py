"""The corpus: which projects, in which pinned environment, with which counts on Flask."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import cattrs

from benchmarks.errors import UsageError

MANIFEST = Path(__file__).with_name("manifest.json")

Role = Literal["app", "extension", "framework"]


@dataclass(frozen=True, slots=True)
class Project:
    """One entry of the manifest.

    ``install`` pins the whole environment in which the counts were taken, ``setup`` are the shell
    steps after it (``$UV`` is the ``uv`` command), ``test`` is the project's own test command.
    ``failing_tests`` fail on Flask already, so they cannot count against Quart;
    ``requesting_on_flask`` is how many of the passing tests send a request. ``seconds`` is what
    the suite took when the counts were taken.
    """

    name: str
    role: Role
    source: str
    sdist: str
    licence: str
    subdir: str
    python_loc: int
    tests_loc: int
    templates: int
    routes_seen: int
    extensions: tuple[str, ...]
    features: tuple[str, ...]
    install: tuple[str, ...]
    setup: tuple[str, ...]
    env: Mapping[str, str]
    test: str
    passed_on_flask: int
    failed_on_flask: int
    skipped_on_flask: int
    requesting_on_flask: int
    failing_tests: tuple[str, ...]
    seconds: float
    notes: str


def load(path: Path = MANIFEST) -> tuple[Project, ...]:
    """Read the manifest at `path`.

    Raises:
        UsageError: The file is not JSON, or an entry lacks a field or has one too many.

    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: no manifest can be read there: {error}.") from error
    return tuple(_project(entry, path) for entry in entries)


def select(
    projects: Sequence[Project], *, only: Sequence[str], roles: Sequence[Role]
) -> tuple[Project, ...]:
    """Return the projects named in `only`, or all those of `roles` when it is empty.

    Raises:
        UsageError: A name is not in the manifest under one of `roles`.

    """
    known = {project.name: project for project in projects if project.role in roles}
    for name in only:
        if name not in known:
            raise UsageError(_unknown(name, known))
    return tuple(known[name] for name in only or known)


def _unknown(name: str, known: Mapping[str, Project]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}."
    return f"{name}: no such project in the manifest; {hint}"


def _project(entry: Mapping[str, Any], path: Path) -> Project:
    names = {field.name for field in fields(Project)}
    if odd := names.symmetric_difference(entry):
        where = entry.get("name", "an entry without a name")
        raise UsageError(f"{path}: {where}: missing or unknown: {', '.join(sorted(odd))}.")
    return cattrs.structure(entry, Project)
