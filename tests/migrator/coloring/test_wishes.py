"""Wishes: met together where they can be, else refused; nothing is bridged for them."""

from dataclasses import replace

import pytest
from hand_made import Role, awaited, demands_of, facts_of, states

from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.solve import color
from migrator.options import Options, Strategy

IMPORTS = "import sqlite3, time\nfrom flask import render_template\n"


def wished(source, options=None, *, together=False, **roles):
    """The colors where each `time.sleep` is wished to be awaited."""
    facts = facts_of(IMPORTS + source, **roles)
    wishes = [
        Demand(
            use.call,
            use.function,
            Flavor.AWAIT,
            "sleeps",
            "test",
            use.location,
            wish="all" if together else str(use.location),
        )
        for use in facts.names["time.sleep"]
    ]
    return color(facts, [*demands_of(facts), *wishes], options or Options())


def refused(colors):
    return [(it.demand.location.span.line, it.reason.text) for it in colors.refused]


def test_a_wish_makes_its_function_and_its_callers_async():
    colors = wished("def wait():\n    time.sleep(1)\ndef index():\n    wait()\n", index=Role.VIEW)
    assert states(colors) == {"wait": "async", "index": "async"}
    assert awaited(colors) == ["time.sleep(1)", "wait()"]
    assert not colors.offloads
    assert not colors.refused


def test_a_function_behind_a_barrier_stays_as_it_is():
    source = "def remind():\n    time.sleep(1)\n"
    colors = wished(source, remind=Role.CLI_COMMAND)
    assert states(colors) == {"remind": "sync"}
    ((line, _),) = refused(colors)
    assert line == 4
    assert colors.refused[0].barrier == "cli-command"


def test_a_refused_wish_in_an_async_function_is_offloaded():
    colors = wished("""
def index():
    db = sqlite3.connect('x')
    db.execute('INSERT INTO a VALUES (1)')
    time.sleep(1)
    db.commit()
    return render_template('x')
""")
    assert awaited(colors) == ["render_template('x')"]
    assert [offload.name for offload in colors.offloads] == ["save"]
    assert len(colors.refused) == 1


def test_what_is_refused_is_told_with_its_place():
    colors = wished("def pages():\n    time.sleep(1)\n    yield 1\n")
    assert states(colors) == {"pages": "sync"}
    ((line, text),) = refused(colors)
    assert line == 4
    assert "generator" in text


@pytest.mark.parametrize("together", [False, True])
def test_wishes_of_one_name_are_met_together_or_not_at_all(together):
    source = "def a():\n    time.sleep(1)\n    yield 1\ndef b():\n    time.sleep(2)\n"
    colors = wished(source, together=together, b=Role.VIEW)
    assert awaited(colors) == ([] if together else ["time.sleep(2)"])
    assert states(colors)["b"] == ("sync" if together else "async")


def test_the_strategy_bridge_refuses_every_wish():
    colors = wished("def index():\n    time.sleep(1)\n", Options(strategy=Strategy.BRIDGE))
    assert states(colors) == {"index": "sync"}
    assert len(colors.refused) == 1


def test_at_module_level_nothing_is_awaited():
    colors = wished("time.sleep(1)\n")
    assert colors.refused[0].barrier == "module-level"


def test_without_wishes_nothing_is_refused():
    facts = facts_of(IMPORTS + "def index():\n    return render_template('x')\n")
    colors = color(facts, demands_of(facts), Options())
    assert colors == replace(colors, refused=())
