"""Take the census of this process."""

import asyncio
import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

from quart import Quart

from benchmarks.users.application import db
from benchmarks.users.census import Census
from compat_shims import flask_app, stats
from compat_shims.side import FlaskSide

_OPEN_FILES = Path("/proc/self/fd")


def taker(app: Quart) -> Callable[[], Census]:
    """Return what takes the census of the process that serves `app`, from any thread."""
    loops: list[asyncio.AbstractEventLoop] = []

    @app.before_serving
    async def note() -> None:
        loops.append(asyncio.get_running_loop())

    def take() -> Census:
        lanes = stats(app)
        return Census(
            leased=lanes.leased,
            waiting=lanes.waiting,
            pool_threads=lanes.threads,
            other_threads=threading.active_count() - lanes.threads,
            database_connections=_checked_out(app),
            sockets=_sockets(),
            tasks=sum(len(asyncio.all_tasks(loop)) for loop in loops),
            contexts=_contexts(),
        )

    return take


def _checked_out(app: Quart) -> int:
    with flask_app(app).app_context():
        return int(db.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool


def _sockets() -> int | None:
    if not _OPEN_FILES.is_dir():
        return None
    return sum(_is_socket(name) for name in os.listdir(_OPEN_FILES))  # noqa: PTH208  names only


def _is_socket(name: str) -> bool:
    try:
        return os.readlink(_OPEN_FILES / name).startswith("socket:")  # noqa: PTH115  not a path
    except OSError:  # Closed meanwhile, as the listing itself is.
        return False


def _contexts() -> int:
    gc.collect()
    return sum(type(found) is FlaskSide for found in gc.get_objects())
