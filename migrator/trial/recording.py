"""How a run of the project's tests is recorded: what the recorder needs, and what it leaves."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrator.facts.catalog.awaitable import awaitable_functions, awaitable_members
from migrator.facts.catalog.framework import framework
from migrator.facts.evidence import Evidence, Place, Ran

RECORDER = Path(__file__).with_name("recorder")

_TOLD_APART = ("werkzeug.test.TestResponse",)
"""Classes without awaitable members that derive from others which have some."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file of records: what was seen, and what could not be.

    ``originals`` are files that were imported from the project itself and not from its copy,
    ``unwatched`` those that are nested too deeply for the recorder.
    """

    evidence: Evidence
    originals: tuple[str, ...]
    unwatched: tuple[str, ...]


def recording(
    root: Path, paths: Iterable[str], records: Path, *, original: Path | None, path: str
) -> Mapping[str, str]:
    """Return the variables under which every Python process records into the file *records*.

    *paths* are the project's files, relative to *root*; *original* is the project itself where
    *root* is a copy of it; *path* is what ``PYTHONPATH`` would be otherwise.
    """
    settings = records.with_suffix(".settings.json")
    chosen = {
        "root": str(root.resolve()),
        "original": str(original.resolve()) if original else "",
        "files": sorted(paths),
        "classes": {**awaitable_members(), **dict.fromkeys(_TOLD_APART, ())},
        "functions": awaitable_functions(),
        "proxies": list(framework().names),
        "records": str(records.resolve()),
    }
    settings.write_text(json.dumps(chosen), "utf-8")
    return {
        "FLASK_TO_QUART_RECORDING": str(settings.resolve()),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(RECORDER), path))),
        # A process that does not record cannot run what one that does left compiled.
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def read(records: Path) -> Recorded:
    """Read what the recorder left in the file *records*, which may be missing."""
    members: defaultdict[Place, set[str]] = defaultdict(set)
    callees: defaultdict[Place, set[str | Ran]] = defaultdict(set)
    callers: defaultdict[Ran, set[Ran]] = defaultdict(set)
    files: set[str] = set()
    originals: set[str] = set()
    unwatched: set[str] = set()
    for record in _records(records):
        match record:
            case ["member", [*place], str(what)]:
                members[Place(*place)].add(what)
            case ["callee", [*place], what]:
                callees[Place(*place)].add(what if isinstance(what, str) else Ran(*what))
            case ["run", [*function], caller]:
                callers[Ran(*function)] |= {Ran(*caller)} if caller else set()
            case ["file", str(path)]:
                files.add(path)
            case ["original", str(path)]:
                originals.add(path)
            case ["unwatched", str(path)]:
                unwatched.add(path)
            case _:
                pass
    evidence = Evidence(
        members={place: frozenset(found) for place, found in members.items()},
        callees={place: frozenset(found) for place, found in callees.items()},
        callers={function: frozenset(found) for function, found in callers.items()},
        files=frozenset(files),
    )
    return Recorded(evidence, tuple(sorted(originals)), tuple(sorted(unwatched)))


def _records(path: Path) -> Iterator[Any]:
    """Yield the records; a line that a killed process left torn is none."""
    if not path.is_file():
        return
    for line in path.read_text("utf-8", "replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue
