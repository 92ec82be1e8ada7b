"""Results as Markdown: what each command prints, under a heading."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.apps import tables as apps
from benchmarks.bill import tables as bill
from benchmarks.blocking import tables as blocking
from benchmarks.codemod import tables as codemod
from benchmarks.evidence import tables as evidence
from benchmarks.extensions import tables as extensions
from benchmarks.reports.results import ResultsFile
from benchmarks.shims import tables as shims
from benchmarks.users import tables as users

_RENDERERS: Mapping[str, Callable[[Any], str]] = {
    "apps": apps.render,
    "blocking": blocking.render,
    "codemod": codemod.render,
    "evidence": evidence.render,
    "extensions": extensions.render,
    "run": lambda results: "\n\n".join(bill.render(one, Path("/")) for one in results),
    "shims": shims.render,
    "users": users.render,
}


def render(files: Sequence[ResultsFile]) -> str:
    """Return the tables of all files."""
    return "\n\n".join(
        f"# {file.kind.capitalize()}\n\n{_RENDERERS[file.kind](file.results)}" for file in files
    )
