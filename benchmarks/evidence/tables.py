"""How far inference and tests agree, as text: a table, then each disagreement."""

from collections.abc import Sequence

from benchmarks.apps.tables import UNKNOWN, about_run, notes
from benchmarks.evidence.results import Counts, EvidenceResult, total
from benchmarks.tables import markdown

HEADERS = (
    "app",
    "tests passed",
    "seen",
    "recall",
    "run",
    "precision",
    "unexplained",
    "seen in tests",
    "recall",
    "run in tests",
    "precision",
)

EXPLANATION = (
    "*Seen*: places of the app where its tests saw what Quart awaits, or a call of a function that "
    "needs an await; *recall*: the share of them that was inferred. *Run*: places that were "
    "inferred and that the tests ran; *precision*: the share of them that was seen."
)


def render(results: Sequence[EvidenceResult]) -> str:
    """Return the whole report on `results`, in Markdown."""
    rows = [_row(result) for result in results]
    table = markdown(HEADERS, [*rows, _total(results)])
    return "\n\n".join(filter(None, (table, EXPLANATION, *map(_notes, results))))


def _row(result: EvidenceResult) -> list[str]:
    passed = f"{result.passed}/{result.due}"
    return [result.name, passed, *_cells(result.app, result.tests, len(result.unexplained))]


def _total(results: Sequence[EvidenceResult]) -> list[str]:
    passed = f"{sum(it.passed for it in results)}/{sum(it.due for it in results)}"
    app, tests = total(it.app for it in results), total(it.tests for it in results)
    return ["all", passed, *_cells(app, tests, sum(len(it.unexplained) for it in results))]


def _cells(app: Counts, tests: Counts, unexplained: int) -> list[str]:
    return [*_shares(app), str(unexplained), *_shares(tests)]


def _shares(counts: Counts) -> list[str]:
    return [str(counts.seen), _share(counts.recall), str(counts.run), _share(counts.precision)]


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4f}"


def _notes(result: EvidenceResult) -> str:
    unexplained = [f"unexplained: {text}" for text in result.unexplained]
    unstable = [f"unstable under the recorder: {name}" for name in result.unstable]
    about = about_run(result.trouble, result.network)
    lines = [*about, *result.disagreements, *unexplained, *unstable]
    return notes(result.name, lines)
