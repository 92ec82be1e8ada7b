"""A write in the lane calls async functions that come to their end, whenever the client leaves."""

import asyncio
import time

import pytest
import quart
from quart import abort, jsonify

from compat_shims import as_sync, hop, offload, uncut

pytestmark = pytest.mark.asyncio


@pytest.fixture
def steps():
    """What was done of a write."""
    return []


@pytest.fixture
def leave(exchange):
    """Return a request, and an async function that waits until its client has left."""
    ask = exchange(method="POST")

    async def left(steps, name):
        ask.gone.set()
        await asyncio.sleep(0.02)
        steps.append(name)
        return name

    return ask, left


async def test_it_is_done_too_where_the_client_has_left_before(app, steps, leave):
    ask, left = leave

    @app.post("/")
    async def view():
        def save():
            hop(ask.gone.set)
            time.sleep(0.02)
            uncut(left)(steps, "asked")
            steps.append("done")

        await offload(save)

    await ask.run()
    assert steps == ["asked", "done"]


@pytest.mark.parametrize("show", [hop, lambda function, *args: as_sync(function)(*args)])
async def test_another_hop_ends_where_the_client_leaves(app, steps, leave, show):
    ask, left = leave

    @app.post("/")
    async def view():
        def save():
            show(left, steps, "asked")
            steps.append("done")

        await offload(save)

    await ask.run()
    assert steps == []


async def test_a_synchronous_view_is_whole_too(app, steps, leave):
    ask, left = leave

    @app.post("/")
    def view():
        steps.append(uncut(left)(steps, "asked"))
        return "x"

    await ask.run()
    assert steps == ["asked", "asked"]


async def test_what_is_awaited_there_offloads_hops_and_waits_with_a_limit(app, steps, leave):
    ask, left = leave

    @app.post("/")
    async def view():
        def save():
            uncut(ship)()
            steps.append("done")

        await offload(save)

    async def ship():
        await left(steps, "left")
        await offload(lambda: steps.append(uncut(left)(steps, "deeper")))
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(5)
        except TimeoutError:
            steps.append("late")

    await ask.run()
    assert steps == ["left", "deeper", "deeper", "late", "done"]


async def test_a_response_is_shown_as_one_of_flask(app, exchange):
    @app.post("/")
    def view():
        response, status = uncut(page)()
        assert not isinstance(response, quart.Response)
        return response, status

    async def page():
        return jsonify(title="Emma"), 201

    answer = await exchange(method="POST").run()
    assert (answer.status, answer.text) == (201, '{"title":"Emma"}\n')


async def test_errors_come_through(app, exchange):
    @app.post("/")
    async def view():
        await offload(uncut(refuse))

    async def refuse():
        abort(409)

    assert (await exchange(method="POST").run()).status == 409
