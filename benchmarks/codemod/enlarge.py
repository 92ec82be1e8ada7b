"""A large program made of real ones: projects repeated under different names.

Each copy has packages of its own name, so that no two are the same code to the migrator.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path, PurePosixPath

from migrator.source.files import discover

# Folders above a package, and names that every project has: renaming them would tell nothing.
_COMMON = frozenset(
    {"conftest", "docs", "examples", "hatch_build", "scripts", "setup", "src", "test", "tests"}
)


def enlarge(projects: Sequence[Path], lines: int, target: Path) -> int:
    """Write copies of the Python files of `projects` below `target` until there are `lines`.

    Whole projects are copied, so it may be some more; returns how many lines there are.
    """
    written = 0
    for number in count(1):
        for root in projects:
            written += _copy(root, number, target / f"{root.name}_{number}")
            if written >= lines:
                return written
    return written


def packages(paths: Iterable[str]) -> frozenset[str]:
    """Return the names of the top packages and modules of a project, but for common ones."""
    return frozenset(_tops(paths)) - _COMMON


def _tops(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        parts = list(PurePosixPath(path).parts)
        below = parts[1:] if parts[0] == "src" and len(parts) > 1 else parts
        yield PurePosixPath(below[0]).stem


def _copy(root: Path, number: int, target: Path) -> int:
    paths = discover(root)
    own = packages(paths)
    words = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(own)) or r"(?!)")
    lines = 0
    for path in paths:
        text = (root / path).read_text(encoding="utf-8", errors="surrogateescape")
        renamed = words.sub(lambda match: f"{match[0]}_{number}", text)
        parts = (f"{part}_{number}" if part in own else part for part in Path(path).parts)
        file = target.joinpath(*parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(renamed, encoding="utf-8", errors="surrogateescape")
        lines += renamed.count("\n")
    return lines
