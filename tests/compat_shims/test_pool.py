"""The pool: its limit, its queue, and what must never lose a thread."""

import asyncio
import gc
import threading
import time

import pytest

from compat_shims.errors import PoolExhaustedError, QueueFullError, QueueTimeoutError
from compat_shims.lane import Lane
from compat_shims.options import Options
from compat_shims.pool import Pool

pytestmark = pytest.mark.asyncio


def stop(pool):
    assert pool.leased == 0, "a lease was lost"
    pool.stop_idle_threads()


async def test_a_waiting_lane_gets_the_thread_that_comes_back():
    pool = Pool(Options(max_threads=1))
    first, second = Lane(pool), Lane(pool)
    thread = await first.run(threading.get_ident)
    waiting = asyncio.create_task(second.run(threading.get_ident))
    await asyncio.sleep(0.01)
    assert pool.waiting == 1
    first.close()
    assert await waiting == thread
    second.close()
    stop(pool)


async def test_waiting_longer_than_the_timeout_is_a_clear_error():
    """A request that waits for another one of the same app cannot hang for ever."""
    pool = Pool(Options(max_threads=1, queue_timeout=0.02))
    holder, late = Lane(pool), Lane(pool)

    async def other_request():
        await late.run(threading.get_ident)

    def waits_for_the_other_request():
        from compat_shims.lane import hop

        hop(other_request)

    with pytest.raises(QueueTimeoutError, match="1 of 1 threads are leased") as caught:
        await holder.run(waits_for_the_other_request)
    assert caught.value.code == 503
    assert pool.waiting == 0
    holder.close()
    late.close()
    stop(pool)


async def test_what_else_a_lane_waits_for_runs_in_the_spare_thread_too():
    pool = Pool(Options(max_threads=1))
    holder, late = Lane(pool), Lane(pool)
    thread = await holder.run(threading.get_ident)
    waiting = asyncio.create_task(late.run(threading.get_ident))
    await asyncio.sleep(0.01)
    late.use_spare_thread()
    assert pool.waiting == 0
    assert await waiting == await late.run(threading.get_ident) != thread
    late.close()
    holder.close()
    stop(pool)


async def test_a_request_that_waited_too_long_and_is_cancelled_is_cancelled():
    pool = Pool(Options(max_threads=1, queue_timeout=0.02))
    holder, late = Lane(pool), Lane(pool)
    await holder.run(int)
    task = asyncio.create_task(late.run(int))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.03, task.cancel)
    time.sleep(0.05)  # noqa: ASYNC251  so that both are due in the same tick
    await asyncio.wait([task])
    assert task.cancelled()
    assert pool.waiting == 0
    late.close()
    holder.close()
    stop(pool)


async def test_a_full_queue_refuses_at_once():
    pool = Pool(Options(max_threads=1, queue_limit=0))
    holder, late = Lane(pool), Lane(pool)
    await holder.run(int)
    with pytest.raises(QueueFullError, match=r"raise Options\.max_threads") as caught:
        await late.run(int)
    assert isinstance(caught.value, PoolExhaustedError)
    holder.close()
    stop(pool)


async def test_a_request_cancelled_in_the_tick_of_its_lease_loses_no_thread():
    pool = Pool(Options(max_threads=1))
    holder, late = Lane(pool), Lane(pool)
    await holder.run(int)
    task = asyncio.create_task(late.run(int))
    await asyncio.sleep(0)
    holder.close()
    for _ in range(3):  # The lease arrives at one of these ticks, whatever the loop does first.
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    late.close()
    await asyncio.sleep(0.01)
    stop(pool)


@pytest.mark.parametrize("ticks", range(6))
async def test_no_thread_is_lost_at_any_tick_of_a_cancellation(ticks):
    pool = Pool(Options(max_threads=1))
    holder, late = Lane(pool), Lane(pool)
    await holder.run(int)
    task = asyncio.create_task(late.run(int))
    await asyncio.sleep(0)
    holder.close()
    for _ in range(ticks):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    late.close()
    await asyncio.sleep(0.01)
    stop(pool)


async def test_a_waiter_whose_loop_has_gone_is_passed_over():
    pool = Pool(Options(max_threads=1))
    holder = Lane(pool)
    await holder.run(int)

    def abandoned_wait():
        loop = asyncio.new_event_loop()
        task = loop.create_task(Lane(pool).run(int))
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(asyncio.sleep(0))
        task._log_destroy_pending = False
        loop.close()
        return task

    task = await asyncio.to_thread(abandoned_wait)
    assert pool.waiting == 1
    holder.close()
    assert pool.waiting == 0
    stop(pool)
    del task


async def test_draining_waits_for_every_lease():
    pool = Pool(Options(max_threads=2))
    lane = Lane(pool)
    finish = threading.Event()
    work = asyncio.create_task(lane.run(lambda: finish.wait(5)))
    await asyncio.sleep(0.01)
    drained = asyncio.create_task(pool.all_back())
    await asyncio.sleep(0.01)
    assert not drained.done()
    finish.set()
    await work
    lane.close()
    await asyncio.wait_for(drained, 5)
    stop(pool)
    assert pool.threads == 0


async def test_two_first_offloads_of_a_lane_share_one_lease():
    pool = Pool(Options(max_threads=2))
    lane = Lane(pool)
    threads = await asyncio.gather(*(lane.run(threading.get_ident) for _ in range(3)))
    assert len(set(threads)) == 1
    assert pool.leased == 1
    lane.close()
    stop(pool)


async def test_a_refused_request_is_torn_down_by_the_spare_thread():
    pool = Pool(Options(max_threads=1, queue_limit=0))
    holder, late = Lane(pool), Lane(pool)
    await holder.run(int)
    late.use_spare_thread()
    assert await late.run(threading.get_ident)
    late.close()
    holder.close()
    stop(pool)


async def test_options_that_can_run_nothing_are_refused():
    with pytest.raises(ValueError, match="at least 1 thread"):
        Options(max_threads=0)
    with pytest.raises(ValueError, match="cannot be negative"):
        Options(queue_timeout=-1)


async def test_the_threads_of_a_pool_that_nobody_holds_end():
    """Projects with app factories make many apps, and drop them."""
    pool = Pool(Options(max_threads=2, queue_limit=0))
    lanes = [Lane(pool) for _ in range(2)]
    threads = [await lane.run(threading.current_thread) for lane in lanes]
    refused = Lane(pool)
    refused.use_spare_thread()
    threads.append(await refused.run(threading.current_thread))
    for lane in (*lanes, refused):
        lane.close()
    assert len(set(threads)) == 3
    del pool, lanes, refused, lane
    gc.collect()
    for thread in threads:
        await asyncio.to_thread(thread.join, 5)
    assert not any(thread.is_alive() for thread in threads)


async def test_a_thread_that_is_joined_ends_once_no_lane_holds_it():
    """Tests wait for background work by joining every thread that there is."""
    pool = Pool(Options(max_threads=2))
    idle, leased = Lane(pool), Lane(pool)
    threads = [await lane.run(threading.current_thread) for lane in (idle, leased)]
    idle.close()
    joins = [asyncio.create_task(asyncio.to_thread(thread.join, 10)) for thread in threads]
    await joins[0]
    assert [thread.is_alive() for thread in threads] == [False, True]
    leased.close()
    await joins[1]
    assert not threads[1].is_alive()
    again = Lane(pool)
    assert await again.run(threading.current_thread) not in threads
    again.close()
    stop(pool)
