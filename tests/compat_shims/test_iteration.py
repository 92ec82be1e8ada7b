"""Iterables that wait, read by async code."""

import threading

import pytest

from compat_shims import flask_app, offload, offload_iter

pytestmark = pytest.mark.asyncio


def parts(last, *, fails=False):
    for number in range(last):
        yield number, threading.get_ident()
    if fails:
        raise LookupError("no more")


@pytest.mark.parametrize(
    "steps",
    [
        lambda: offload_iter(parts, 3),
        lambda: offload_iter(parts(3)),
        lambda: offload_iter(parts, last=3),
    ],
)
async def test_each_step_runs_off_the_loop(steps):
    found = [part async for part in steps()]
    assert [number for number, _ in found] == [0, 1, 2]
    assert threading.get_ident() not in {thread for _, thread in found}


async def test_what_is_no_generator(tmp_path):
    (tmp_path / "lines").write_text("a\nb\n")
    with (tmp_path / "lines").open() as file:
        assert [line async for line in offload_iter(file)] == ["a\n", "b\n"]
    assert [item async for item in offload_iter({"a": 1}.items)] == [("a", 1)]


async def test_an_error_comes_where_it_is_raised():
    steps = offload_iter(parts, 1, fails=True)
    assert (await anext(steps))[0] == 0
    with pytest.raises(LookupError, match="no more"):
        await anext(steps)


async def test_all_steps_of_a_request_run_in_its_lane(app, exchange):
    flask_app(app)

    @app.route("/")
    async def index():
        threads = {thread async for _, thread in offload_iter(parts, 3)}
        return str(threads == {await offload(threading.get_ident)})

    assert (await exchange("/").run()).text == "True"
