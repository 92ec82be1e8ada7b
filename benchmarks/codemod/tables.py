"""The cost of planning as a table."""

from collections.abc import Sequence
from statistics import median

from benchmarks.codemod.floors import TOOLS, Floor
from benchmarks.codemod.ratio import CodemodResult
from benchmarks.tables import markdown

HEADERS = (
    "project",
    "files",
    "lines",
    "parse ms",
    "plan / parse",
    "limit",
    "LibCST / parse",
    *(f"{name} / parse" for name in TOOLS),
    "peak MB",
)

EXPLANATION = (
    "CPU seconds over `ast.parse` of the same files, side by side in one process a round: "
    "median (quartiles). Other tools: once, their start not counted."
)


def render(results: Sequence[CodemodResult]) -> str:
    """Return the ratios in Markdown."""
    table = markdown(HEADERS, [_row(result) for result in results])
    missing = sorted({_missing(floor) for one in results for floor in one.floors if floor.trouble})
    return "\n\n".join((table, EXPLANATION, *([f"{'; '.join(missing)}."] if missing else [])))


def _missing(floor: Floor) -> str:
    return f"{floor.name}: {floor.trouble}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _row(result: CodemodResult) -> list[str]:
    return [
        result.name,
        str(result.files),
        str(result.lines),
        f"{median(one.parse for one in result.rounds) * 1000:.1f}",
        str(result.plan),
        f"{result.limit:g}",
        str(result.libcst),
        *(_ratio(result.over_parse(name)) for name in TOOLS),
        f"{result.peak / 2**20:.0f}",
    ]
