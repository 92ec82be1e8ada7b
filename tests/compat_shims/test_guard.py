"""Blocking calls on the event loop are found, with their place."""

import asyncio
import logging
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from compat_shims import offload
from compat_shims.errors import BlockingCallError
from compat_shims.guard import forbid_blocking, report_blocking


@pytest.mark.asyncio
async def test_a_blocking_call_is_reported_with_its_line():
    calls = []
    with report_blocking(calls.append):
        line = sys._getframe().f_lineno + 1
        time.sleep(0.01)  # noqa: ASYNC251  the guard is to find it
    (call,) = calls
    assert (call.function, call.path, call.line) == ("time.sleep", __file__, line)
    assert call.seconds >= 0.01
    assert f"{__file__}:{line}: time.sleep() blocks the event loop for " in str(call)
    assert "await compat_shims.offload(...)" in str(call)


@pytest.mark.asyncio
async def test_it_is_logged_by_default(caplog, monkeypatch):
    # Alembic's logging.config.fileConfig(), in another test, disables the loggers that exist.
    monkeypatch.setattr(logging.getLogger("compat_shims.guard"), "disabled", False)
    with report_blocking():
        time.sleep(0.001)  # noqa: ASYNC251  the guard is to find it
    assert "time.sleep() blocks the event loop" in caplog.text


@pytest.mark.asyncio
async def test_short_calls_can_be_left_out():
    calls = []
    with report_blocking(calls.append, shortest=10):
        time.sleep(0.001)  # noqa: ASYNC251  the guard is to find it
    assert calls == []


@pytest.mark.asyncio
async def test_in_tests_it_is_an_error():
    with forbid_blocking(), pytest.raises(BlockingCallError, match=r"time\.sleep\(\) blocks"):
        time.sleep(0)  # noqa: ASYNC251  the guard is to find it


@pytest.mark.asyncio
async def test_a_query_on_the_loop_is_found():
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    with forbid_blocking():
        with pytest.raises(BlockingCallError, match="sqlite3"):
            connection.execute("select 1")
        assert await offload(lambda: connection.execute("select 1").fetchone()) == (1,)
    connection.close()


@pytest.mark.asyncio
async def test_lanes_threads_and_awaits_may_block():
    with forbid_blocking():
        await offload(time.sleep, 0.001)
        await asyncio.to_thread(time.sleep, 0.001)
        await asyncio.sleep(0.001)


@pytest.mark.asyncio
async def test_what_libraries_do_by_themselves_is_not_reported(app, client, tmp_path):
    @app.route("/")
    async def view():
        return "x"

    @app.route("/sync")
    def synchronous():
        threading.Event().wait(0.001)
        return "x"

    with forbid_blocking():
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/sync")).status_code == 200


def test_nothing_is_left_behind():
    original = time.sleep
    with report_blocking():
        assert time.sleep is not original
    assert time.sleep is original


@pytest.mark.asyncio
async def test_without_blockbuster(monkeypatch):
    monkeypatch.setitem(sys.modules, "blockbuster", None)
    with pytest.raises(ImportError, match="pip install blockbuster"), forbid_blocking():
        pass


def test_prometheus_collects_the_statistics(app):
    from prometheus_client import CollectorRegistry

    from compat_shims.prometheus import export_stats

    registry = CollectorRegistry()
    export_stats(app, registry)
    assert registry.get_sample_value("lane_max_threads") == 40
    assert registry.get_sample_value("lane_leases_total") == 0


def test_without_prometheus():
    code = "import sys; sys.modules['prometheus_client'] = None; import compat_shims.prometheus"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install prometheus-client" in done.stderr
