"""Lanes: threads, context variables, exceptions, cancellation."""

import asyncio
import contextvars
import threading
import traceback

import pytest

from compat_shims.errors import NotInLaneError
from compat_shims.lane import Lane, current_lane, hop, hop_uncut, in_lane, offload
from compat_shims.options import Options
from compat_shims.pool import Pool

pytestmark = pytest.mark.asyncio

colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")


@pytest.fixture
def pool():
    pool = Pool(Options(max_threads=4, queue_timeout=5))
    yield pool
    assert pool.leased == 0, "a lease was lost"
    pool.stop_idle_threads()


@pytest.fixture
def lane(pool):
    lane = Lane(pool)
    token = current_lane.set(lane)
    yield lane
    current_lane.reset(token)
    lane.close()


async def test_all_offloads_of_a_lane_run_in_one_thread(lane):
    threads = {await offload(threading.get_ident) for _ in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_lanes_do_not_share_a_thread(pool):
    lanes = [Lane(pool) for _ in range(3)]
    threads = await asyncio.gather(*(lane.run(threading.get_ident) for lane in lanes))
    assert len(set(threads)) == 3
    for lane in lanes:
        lane.close()


async def test_offload_outside_a_request_leases_for_the_call():
    assert not in_lane()
    assert await offload(in_lane)


async def test_offload_passes_arguments(lane):
    assert await offload(dict, [("a", 1)], b=2) == {"a": 1, "b": 2}


async def test_hop_runs_in_the_task_of_the_request(lane):
    async def where():
        await asyncio.sleep(0)
        return asyncio.current_task()

    assert await offload(hop, where) is asyncio.current_task()


async def test_hop_calls_a_plain_function_on_the_loop(lane):
    assert await offload(hop, threading.get_ident) == threading.get_ident()


async def test_hop_outside_a_lane_says_what_to_do():
    with pytest.raises(NotInLaneError, match=r"sleep.* needs a lane"):
        hop(asyncio.sleep, 0)


async def test_nested_offload_runs_in_the_thread_that_waits(lane):
    async def view():
        return await offload(threading.get_ident)

    def outer():
        return threading.get_ident(), hop(view)

    outside, inside = await offload(outer)
    assert outside == inside


async def test_two_hopping_offloads_finish_in_their_own_order(lane):
    """The later job ends last: it is not stacked upon the earlier one."""
    ended = []

    def job(name, delay):
        hop(asyncio.sleep, delay)
        ended.append((name, threading.get_ident()))

    await asyncio.gather(offload(job, "first", 0.01), offload(job, "second", 0.2))
    assert [name for name, _ in ended] == ["first", "second"]
    assert len({thread for _, thread in ended}) == 1


async def test_two_hopping_offloads_may_wait_for_each_other(lane):
    ping, pong = asyncio.Event(), asyncio.Event()

    def first():
        hop(ping.wait)
        hop(pong.set)
        return "first"

    def second():
        hop(ping.set)
        hop(pong.wait)
        return "second"

    both = asyncio.gather(offload(first), offload(second))
    assert await asyncio.wait_for(both, 5) == ["first", "second"]


async def test_hop_may_wait_for_a_task_that_was_there_before(lane):
    release = asyncio.Event()

    async def background():
        await release.wait()
        return await offload(in_lane)

    task = asyncio.create_task(background())

    async def wait_for_it():
        release.set()
        return await task

    assert await asyncio.wait_for(offload(hop, wait_for_it), 5)


async def test_context_variables_cross_both_ways(lane):
    def work():
        assert colour.get() == "red"
        colour.set("green")
        assert hop(look) == "green"
        return colour.get()

    async def look():
        seen = colour.get()
        colour.set("blue")
        return seen

    colour.set("red")
    assert await offload(work) == "blue"
    assert colour.get() == "blue"


async def test_a_variable_that_was_reset_is_unset_on_the_other_side(lane):
    here = contextvars.ContextVar("here")

    def work():
        token = here.set(1)
        assert hop(here.get) == 1
        here.reset(token)

    await offload(work)
    assert here.get(None) is None
    token = here.set(2)
    assert await offload(here.get) == 2
    here.reset(token)
    assert await offload(here.get, None) is None


async def test_a_token_of_one_offload_is_valid_in_the_next(lane):
    token = await offload(colour.set, "red")
    await offload(colour.reset, token)
    assert await offload(colour.get) == "none"


async def test_an_exception_keeps_its_traceback(lane):
    def breaks():
        return 1 // 0

    with pytest.raises(ZeroDivisionError) as caught:
        await offload(breaks)
    assert "breaks" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]


async def test_an_exception_of_a_hop_reaches_the_thread(lane):
    async def breaks():
        raise KeyError("x")

    def work():
        with pytest.raises(KeyError):
            hop(breaks)
        return "went on"

    assert await offload(work) == "went on"


async def test_stop_iteration_becomes_a_runtime_error(lane):
    with pytest.raises(RuntimeError, match="raised StopIteration") as caught:
        await offload(next, iter(()))
    assert isinstance(caught.value.__cause__, StopIteration)


async def test_cancellation_waits_for_the_thread(lane):
    started, finish = threading.Event(), threading.Event()
    ended = []

    def work():
        started.set()
        finish.wait(5)
        ended.append("work")

    task = asyncio.create_task(offload(work))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    await asyncio.sleep(0.02)
    assert not task.done()
    task.cancel()
    finish.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["work"]


async def test_cancellation_during_a_hop_unwinds_the_thread(lane):
    unwound = []

    def work():
        try:
            hop(asyncio.sleep, 60)
        finally:
            unwound.append(threading.get_ident())

    task = asyncio.create_task(offload(work))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(unwound) == 1


async def test_a_cancelled_task_stays_cancelled_when_the_thread_swallows_it(lane):
    def work():
        try:
            hop(asyncio.sleep, 60)
        except BaseException:  # noqa: BLE001  swallows as bad code does
            return "swallowed"

    task = asyncio.create_task(offload(work))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_coroutine_that_is_returned_is_awaited_on_the_loop(lane):
    async def page():
        await asyncio.sleep(0)
        return threading.get_ident(), in_lane()

    assert await offload(lambda: page()) == (threading.get_ident(), False)  # noqa: PLW0108  it is made in the lane


async def test_nobody_awaits_it_where_the_task_was_cancelled(lane):
    made = []

    async def page():
        made.append("awaited")

    def work():
        threading.Event().wait(0.1)
        made.append("made")
        return page()

    task = asyncio.create_task(offload(work))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert made == ["made"]


async def test_an_uncut_hop_ends_before_a_cancellation_is_raised(lane):
    done = []

    async def notify():
        await asyncio.sleep(0.1)
        done.append(await offload(threading.get_ident))
        return "notified"

    def work():
        done.append(hop_uncut(notify))
        done.append(hop_uncut(notify))

    task = asyncio.create_task(offload(work))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    thread = done[0]
    assert done == [thread, "notified", thread, "notified"]


async def test_an_uncut_hop_runs_in_the_context_of_the_request_and_raises(lane):
    async def fail():
        colour.set(f"{colour.get()} there")
        await asyncio.sleep(0)
        raise KeyError(colour.get())

    def work():
        colour.set("from here")
        with pytest.raises(KeyError, match="from here there"):
            hop_uncut(fail)
        return colour.get()

    assert await offload(work) == "from here there"
    assert colour.get() == "from here there"


async def test_a_timeout_in_an_uncut_hop_ends_it_alone(lane):
    async def wait():
        async with asyncio.timeout(0.02):
            await asyncio.sleep(60)

    def work():
        with pytest.raises(TimeoutError):
            hop_uncut(wait)
        return "on"

    assert await offload(work) == "on"


async def test_a_timeout_around_an_offload_still_is_a_timeout(lane):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await offload(threading.Event().wait, 0.1)


async def test_a_loop_started_in_a_lane_does_not_wait_for_its_own_thread(lane):
    def work():
        return asyncio.run(offload(threading.get_ident)), threading.get_ident()

    inner, outer = await asyncio.wait_for(offload(work), 5)
    assert inner != outer


async def test_without_affinity_offloads_do_not_wait_for_each_other():
    pool = Pool(Options(affinity=False))
    token = current_lane.set(Lane(pool))
    meeting = threading.Barrier(2)
    await asyncio.gather(offload(meeting.wait, 5), offload(meeting.wait, 5))
    current_lane.reset(token)
    pool.stop_idle_threads()
