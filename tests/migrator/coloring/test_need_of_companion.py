"""Which apps need the companion, and which come out as plain Quart."""

from dataclasses import replace

import pytest
from hand_made import Role, demands_of, facts_of

from migrator.coloring.solve import color
from migrator.facts.kinds import Kind
from migrator.options import Options

HEAD = """\
import sqlite3, time, weird
from flask import Flask, flash, g, render_template, request
app = Flask(__name__)
"""


def reasons(source, **roles):
    facts = facts_of(HEAD + source, **roles)
    kinds = {
        node: frozenset({kind})
        for node in facts.program.parent
        for name, kind in (("app", Kind.APP), ("g", Kind.G))
        if getattr(node, "id", "") == name
    }
    facts = replace(facts, kinds_at=kinds)
    colors = color(facts, demands_of(facts), Options())
    return [link.text for link in colors.needs_companion]


def test_app_that_only_awaits_needs_none():
    assert reasons("def index():\n    return render_template('x')\n", index=Role.VIEW) == []


def test_sync_view_alone_needs_none():
    assert reasons("def index():\n    time.sleep(1)\n", index=Role.VIEW) == []


@pytest.mark.parametrize("call", ["len(app)", "Flask(app)", "time.sleep(2)"])
def test_app_in_neutral_hands_needs_none(call):
    assert reasons(f"{call}\n") == []


def test_extension_that_is_given_the_app():
    assert reasons("weird.Thing(app)\n") == ["`weird.Thing` is given the app"]
    assert reasons("weird.Thing(app=app)\n") == ["`weird.Thing` is given the app"]


def test_offload():
    source = "def index():\n    time.sleep(1)\n    return render_template('x')\n"
    assert reasons(source, index=Role.VIEW) == ["`time.sleep()` is offloaded"]


def test_bridged_function():
    assert reasons("def index():\n    flash('x')\n", index=Role.VIEW) == [
        "`index` stays Flask code"
    ]


def test_as_sync():
    source = "def load():\n    return render_template('x')\n"
    assert reasons(source, load=Role.EXTENSION_CALLBACK) == ["`load` is async under a sync caller"]


def test_connection_kept_in_g_by_sync_functions():
    source = "def before():\n    g.db = sqlite3.connect('x')\n"
    assert reasons(source, before=Role.BEFORE_REQUEST) == [
        "`sqlite3.connect()` is kept in `g`, and may belong to a thread"
    ]


def test_number_kept_in_g_belongs_to_no_thread():
    assert reasons("def b():\n    g.now = time.time()\n", b=Role.BEFORE_REQUEST) == []
