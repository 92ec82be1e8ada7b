"""The scoreboard of apps as text: a table, then what fails and why."""

from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.apps import rates as rate
from benchmarks.apps.comparison import causes
from benchmarks.apps.loop_guard import OnLoop
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
    "on the loop",
    "findings",
    "migration s",
    "tests s",
)

UNKNOWN = "-"

# Lines that block the loop, shown for an app.
_LOOP_SHOWN = 8

# Names of tests shown under one cause.
_SHOWN = 3


def render(results: Sequence[AppResult]) -> str:
    """Return the whole report on `results`, in Markdown."""
    blocks = [markdown(HEADERS, [_row(result) for result in results]), rates(results)]
    return "\n\n".join(filter(None, (*blocks, *map(_notes, results))))


def rates(results: Sequence[AppResult]) -> str:
    """Return the rates over all apps: tests, functions, blocking calls, and apps that hold."""
    whole = sum(result.holds for result in results)
    turned = rate.turned_async(one.migration for one in results if one.migration)
    counted = [one.on_loop for one in results if one.on_loop and not one.on_loop.trouble]
    calls = sum(one.total for one in counted)
    lines = [
        f"Tests that pass on Flask pass on Quart: {rate.total(map(rate.passing, results))}.",
        f"Of those that send a request: {rate.total(map(rate.requesting, results))}.",
        f"Functions that need an await became async: {turned}.",
        f"Blocking calls on the loop: {calls}, counted in {len(counted)} of {len(results)} apps.",
        f"Apps that hold in every count: {whole} of {len(results)}.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def notes(name: str, lines: Sequence[str]) -> str:
    """Return `lines` as a list below a heading; nothing when there is nothing to say."""
    return "\n".join((f"### {name}", "", *(f"- {line}" for line in lines))) if lines else ""


def about_run(trouble: str, network: str) -> list[str]:
    """Say which step failed, and why the network was not cut off."""
    whole = f"the network was not cut off: {network}" if network else ""
    return [text for text in (trouble, whole) if text]


def about_baseline(baseline: Baseline) -> list[str]:
    """Say in what a baseline differs from the manifest, and what is unstable in it."""
    return [
        *(f"baseline: {text}" for text in (*baseline.deviations, *baseline.remarks)),
        *(f"unstable on Flask: {name}" for name in baseline.taken.unstable),
    ]


def about_quart(quart: OnQuart) -> list[str]:
    """Say what a run on Quart lost, and why."""
    suite, comparison, changes = quart.taken.suite, quart.comparison, quart.changes
    return [
        *([f"the run as a whole {suite.trouble}"] if suite.trouble else []),
        *([f"environment: moved {', '.join(changes.moved)}"] if changes.moved else []),
        *(f"unstable on Quart: {name}" for name in quart.taken.unstable),
        *failures(suite, among=(*comparison.broken, *comparison.new)),
        *_first("not executed any more", comparison.not_executed),
        *_first("executed on Quart only", comparison.new),
    ]


def failures(suite: SuiteRun, *, among: Iterable[str]) -> list[str]:
    """Return a line for each cause of the failures of the tests named in `among`."""
    chosen = set(among)
    grouped = causes(test for test in suite.tests if test.name in chosen)
    return [
        f"{len(tests)} x `{error[:200]}`: {', '.join(test.name for test in tests[:_SHOWN])}"
        f"{', …' if len(tests) > _SHOWN else ''}"
        for error, tests in grouped.items()
    ]


def passed_of(suite: SuiteRun | None) -> str:
    """Return the passed tests over the executed ones."""
    return f"{len(suite.passed)}/{len(suite.executed)}" if suite else UNKNOWN


def quart_cells(quart: OnQuart | None) -> list[str]:
    """Return passed over executed, failed, whether the same tests ran, and who served them."""
    if quart is None:
        return [UNKNOWN] * 6
    suite, comparison, served = quart.taken.suite, quart.comparison, quart.taken.served
    same = not (comparison.not_executed or comparison.new)
    seen = [served.requesting, served.by_quart, served.by_flask] if served else [UNKNOWN] * 3
    return [
        passed_of(suite),
        str(len(suite.failed)),
        "yes" if same else "no",
        *map(str, seen),
    ]


def _row(result: AppResult) -> list[str]:
    flask = passed_of(result.baseline.taken.suite if result.baseline else None)
    seconds = f"{result.quart.taken.suite.seconds:.1f}" if result.quart else UNKNOWN
    return [result.name, flask, *quart_cells(result.quart), *_migration_cells(result), seconds]


def _migration_cells(result: AppResult) -> list[str]:
    migration = result.migration
    if migration is None:
        return [UNKNOWN] * 7
    share = migration.async_share
    on_loop = result.on_loop
    return [
        *(str(migration.states.get(state, 0)) for state in ("async", "sync", "bridged")),
        UNKNOWN if share is None else f"{share:.0%}",
        UNKNOWN if on_loop is None or on_loop.trouble else str(on_loop.total),
        str(sum(migration.findings.values())),
        f"{migration.seconds:.1f}",
    ]


def _notes(result: AppResult) -> str:
    return notes(
        result.name,
        [
            *about_run(result.trouble, result.network),
            *(about_baseline(result.baseline) if result.baseline else ()),
            *(_about_migration(result.migration) if result.migration else ()),
            *(about_quart(result.quart) if result.quart else ()),
            *(_about_loop(result.on_loop) if result.on_loop else ()),
        ],
    )


def _about_loop(on_loop: OnLoop) -> list[str]:
    """Say which lines block the loop."""
    trouble = [f"under the guard the run {on_loop.trouble}"] if on_loop.trouble else []
    own = [call for call in on_loop.calls if not call.through]
    shown = own[:_LOOP_SHOWN]
    lines = [
        f"on the loop: {call.path}:{call.line} calls {call.function}, {call.count} times"
        for call in shown
    ]
    more = len(own) - len(shown)
    helpers = Counter(call.through for call in on_loop.calls if call.through)
    others = [
        f"on the loop, not counted: {count} lines by {name}" for name, count in helpers.items()
    ]
    return [*trouble, *lines, *([f"on the loop: {more} more lines"] if more else []), *others]


def _about_migration(migration: Migration) -> list[str]:
    off = "" if migration.switched_on else "the migrated pytest settings do not say quart_served"
    return [*(f"edited test file: {path}" for path in migration.edited_tests), *filter(None, [off])]


def _first(what: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return [f"{what}: {', '.join(names[:_SHOWN])}{more}"]
