import asyncio
import json
import subprocess
import sys

import pytest
from quart import Quart

from benchmarks.cli import main
from benchmarks.shims.ratio import ShimResult
from benchmarks.shims.round import request, ways_of
from benchmarks.shims.tables import render


def test_a_way_is_held_against_its_floor_in_the_same_round():
    result = ShimResult("hops", "anyio", (0.0002, 0.0003), (0.0001, 0.0001))
    assert result.ratios == pytest.approx((2.0, 3.0))
    assert result.ratio.median == pytest.approx(2.5)
    assert result.microseconds.median == pytest.approx(250.0)


def test_the_table_names_the_floor():
    text = render([ShimResult("requests", "sync view", (0.0002,), (0.0001,))])
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
    assert "jumps: not measured; known: hops, requests" in capsys.readouterr().err
