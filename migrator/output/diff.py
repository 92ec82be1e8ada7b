"""The plan as a unified diff."""

import difflib
import io
from collections.abc import Iterable, Iterator

from migrator.errors import UnreadableSource
from migrator.output.report import FilePlan
from migrator.source.files import decode


def unified(plans: Iterable[FilePlan]) -> str:
    """Return the changes of *plans* as ``diff -u`` and git show them; ``patch -p1`` applies it."""
    return "".join(line for plan in plans if plan.changed for line in _lines(plan))


def _lines(plan: FilePlan) -> Iterator[str]:
    before = "" if plan.before is None else _text(plan.path, plan.before)
    after = _text(plan.path, plan.after)
    old = "/dev/null" if plan.before is None else f"a/{plan.path}"
    changes = difflib.unified_diff(_split(before), _split(after), old, f"b/{plan.path}")
    for line in changes:
        ends = line.endswith(("\n", "\r"))
        yield line if ends else f"{line}\n\\ No newline at end of file\n"


def _split(text: str) -> list[str]:
    # Unlike str.splitlines, this leaves form feeds and the like inside their lines.
    return io.StringIO(text, newline="").readlines()


def _text(path: str, content: bytes) -> str:
    try:
        return decode(path, content).text
    except UnreadableSource:
        # Files of other kinds have no encoding of their own to declare.
        return content.decode("utf-8", "replace")
