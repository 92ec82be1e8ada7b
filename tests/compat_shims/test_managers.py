"""Context managers that are entered and left in the lane, around code that awaits."""

import asyncio
import threading
from contextlib import contextmanager, suppress

import pytest

from compat_shims import offload, offload_context
from compat_shims.lane import Lane, current_lane
from compat_shims.options import Options
from compat_shims.pool import Pool

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def lane():
    pool = Pool(Options(max_threads=2, queue_timeout=5))
    lane = Lane(pool)
    token = current_lane.set(lane)
    yield lane
    current_lane.reset(token)
    lane.close()
    assert pool.leased == 0
    pool.stop_idle_threads()


class Door:
    """Notes the thread of each step, and swallows errors where it is told to."""

    def __init__(self, *swallowed):
        self.swallowed = swallowed
        self.steps = []

    def __enter__(self):
        self.steps.append(("enter", threading.get_ident()))
        return "inside"

    def __exit__(self, kind, error, traceback):
        self.steps.append(("leave", threading.get_ident()))
        return isinstance(error, self.swallowed)


async def test_a_manager_is_entered_and_left_in_the_lane():
    thread = await offload(threading.get_ident)
    door = Door()
    async with offload_context(door) as inside:
        assert inside == "inside"
        assert threading.get_ident() != thread
    assert door.steps == [("enter", thread), ("leave", thread)]


async def test_a_manager_is_made_in_the_lane_too(tmp_path):
    threads = []

    @contextmanager
    def opened(path, *, mode):
        threads.append(threading.get_ident())
        with path.open(mode) as file:
            yield file

    async with offload_context(opened, tmp_path / "file", mode="w") as file:
        await offload(file.write, "text")
    assert file.closed
    assert (tmp_path / "file").read_text() == "text"
    assert threads == [await offload(threading.get_ident)]


async def test_an_error_reaches_the_manager_and_goes_on():
    door = Door(KeyError)
    with pytest.raises(ValueError, match="wrong"):
        async with offload_context(door):
            raise ValueError("wrong")
    assert [step for step, _ in door.steps] == ["enter", "leave"]


async def test_a_manager_may_swallow_the_error():
    async with offload_context(Door(ValueError)):
        raise ValueError("wrong")


async def test_what_was_not_entered_is_not_left():
    with pytest.raises(FileNotFoundError):
        async with offload_context(open, "/no/such/file"):
            raise AssertionError("not entered")


async def test_a_cancelled_task_leaves_what_it_entered():
    door, entered = Door(), asyncio.Event()

    async def wait():
        async with offload_context(door):
            entered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(wait())
    await entered.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert [step for step, _ in door.steps] == ["enter", "leave"]


async def test_a_task_that_is_cancelled_while_it_enters_leaves_too():
    started, go_on = threading.Event(), threading.Event()

    class Slow(Door):
        def __enter__(self):
            started.set()
            go_on.wait(5)
            return super().__enter__()

    door = Slow()

    async def enter():
        async with offload_context(door):
            raise AssertionError("cancelled before")

    task = asyncio.create_task(enter())
    assert await asyncio.to_thread(started.wait, 5)
    task.cancel()
    go_on.set()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert [step for step, _ in door.steps] == ["enter", "leave"]
