"""An asyncio engine beside each engine of the app, one for each event loop."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from compat_shims._sqlalchemy import Stays
from compat_shims._sqlalchemy.settings import settings_of
from compat_shims.lane import hop, in_lane, offload

__all__ = ["engine_beside", "make_engine_beside"]

_logger = logging.getLogger("compat_shims.sqlalchemy_asyncio")


class _Kept(NamedTuple):
    """An engine, and the generator that disposes of it when it is closed."""

    keeper: AsyncGenerator[AsyncEngine, None]
    engine: AsyncEngine


_Engines = WeakKeyDictionary[Engine, _Kept]
_engines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Engines] = WeakKeyDictionary()
_staying: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()


def engine_beside(engine: Any) -> AsyncEngine | None:
    """Return the asyncio engine of the running loop beside *engine*, if it is made already.

    Raises `Stays` if *engine* can have none.
    """
    if not isinstance(engine, Engine):
        raise Stays("the session has a connection of its own")
    if engine in _staying:
        raise Stays(_staying[engine])
    engines = _engines.get(asyncio.get_running_loop())
    kept = engines.get(engine) if engines is not None else None
    return kept.engine if kept is not None else None


async def make_engine_beside(engine: Engine) -> None:
    """Make the asyncio engine beside *engine*.

    Raises `Stays` if it can have none, and SQLAlchemy's errors where its database does not answer.
    """
    try:
        beside = await offload(_made, engine)
    except Stays as why:
        _staying[engine] = str(why)
        _logger.info("reads of %r stay in threads: %s", engine, why)
        raise
    engines = _engines.setdefault(asyncio.get_running_loop(), WeakKeyDictionary())
    if engine in engines:  # Another task has made one meanwhile; this one has no connections yet.
        return
    if not event.contains(engine, "engine_disposed", _forget):
        event.listen(engine, "engine_disposed", _forget)
    keeper = _keep(beside)
    engines[engine] = _Kept(keeper, await anext(keeper))


def _forget(engine: Engine) -> None:
    """Dispose of what stands beside *engine*, and wait for it where a loop can be waited for.

    Elsewhere, each loop closes a generator that nobody has any more.
    """
    if in_lane():
        hop(_close_beside, engine)
    for engines in list(_engines.values()):
        engines.pop(engine, None)


async def _close_beside(engine: Engine) -> None:
    engines = _engines.get(asyncio.get_running_loop())
    kept = engines.pop(engine, None) if engines is not None else None
    if kept is not None:
        await kept.keeper.aclose()


def _made(engine: Engine) -> AsyncEngine:
    settings = settings_of(engine)
    return create_async_engine(settings.url, **settings.options)


async def _keep(engine: AsyncEngine) -> AsyncGenerator[AsyncEngine, None]:
    """Keep an engine until the loop shuts down, when asyncio closes every async generator.

    https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.shutdown_asyncgens
    """
    try:
        yield engine
    finally:
        await engine.dispose()
