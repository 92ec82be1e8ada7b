"""Which functions become async, which stay, and why."""

from dataclasses import replace

from hand_made import (
    Role,
    awaited,
    barriers,
    chain,
    colors_of,
    demands_of,
    facts_of,
    states,
)

from migrator.coloring.solve import color
from migrator.options import Options, Strategy

IMPORTS = """\
import sqlite3, time, requests
from flask import flash, render_template, request
"""


def colored(source, options=None, **roles):
    return colors_of(IMPORTS + source, options, **roles)


def test_view_with_a_demand_becomes_async():
    colors = colored("def index():\n    return render_template('x')\n", index=Role.VIEW)
    assert states(colors) == {"index": "async"}
    assert awaited(colors) == ["render_template('x')"]


def test_function_without_a_demand_stays_sync_even_if_it_blocks():
    colors = colored("def index():\n    time.sleep(1)\n    return ''\n", index=Role.VIEW)
    assert states(colors) == {"index": "sync"}
    assert chain(colors, "index") == [
        "app.py:3: it needs no await",
        "app.py:4: `time.sleep()` waits: a synchronous function runs in the lane, off the loop",
    ]
    assert not colors.offloads


def test_callers_of_an_async_function_become_async_and_await_it():
    colors = colored("""
def page(name):
    return render_template(name)
def shown():
    return page('x')
def index():
    return shown()
""")
    assert set(states(colors).values()) == {"async"}
    assert awaited(colors) == ["render_template(name)", "page('x')", "shown()"]
    assert chain(colors, "index") == [
        "app.py:9: calls `shown`, which needs an await",
        "app.py:7: calls `page`, which needs an await",
        "app.py:5: `flask.render_template`",
    ]


def test_shortest_reason_is_kept():
    colors = colored("""
def page():
    return render_template('x')
def around():
    return page()
def index():
    return around() + page()
""")
    assert chain(colors, "index")[0] == "app.py:9: calls `page`, which needs an await"


def test_recursion_ends():
    colors = colored("def tree(n):\n    return tree(n - 1) if n else render_template('x')\n")
    assert states(colors) == {"tree": "async"}
    assert "tree(n - 1)" in awaited(colors)


def test_function_behind_a_barrier_is_bridged_with_need_and_barrier():
    colors = colored("def seed():\n    render_template('x')\n", seed=Role.CLI_COMMAND)
    assert states(colors) == {"seed": "bridged"}
    assert barriers(colors) == {"seed": "cli-command"}
    assert chain(colors, "seed")[0] == "app.py:4: `flask.render_template`"
    assert chain(colors, "seed")[1].startswith("app.py:3: command line command (`app.route`)")
    assert not colors.awaits


def test_function_behind_a_barrier_that_needs_nothing_is_sync():
    assert states(colored("def seed():\n    pass\n", seed=Role.CLI_COMMAND)) == {"seed": "sync"}


def test_what_a_bridged_function_calls_is_bridged_and_its_async_caller_offloads_it():
    colors = colored(
        """
def page():
    return render_template('x')
def seed():
    return page()
def index():
    return page() + request.form['a']
def other():
    return page()
""",
        seed=Role.CLI_COMMAND,
        index=Role.VIEW,
        other=Role.VIEW,
    )
    assert states(colors) == {
        "page": "bridged",
        "seed": "sync",
        "index": "async",
        "other": "sync",
    }
    assert barriers(colors) == dict.fromkeys(["page", "seed", "other"], "cli-command")
    needing = {name.name for name, verdict in colors.verdicts.items() if verdict.needs_await}
    assert needing == {"page", "seed", "index", "other"}
    assert chain(colors, "page")[1:] == [
        "app.py:7: `seed`, which stays Flask code, calls it",
        chain(colors, "seed")[-1],
    ]
    assert chain(colors, "other")[:3] == [
        "app.py:11: calls `page`, which needs an await",
        "app.py:5: `flask.render_template`",
        "app.py:4: `page` stays Flask code, so that this function can stay synchronous",
    ]
    assert [offload.what for offload in colors.offloads] == ["page()"]


def test_async_function_offloads_a_sync_one_that_runs_flask_code():
    colors = colored("""
def told():
    flash('x')
def around():
    told()
def index():
    around()
    return render_template('x')
""")
    assert states(colors) == {"told": "bridged", "around": "sync", "index": "async"}
    assert [offload.what for offload in colors.offloads] == ["around()"]


def test_module_level_call_is_a_barrier():
    colors = colored("def page():\n    return render_template('x')\npage()\n")
    assert barriers(colors) == {"page": "module-level"}


def test_demand_at_module_level_is_given_back():
    colors = colored("render_template('x')\n")
    assert [demand.location.span.line for demand in colors.module_demands] == [3]


def test_property_constructor_generator_and_lambda_are_barriers():
    colors = colored("""
class Page:
    def __init__(self):
        self.text = render_template('x')
    def __str__(self):
        return render_template('x')
def pages():
    yield render_template('x')
page = lambda: render_template('x')
""")
    assert barriers(colors) == {
        "Page.__init__": "constructor",
        "Page.__str__": "special-method",
        "pages": "generator",
        "<lambda>": "lambda",
    }


def test_weak_demand_alone_makes_nothing_async():
    colors = colored("def index():\n    flash('x')\n    return ''\n", index=Role.VIEW)
    assert states(colors) == {"index": "bridged"}
    assert barriers(colors) == {"index": "weak-need"}
    (verdict,) = colors.verdicts.values()
    assert not verdict.needs_await


def test_weak_demand_is_met_where_the_function_is_async():
    colors = colored("def index():\n    flash('x')\n    return render_template('x')\n")
    assert awaited(colors) == ["flash('x')", "render_template('x')"]
    assert len(colors.met) == 2


def test_what_quart_lacks_is_bridged_under_every_strategy():
    source = "def index():\n    return request.environ['x'] + render_template('x')\n"
    for strategy in Strategy:
        colors = colored(source, Options(strategy=strategy), index=Role.VIEW)
        assert barriers(colors) == {"index": "needs-flask"}


def test_strategy_bridge_makes_nothing_async():
    colors = colored(
        "def index():\n    return render_template('x')\n",
        Options(strategy=Strategy.BRIDGE),
        index=Role.VIEW,
    )
    assert barriers(colors) == {"index": "strategy"}
    assert not colors.awaits


def test_strategy_async_counts_weak_demands():
    colors = colored("def index():\n    flash('x')\n", Options(strategy=Strategy.ASYNC))
    assert states(colors) == {"index": "async"}


def test_tests_are_untouched():
    facts = facts_of(
        IMPORTS + "def test_page():\n    assert render_template('x')\n", path="tests/test_app.py"
    )
    colors = color(facts, demands_of(facts), Options())
    assert states(colors) == {"test_page": "untouched"}
    assert not colors.awaits


def test_function_that_is_async_already_keeps_its_state_and_gets_its_awaits():
    colors = colored("async def index():\n    return render_template('x')\n")
    assert states(colors) == {"index": "async"}
    assert awaited(colors) == ["render_template('x')"]


def test_every_function_has_a_verdict_with_a_reason():
    colors = colored("""
def a(): return render_template('x')
def b(): return [i for i in map(lambda x: x, [])]
""")
    assert all(verdict.reason for verdict in colors.verdicts.values())
    assert len(colors.verdicts) == 3


METHODS = """
class A:
    def page(self):
        return render_template('x')
class B(A):
    def page(self):
        return ''
"""


def overriding(source, **roles):
    facts = facts_of(IMPORTS + source, **roles)
    first, second = (name for name in facts.program.functions if name.name.endswith(".page"))
    mates = {first: frozenset({second}), second: frozenset({first})}
    facts = replace(facts, overrides=mates)
    return color(facts, demands_of(facts), Options())


def test_methods_that_override_each_other_are_async_together():
    assert states(overriding(METHODS)) == {"A.page": "async", "B.page": "async"}


def test_methods_that_the_framework_calls_are_async_each_for_itself():
    colors = overriding(METHODS, **{"A.page": Role.VIEW_METHOD, "B.page": Role.VIEW_METHOD})
    assert states(colors) == {"A.page": "async", "B.page": "sync"}


def test_barrier_before_one_method_holds_those_that_override_it():
    colors = overriding(METHODS, **{"B.page": Role.ESCAPES})
    assert barriers(colors) == {"A.page": "value-escape", "B.page": "value-escape"}
    assert states(colors) == {"A.page": "bridged", "B.page": "sync"}


def test_call_on_an_unknown_receiver_is_a_barrier_before_methods_of_that_name():
    colors = colored(METHODS + "def index(x):\n    return x.page()\n")
    assert barriers(colors) == {"A.page": "mixed-call"}
