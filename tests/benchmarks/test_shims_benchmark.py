import asyncio
import json
import subprocess
import sys

import pytest
from quart import Quart

from benchmarks.blocking.applications import APPLICATIONS
from benchmarks.cli import main
from benchmarks.reports import limits
from benchmarks.reports.figures import figures
from benchmarks.reports.judgement import judge
from benchmarks.reports.results import ResultsFile
from benchmarks.shims import served
from benchmarks.shims.ratio import ShimResult
from benchmarks.shims.round import request, ways_of
from benchmarks.shims.tables import render
from benchmarks.shims.variants import PATCH_WAYS, REQUEST_WAYS


def test_a_way_is_held_against_its_floor_in_the_same_round():
    result = ShimResult("hops", "anyio", (200.0, 300.0), (100.0, 100.0))
    assert result.ratios == pytest.approx((2.0, 3.0))
    assert result.ratio.median == pytest.approx(2.5)
    assert result.value.median == pytest.approx(250.0)


def test_the_table_names_the_floor():
    text = render([ShimResult("requests", "sync view", (200.0,), (100.0,))])
    assert "over async view" in text
    assert "200 (200 to 200)" in text


@pytest.mark.parametrize("kind", ["hops", "requests"])
def test_every_way_answers(kind):
    async def ask():
        for app, _ in ways_of(kind).values():
            await request(app)

    asyncio.run(ask())


def test_the_patch_is_measured_in_a_process_of_its_own():
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.shims.round", "1", "2", "patch"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(len(rounds) == 1 for rounds in json.loads(finished.stdout).values())


def test_an_app_that_fails_is_no_measurement():
    app = Quart("broken")
    with pytest.raises(RuntimeError, match="answered 404"):
        asyncio.run(request(app))


def test_an_unknown_kind_is_wrong_usage(capsys):
    assert main(["shims", "--only", "jumps"]) == 2
    assert "jumps: not measured; known: hops, requests, served, waiting" in capsys.readouterr().err


def test_ways_are_pressed_on_servers_of_their_own():
    found = served.requests(("async view", "companion: sync view, 2 sync hooks"), 1)
    assert [len(presses) for presses in found.presses.values()] == [1, 1]
    assert all(one.cpu > 0 < one.rate for presses in found.presses.values() for one in presses)


def test_blocking_calls_are_pressed_beside_a_heartbeat():
    ways = {name: served.SLEEPS[name] for name in ("companion: sync view", "Flask on gunicorn")}
    found = served.sleeps(ways, 1).presses
    assert found["companion: sync view"][0].lag > 0
    assert found["Flask on gunicorn"][0].lag == 0


def test_each_way_of_a_server_is_known():
    assert set(served.REQUESTS) <= {*REQUEST_WAYS, *PATCH_WAYS}
    assert {application for application, _ in served.SLEEPS.values()} <= set(APPLICATIONS)


def test_the_ways_of_the_shims_are_held_to_limits():
    results = [
        ShimResult("hops", "compat_shims.offload", (2.5,) * 3, (1.0,) * 3),
        ShimResult("served", "companion: sync view, 2 sync hooks", (1.5,) * 3, (1.0,) * 3),
        ShimResult("capacity", "compat_shims.offload", (8.0,) * 3, (10.0,) * 3),
        ShimResult("capacity", "companion: sync view", (5.0,) * 3, (10.0,) * 3),
        ShimResult("lag", "companion: sync view", (19.0,) * 3, (5.0,) * 3),
    ]
    pairs = limits.applied(limits.DEFAULT, figures([ResultsFile("shims", {}, results)]))
    assert [judge(*pair).verdict for pair in pairs] == ["fails", "holds", "fails", "fails", "holds"]
