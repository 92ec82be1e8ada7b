"""One round in a process of its own: parse, plan, parse; prints CPU seconds as JSON.

Each runs as Python comes, with its garbage collector; the migrator pauses it by itself.

Nothing that the migrator remembers from one plan can speed up the one that is measured, since a
round plans its project once. What it imports late is imported beforehand, by the plan of a tiny
app: imports are paid once a run, however large the project is.
"""

import ast
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import libcst

from benchmarks.memory import peak_memory
from migrator import plan
from migrator.source.files import discover

_TINY = """\
from flask import Flask, request

app = Flask(__name__)


@app.route("/", methods=["POST"])
def index():
    return request.form["name"]
"""

_TINY_TEST = """\
from unittest import TestCase

from app import app


class Tests(TestCase):
    def setUp(self):
        self.client = app.test_client()
"""


def main(root: Path) -> dict[str, float]:
    """Return the CPU seconds of each operation over the Python files of `root`.

    ``peak`` is the most memory held up to the end of the plan, in bytes.
    """
    sources = [(root / path).read_bytes() for path in discover(root)]
    _warm_up()
    before = cpu(lambda: _parse(sources))
    planning = cpu(lambda: plan(root))
    peak = peak_memory()
    after = cpu(lambda: _parse(sources))
    round_trip = cpu(lambda: _round_trip(sources))
    return {"parse": (before + after) / 2, "plan": planning, "libcst": round_trip, "peak": peak}


def cpu(operation: Callable[[], object]) -> float:
    """Return the CPU seconds of `operation`, garbage of others collected beforehand."""
    gc.collect()
    started = time.process_time()
    operation()
    return time.process_time() - started


def _warm_up() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(_TINY, encoding="utf-8")
        (Path(folder) / "test_app.py").write_text(_TINY_TEST, encoding="utf-8")
        plan(Path(folder))


def _parse(sources: Sequence[bytes]) -> None:
    for source in sources:
        ast.parse(source)


def _round_trip(sources: Sequence[bytes]) -> None:
    for source in sources:
        libcst.parse_module(source).code  # noqa: B018  the property renders the code


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
