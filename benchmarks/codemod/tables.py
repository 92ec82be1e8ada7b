"""The cost of planning as a table."""

from collections.abc import Sequence
from statistics import median

from benchmarks.codemod.ratio import CodemodResult
from benchmarks.tables import markdown

HEADERS = ("project", "files", "lines", "parse ms", "plan / parse", "limit", "LibCST / parse")

EXPLANATION = (
    "CPU seconds over `ast.parse` of the same files, side by side in one process a round: "
    "median (quartiles)."
)


def render(results: Sequence[CodemodResult]) -> str:
    """Return the ratios in Markdown."""
    return f"{markdown(HEADERS, [_row(result) for result in results])}\n\n{EXPLANATION}"


def _row(result: CodemodResult) -> list[str]:
    return [
        result.name,
        str(result.files),
        str(result.lines),
        f"{median(one.parse for one in result.rounds) * 1000:.1f}",
        str(result.plan),
        f"{result.limit:g}",
        str(result.libcst),
    ]
