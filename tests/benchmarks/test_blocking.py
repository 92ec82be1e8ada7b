import asyncio
import dataclasses

import pytest

from benchmarks.blocking import work
from benchmarks.blocking.applications import APPLICATIONS
from benchmarks.blocking.cross_check import Check, answer
from benchmarks.blocking.meter import Meter, Reading, counting_loop, percentile
from benchmarks.blocking.paired import REFERENCE, Pair, is_paired, pairs, reference
from benchmarks.blocking.runner import BlockingResult
from benchmarks.blocking.scenarios import ENDPOINTS, Configuration, Sizes, configurations
from benchmarks.blocking.servers import serving, stop
from benchmarks.blocking.tables import render
from benchmarks.cli import main
from benchmarks.errors import StepError
from benchmarks.load import Capacity, Latencies
from benchmarks.memory import peak_memory
from benchmarks.reports import limits
from benchmarks.reports.figures import figures
from benchmarks.reports.judgement import judge
from benchmarks.reports.results import ResultsFile


def result(**fields):
    latencies = Latencies(100, 90, 2, 8, 1.0, 2.0, 3.0, 4.0, "")
    reading = Reading(((0.1, 1.0), (0.2, 7.0)), 5, 0, 200, 0.5, 2**20)
    fields = {
        "trivial": latencies,
        "blocking": latencies,
        "mixed": reading,
        "capacity": Capacity(64, 2.0, 100, 0),
        "pressed": reading,
        "hops_each": 2.0,
        "pairs": (Pair(100.0, 90.0), Pair(100.0, 110.0)),
        "check": Check("wrk", 51.2),
        "others": 0.04,
        "trouble": "",
    } | fields
    return BlockingResult(Configuration("quart-sync", "uvicorn", 6), ENDPOINTS[0], **fields)


def test_figures_for_each_request_come_from_the_closed_loop():
    found = result()
    assert found.cpu_each == 0.005
    assert found.unanswered == 20


def test_capacity_is_held_against_what_the_threads_allow():
    assert result().of_ceiling == pytest.approx(50 / (6 / 0.05))


def test_a_configuration_that_failed_shows_why_and_no_figures():
    known = ("trivial", "blocking", "mixed", "capacity", "pressed", "hops_each", "check", "others")
    nothing = dict.fromkeys(known)
    text = render([result(**nothing, pairs=(), trouble="the server does not listen: boom")])
    assert "- quart-sync on uvicorn: the server does not listen: boom" in text
    row = text.splitlines()[4]
    assert set(row.partition("uvicorn")[2].replace("|", " ").split()) == {"-"}


def test_the_table_holds_every_figure():
    row = render([result()]).splitlines()[4]
    assert row.replace("|", " ").split() == (
        [
            "quart-sync",
            "on",
            "uvicorn",
            "50",
            "0.42",
            "1",
            "(0.95",
            "to",
            "1.05)",
            "51",
            "(wrk)",
            "1",
            "3",
            "1",
            "3",
            "20",
            "of",
            "200",
            "7",
            "7",
            "5",
            "2.0",
            "5.00",
            "1",
            "4%",
        ]
    )


def test_percentiles_are_by_nearest_rank():
    assert percentile(range(1, 101), 99) == 100
    assert percentile([5.0], 50) == 5.0


def test_every_way_of_serving_has_its_application():
    assert {one.application for one in configurations(6)} <= set(APPLICATIONS)


def test_the_meter_tells_work_on_the_loop_from_work_in_threads():
    meter = Meter()

    async def both():
        heart = asyncio.ensure_future(meter.beat())
        await asyncio.sleep(0.02)
        meter.worked()
        await asyncio.to_thread(meter.worked)
        heart.cancel()

    asyncio.run(both())
    reading = meter.take()
    assert (reading.on_loop, reading.off_loop) == (1, 1)
    assert reading.lags
    assert meter.take().on_loop == 0


def test_a_hop_to_a_thread_and_back_is_counted_once(monkeypatch):
    from benchmarks.blocking import meter

    monkeypatch.setattr(meter, "METER", mine := Meter())
    with asyncio.Runner(loop_factory=counting_loop(asyncio.SelectorEventLoop)) as runner:
        runner.run(asyncio.to_thread(int))
        hops = mine.hops
        runner.run(asyncio.sleep(0))
    assert hops == 1


def test_peak_memory_is_that_of_this_process():
    assert peak_memory() > 2**20


def test_native_forms_give_what_the_blocking_ones_give():
    assert asyncio.run(work.sqlite_async()) == work.sqlite()


def test_a_server_answers_its_meter_and_ends_when_it_is_let_go():
    with serving("benchmarks.blocking.serve", "quart-sync", "uvicorn", env={}) as server:
        reading = server.read()
    assert reading.peak > 0
    assert server.process.returncode is not None


def test_a_server_that_cannot_start_says_why():
    with (
        pytest.raises(StepError, match="does not listen: KeyError: 'nonsense'"),
        serving("benchmarks.blocking.serve", "nonsense", "uvicorn", env={}),
    ):
        pass


def test_a_meter_whose_server_has_ended_says_so():
    with serving("benchmarks.blocking.serve", "quart-sync", "uvicorn", env={}) as server:
        stop(server.process)
        with pytest.raises((StepError, ValueError)):
            server.read()


def test_an_unknown_name_is_wrong_usage(capsys):
    assert main(["blocking", "--only", "django"]) == 2
    assert "django: neither an application nor a server" in capsys.readouterr().err


def test_only_ways_with_as_many_threads_as_the_reference_are_held_against_it():
    sleep, hashing = ENDPOINTS[0], ENDPOINTS[-1]
    paired = {one.application for one in configurations(6) if is_paired(one, sleep)}
    assert paired == {"quart-anyio", "quart-shims"}
    assert not is_paired(REFERENCE, sleep)
    assert not any(is_paired(one, hashing) for one in configurations(6))


def test_capacity_is_paired_with_that_of_a_reference_server():
    sizes = Sizes(mix=0, drain=0, capacity=0, connections=4, pairs=2, round=0.1)
    with (
        serving("benchmarks.blocking.serve", "quart-shims", "uvicorn", env={}) as server,
        reference({}) as other,
    ):
        found = list(pairs(server, other, ENDPOINTS[0], sizes))
    assert len(found) == 2
    assert all(pair.reference > 0 and pair.ratio > 0 for pair in found)


@pytest.mark.parametrize(
    ("tool", "output", "rate"),
    [
        ("wrk", "Running 2s test @ http://x\n\nRequests/sec:    798.21\n", 798.21),
        ("h2load", "finished in 2.00s, 790.50 req/s, 96.5KB/s\n", 790.5),
    ],
)
def test_what_other_load_generators_print_is_read(tool, output, rate):
    assert answer(tool, output) == Check(tool, rate)
    assert answer(tool, "unable to connect") is None


def verdicts(**fields):
    way = Configuration("quart-shims", "uvicorn", 40)
    taken = dataclasses.replace(result(**fields), configuration=way)
    found = figures([ResultsFile("blocking", {}, [taken])])
    pairs = limits.applied(limits.DEFAULT, found)
    judged = [judge(figure, limit) for figure, limit in pairs]
    return {one.figure.name.rpartition("/")[2]: one.verdict for one in judged}


def test_what_is_measured_by_the_clock_cannot_fail_where_others_took_the_machine():
    quiet, loaded = verdicts(others=0.01), verdicts(others=0.8)
    for name in ("unanswered", "capacity of ceiling"):
        assert (quiet[name], loaded[name]) == ("fails", "inconclusive")
    assert quiet["blocking calls on the loop"] == loaded["blocking calls on the loop"] == "fails"
    assert loaded["loop lag p99"] == "holds"
