"""A small report for the tests of the formats."""

from migrator.coloring.colors import Link, State, Verdict
from migrator.facts.model import EntryPoint, Role
from migrator.findings import Finding
from migrator.index.symbols import FunctionId
from migrator.output.report import FilePlan, FunctionReport, Report
from migrator.source.span import Location, Span


def place(line, path="app/views.py"):
    return Location(path, Span(line, 4, line, 10))


def function(name, line, state, *reasons, barrier=None):
    links = tuple(Link(place(at), text) for at, text in reasons)
    verdict = Verdict(FunctionId("app/views.py", line, 0, name), state, links, True, barrier)
    return FunctionReport(verdict, (EntryPoint(Role.VIEW, place(line - 1), "app.route"),))


SHOW = function("show", 10, State.ASYNC, (12, "`request.form` is awaited in Quart"))
PLAIN = function("plain", 20, State.SYNC, (20, "it needs no await"))
NAME = function(
    "User.name",
    30,
    State.BRIDGED,
    (31, "calls `load`, which is async"),
    (30, "it is a property, read as `user.name | 100%`"),
    barrier="property",
)
FINDING = Finding("offload-blocking", place(31), "a, <b> & 100%", "It: waits.", "Offload | it.")
REPORT = Report(
    root="shop",
    strategy="auto",
    files=(
        FilePlan("app/views.py", b"old", b"new", ("make-async", "await-call")),
        FilePlan("app/same.py", b"same", b"same", ()),
        FilePlan("pytest.ini", None, b"[pytest]", ("project-files",)),
    ),
    functions=(SHOW, PLAIN, NAME),
    findings=(FINDING,),
    needs_companion=tuple(Link(place(at), f"reason {at}") for at in range(1, 6)),
)
EMPTY = Report("shop", "auto", (), (), ())
