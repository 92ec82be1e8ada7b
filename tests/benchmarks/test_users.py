import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.cli import main
from benchmarks.reports.figures import figures
from benchmarks.reports.results import ResultsFile
from benchmarks.users.census import Census, leaks
from benchmarks.users.runner import CASES, SERVERS, Case, Crowd, UsersResult, measure
from benchmarks.users.tables import render
from benchmarks.users.visits import Seen, User, send_users

QUIET = Census(0, 0, 4, 3, 0, 2, 5, 0)


def result(**fields):
    fields = {
        "answered": 90,
        "cut": 7,
        "mixed_up": 0,
        "errors": 0,
        "hanging": 0,
        "leaks": {},
        "lag": 3.2,
        "examples": (),
        "trouble": "",
    } | fields
    return UsersResult("uvicorn", CASES[0], Crowd(20, 3.0), **fields)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("case", [CASES[1], CASES[2]], ids=lambda case: case.name)
def test_nobody_sees_an_error_or_another_ones_value_and_nothing_is_left(server, case):
    found = measure(server, case, Crowd(users=10, seconds=0.5))
    assert found.holds, found
    assert found.cut > 0


def test_an_app_that_mixes_users_up_is_found_out():
    async def answer(request):
        return web.json_response({"name": "crowd-1"})

    async def visit():
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        seen = Seen()
        async with TestServer(app) as server:
            await send_users([User("crowd-0", server.port, seen)], 0.0, 0.0)
        return seen

    seen = asyncio.run(visit())
    assert seen.troubles == {"mix-up": seen.answered}
    assert "POST /login of crowd-0 was {'name': 'crowd-1'}" in seen.examples[0]


def test_a_status_of_another_kind_and_a_server_that_is_gone_are_errors(unused_tcp_port):
    async def visit():
        seen = Seen()
        async with TestServer(web.Application()) as server:
            await send_users([User("one", server.port, seen)], 0.0, 0.0)
        await send_users([User("two", unused_tcp_port, seen)], 1.0, 0.0)
        return seen

    seen = asyncio.run(visit())
    assert set(seen.troubles) == {"error"}
    assert "was answered 404" in seen.examples[0]


def test_what_was_not_let_go_is_named():
    held = Census(1, 0, 4, 3, 2, 9, 5, 1)
    assert leaks(QUIET, QUIET, threads=4) == {}
    assert leaks(QUIET, held, threads=4) == {
        "leases": 1,
        "database connections": 2,
        "sockets": 7,
        "request contexts": 1,
    }


def test_where_the_system_does_not_tell_sockets_none_are_missed():
    unknown = Census(0, 0, 4, 3, 0, None, 5, 0)
    assert leaks(unknown, unknown, threads=4) == {}


def test_a_server_that_does_not_start_is_no_success():
    found = measure("nonsense", Case("all stay", 0.0, 1), Crowd(1, 0.1))
    assert not found.holds
    assert "KeyError: 'nonsense'" in found.trouble


@pytest.mark.parametrize("wrong", ["mixed_up", "errors", "hanging"])
def test_anything_wrong_does_not_hold(wrong):
    assert result().holds
    assert not result(**{wrong: 1}).holds
    assert not result(leaks={"tasks": 1}).holds
    assert not result(answered=0).holds


def test_the_table_says_what_was_not_let_go_and_gives_examples():
    text = render([result(leaks={"tasks": 2}, examples=("mix-up: GET /async",))])
    assert "2 tasks" in text
    assert "- all stay, on uvicorn: mix-up: GET /async" in text


def test_every_count_is_held_to_zero():
    from benchmarks.reports import limits

    found = figures([ResultsFile("users", {}, [result()])])
    assert len(limits.applied(limits.DEFAULT, found)) == len(found) == 5


def test_an_unknown_server_is_wrong_usage(capsys):
    assert main(["users", "--only", "nginx"]) == 2
    assert "nginx: no server; known: uvicorn, hypercorn" in capsys.readouterr().err
