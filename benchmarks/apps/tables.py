"""The scoreboard of apps as text: a table, then what fails and why."""

from collections.abc import Iterable, Sequence

from benchmarks.apps.comparison import causes
from benchmarks.apps.migration import Migration
from benchmarks.apps.results import AppResult, Baseline, OnQuart
from benchmarks.apps.suite import SuiteRun
from benchmarks.tables import markdown

HEADERS = (
    "app",
    "Flask",
    "Quart",
    "failed",
    "same tests",
    "requesting",
    "by Quart",
    "by Flask",
    "async",
    "sync",
    "bridged",
    "async share",
    "findings",
    "migration s",
    "tests s",
)

UNKNOWN = "-"

# Names of tests shown under one cause.
_SHOWN = 3


def render(results: Sequence[AppResult]) -> str:
    """Return the whole report on `results`, in Markdown."""
    blocks = [markdown(HEADERS, [_row(result) for result in results]), rates(results)]
    return "\n\n".join((*blocks, *(notes(result) for result in results if notes(result))))


def rates(results: Sequence[AppResult]) -> str:
    """Return the pass rate over all apps, and the share of projects that lost nothing."""
    due = sum(len(result.baseline.taken.suite.passed) for result in results if result.baseline)
    got = sum(_kept(result) for result in results)
    whole = sum(result.holds for result in results)
    share = f"{got / due:.1%}" if due else UNKNOWN
    return (
        f"{got} of the {due} tests that pass on Flask pass on Quart ({share}); "
        f"{whole} of {len(results)} apps hold in every count."
    )


def notes(result: AppResult) -> str:
    """Return what the table does not show of one app; empty when there is nothing to say."""
    lines = [
        *_trouble(result),
        *(f"baseline: {text}" for text in (result.baseline.deviations if result.baseline else ())),
        *(f"unstable on Flask: {name}" for name in _unstable(result.baseline)),
        *(f"unstable on Quart: {name}" for name in _unstable(result.quart)),
        *(_about_migration(result.migration) if result.migration else ()),
        *(_about(result.quart) if result.quart else ()),
    ]
    return "\n".join((f"### {result.name}", "", *(f"- {line}" for line in lines))) if lines else ""


def failures(suite: SuiteRun, *, among: Iterable[str]) -> list[str]:
    """Return a line for each cause of the failures of the tests named in `among`."""
    chosen = set(among)
    grouped = causes(test for test in suite.tests if test.name in chosen)
    return [
        f"{len(tests)} x `{error[:200]}`: {', '.join(test.name for test in tests[:_SHOWN])}"
        f"{', …' if len(tests) > _SHOWN else ''}"
        for error, tests in grouped.items()
    ]


def passed_of(baseline: Baseline | None) -> str:
    """Return the baseline's passed tests over the executed ones."""
    if baseline is None:
        return UNKNOWN
    return f"{len(baseline.taken.suite.passed)}/{len(baseline.taken.suite.executed)}"


def quart_cells(quart: OnQuart | None) -> list[str]:
    """Return passed over executed, failed, whether the same tests ran, and who served them."""
    if quart is None:
        return [UNKNOWN] * 6
    suite, comparison, served = quart.taken.suite, quart.comparison, quart.taken.served
    same = not (comparison.not_executed or comparison.new)
    seen = [served.requesting, served.by_quart, served.by_flask] if served else [UNKNOWN] * 3
    return [
        f"{len(suite.passed)}/{len(suite.executed)}",
        str(len(suite.failed)),
        "yes" if same else "no",
        *map(str, seen),
    ]


def _row(result: AppResult) -> list[str]:
    quart = quart_cells(result.quart)
    seconds = f"{result.quart.taken.suite.seconds:.1f}" if result.quart else UNKNOWN
    return [result.name, passed_of(result.baseline), *quart, *_migration_cells(result), seconds]


def _migration_cells(result: AppResult) -> list[str]:
    migration = result.migration
    if migration is None:
        return [UNKNOWN] * 6
    share = migration.async_share
    return [
        *(str(migration.states.get(state, 0)) for state in ("async", "sync", "bridged")),
        UNKNOWN if share is None else f"{share:.0%}",
        str(sum(migration.findings.values())),
        f"{migration.seconds:.1f}",
    ]


def _kept(result: AppResult) -> int:
    if result.baseline is None or result.quart is None:
        return 0
    return len(result.baseline.taken.suite.passed & result.quart.taken.suite.passed)


def _trouble(result: AppResult) -> list[str]:
    network = f"the network was not cut off: {result.network}" if result.network else ""
    return [text for text in (result.trouble, network) if text]


def _unstable(side: Baseline | OnQuart | None) -> tuple[str, ...]:
    return side.taken.unstable if side else ()


def _about_migration(migration: Migration) -> list[str]:
    off = "" if migration.switched_on else "the migrated pytest settings do not say quart_served"
    return [*(f"edited test file: {path}" for path in migration.edited_tests), *filter(None, [off])]


def _about(quart: OnQuart) -> list[str]:
    comparison = quart.comparison
    return [
        *([f"the run as a whole {quart.taken.suite.trouble}"] if quart.taken.suite.trouble else []),
        *([f"environment: moved {', '.join(quart.changes.moved)}"] if quart.changes.moved else []),
        *failures(quart.taken.suite, among=comparison.broken),
        *(f"not executed any more: {name}" for name in comparison.not_executed[:_SHOWN]),
        *(f"executed on Quart only: {name}" for name in comparison.new[:_SHOWN]),
    ]
