"""The scoreboard between two marks of a Markdown file."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.apps.results import AppResult
from benchmarks.apps.tables import UNKNOWN, passed_of, rates
from benchmarks.errors import UsageError
from benchmarks.extensions.tables import rates as extension_rates
from benchmarks.reports.results import ResultsFile
from benchmarks.tables import markdown
from benchmarks.writing import write

BEGIN, END = "<!-- scoreboard -->", "<!-- /scoreboard -->"

HEADERS = (
    "app",
    "on Flask",
    "on Quart",
    "sending a request",
    "async, of those that need it",
    "blocking the loop",
)


def fill(path: Path, files: Sequence[ResultsFile]) -> None:
    """Put the scoreboard of `files` between the marks of the file at `path`.

    Raises:
        UsageError: The file cannot be read, or holds no marks.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}.") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise UsageError(f"{path}: holds no {BEGIN} and {END} to write between.")
    write(path, f"{before}{begin}\n{scoreboard(files)}\n{end}{after}")


def scoreboard(files: Iterable[ResultsFile]) -> str:
    """Return the table of apps, and the rates of apps and extensions in words."""
    blocks = []
    for file in files:
        if file.kind == "apps":
            table = markdown(HEADERS, [_row(result) for result in file.results])
            blocks += [table, rates(file.results)]
        if file.kind == "extensions":
            blocks.append(extension_rates(file.results))
    return "\n\n".join(blocks)


def _row(result: AppResult) -> list[str]:
    flask = passed_of(result.baseline.taken.suite if result.baseline else None)
    quart = passed_of(result.quart.taken.suite if result.quart else None)
    served = result.quart.taken.served if result.quart else None
    share = result.migration.async_share if result.migration else None
    on_loop = result.on_loop
    return [
        result.name,
        flask,
        quart,
        UNKNOWN if served is None else str(served.requesting),
        UNKNOWN if share is None else f"{share:.0%}",
        UNKNOWN if on_loop is None or on_loop.trouble else str(on_loop.total),
    ]
