"""Run a user's app under watch, send it requests, and write the bill."""

import os
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.bill.bill import Item, add_up, delays
from benchmarks.bill.requests_file import Recorded
from benchmarks.bill.samples import Stall
from benchmarks.bill.verdicts import Verdicts, of_migration
from benchmarks.blocking.servers import Server, serving
from benchmarks.errors import StepError, UsageError
from benchmarks.load import Answer, Flow, one_by_one, open_loop_answers
from benchmarks.processes import describe, run
from benchmarks.reading import read_json

PLUGIN = "benchmarks.plugins.watch_requests"

# How long an answer may take, and the rest of the answers at the end, in seconds.
_ANSWER = 60.0
_DRAIN = 5.0

# How long a user's own tests may take, in seconds.
_TESTS = 3600.0


@dataclass(frozen=True, slots=True)
class Load:
    """How the app is pressed: rounds one by one, then `seconds` at `rate` requests a second."""

    rounds: int
    rate: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Billed:
    """An item, and what a migration would make of its function (empty for a Quart app)."""

    item: Item
    migrated: str


@dataclass(frozen=True, slots=True)
class BillResult:
    """The bill of one app, dearest first; ``statuses`` counts the answers by HTTP status."""

    target: str
    framework: str
    requests: int
    statuses: dict[str, int]
    rate: float
    items: tuple[Billed, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing holds the loop; a Flask app has none to hold."""
        often = any(billed.item.often for billed in self.items)
        return self.framework == "flask" or not often


def measure(
    target: str, folder: Path, requests: Sequence[Recorded], load: Load, least: float
) -> BillResult:
    """Serve the app of `target` from `folder`, send it `requests`, or a GET for each plain route.

    Raises:
        StepError: The app cannot be imported or served.
        UsageError: There is nothing to send.

    """
    arguments = (target, str(folder), str(least))
    with serving("benchmarks.bill.serve", *arguments, env={"PWD": os.fspath(folder)}) as server:
        about = server.ask("about")
        chosen = requests or [Recorded("GET", path) for path in about["paths"]]
        if not chosen:
            raise UsageError(f"{target}: no route takes a plain GET; give --requests FILE.")
        sent, items = _press(server, chosen, load)
    verdicts = of_migration(folder) if about["framework"] == "flask" else Verdicts({})
    return BillResult(
        target=target,
        framework=about["framework"],
        requests=len(chosen),
        statuses=_statuses(sent),
        rate=load.rate,
        items=tuple(Billed(item, verdicts.of(Path(item.file), item.line)) for item in items),
    )


def measure_tests(command: str, folder: Path, least: float) -> BillResult:
    """Watch the app in `folder` while the pytest command of its own tests runs there.

    Raises:
        StepError: The command cannot be run, or its pytest left no report.

    """
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "stalls.json"
        addopts = f"{os.environ.get('PYTEST_ADDOPTS', '')} -p {PLUGIN}"
        variables = {
            "PYTEST_ADDOPTS": addopts,
            "WATCH_REPORT": str(file),
            "WATCH_FOLDER": str(folder),
            "WATCH_LEAST": str(least),
        }
        finished = run(shlex.split(command), cwd=folder, env=os.environ | variables, limit=_TESTS)
        report = read_json(file)
    if not report:
        raise StepError(f"{command}: left no report: {describe(finished)}")
    return _bill_of_tests(command, folder, report)


def _bill_of_tests(command: str, folder: Path, report: Mapping[str, Any]) -> BillResult:
    framework = "quart" if report["quart"] else "flask"
    requests = Counter(report["flask"]) + Counter(report["quart"])
    items = add_up([Stall(**fields) for fields in report["stalls"]], requests, {})
    verdicts = of_migration(folder) if framework == "flask" else Verdicts({})
    billed = tuple(Billed(item, verdicts.of(Path(item.file), item.line)) for item in items)
    return BillResult(command, framework, requests.total(), {}, 0.0, billed)


def _press(
    server: Server, requests: Sequence[Recorded], load: Load
) -> tuple[list[Answer], tuple[Item, ...]]:
    """Send once to warm up, then in rounds one by one, then at a rate."""
    ready = [request.ready() for request in requests]
    one_by_one(server.port, ready, limit=_ANSWER)
    _stalls(server)
    sent = one_by_one(server.port, ready * load.rounds, limit=_ANSWER)
    stalls = _stalls(server)
    flows = [Flow(request, load.rate / len(ready)) for request in ready]
    pressed = open_loop_answers(server.port, flows, seconds=load.seconds, drain=_DRAIN)
    counts = Counter(answer.stream for answer in sent)
    return sent, add_up(stalls, counts, delays(_stalls(server), pressed))


def _stalls(server: Server) -> list[Stall]:
    return [Stall(**fields) for fields in server.ask("stalls")]


def _statuses(answers: Sequence[Answer]) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        found[str(answer.status)] = found.get(str(answer.status), 0) + 1
    return dict(sorted(found.items()))
