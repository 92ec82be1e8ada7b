"""How an engine connects, as far as an asyncio engine can do the same.

An engine does not tell what it was made with. What can be seen from outside is compared with a new
engine for the same URL: what the app registered on it, what it connects with. The rest are private
names of SQLAlchemy, read here only.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import __version__, create_engine, event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.events import ConnectionEvents, DialectEvents
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool
from sqlalchemy.pool.events import PoolEvents

from compat_shims._sqlalchemy import Stays

__all__ = ["Settings", "settings_of"]


@dataclass(frozen=True)
class Settings:
    """What ``create_async_engine`` is given."""

    url: URL
    options: Mapping[str, Any]


_DRIVERS = {
    "sqlite+pysqlite": ("sqlite+aiosqlite", "aiosqlite"),
    "postgresql+psycopg": ("postgresql+psycopg", "psycopg"),
    "postgresql+psycopg2": ("postgresql+psycopg", "psycopg"),
}
"""The driver for asyncio that returns the same values, and its package.

asyncpg returns times in UTC where psycopg2 returns them in the zone of the connection. A
transaction of MySQL reads one state of the data by default: what two connections read may not fit
together.
"""
_EACH_STATEMENT_READS_ANEW = frozenset({"READ COMMITTED", "READ UNCOMMITTED", "AUTOCOMMIT"})
_CONNECT_SCALARS = (str, int, float)
_CHANGING_THE_SESSION = frozenset({"async", "async_", "autocommit", "dsn"})
_SQLITE_OPTIONS = frozenset({"check_same_thread", "timeout"})
_POOL = {"max_overflow": "_max_overflow", "pool_recycle": "_recycle", "pool_pre_ping": "_pre_ping"}
_DIALECT = {
    "json_serializer": "_json_serializer",
    "json_deserializer": "_json_deserializer",
    "native_inet_types": "_native_inet_types",
}
_OURS = "engine_disposed"
"""`engines` listens to it itself."""


class _Seen(Exception):  # noqa: N818  it stops a connection before it is made
    pass


def settings_of(engine: Engine) -> Settings:
    """Return how an asyncio engine connects as *engine* does; this may wait.

    Raises `Stays` if none can, and SQLAlchemy's errors if the database cannot be reached.
    """
    if __version__.startswith("1."):
        raise Stays("SQLAlchemy 1 has other drivers for asyncio")
    dialect = f"{engine.dialect.name}+{engine.dialect.driver}"
    if dialect not in _DRIVERS:
        raise Stays(f"no driver for asyncio is known to do what {dialect} does")
    drivername, package = _DRIVERS[dialect]
    for needed in (package, "greenlet"):
        if find_spec(needed) is None:
            raise Stays(f"{needed} is not installed")
    _must_be_pooled(engine)
    _must_have_no_listeners(engine)
    arguments = _connect_arguments(engine)
    _must_read_anew(engine)
    _know_time_zone(engine)
    options = {
        "connect_args": arguments,
        "echo": engine.echo,
        "execution_options": _execution_options(engine),
        "hide_parameters": engine.hide_parameters,
        **_pool_options(engine.pool),
        **_dialect_options(engine),
    }
    return Settings(engine.url.set(drivername=drivername), options)


def _must_be_pooled(engine: Engine) -> None:
    """Raise `Stays` for a database in memory, for one: another connection sees another database."""
    if type(engine.pool) is not QueuePool:
        raise Stays(f"its connections are kept by {type(engine.pool).__name__}")
    url = engine.url
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite and (not _SQLITE_OPTIONS.issuperset(url.query) or _is_in_memory(url)):
        raise Stays("its SQLite database is in memory, or opened in a way of its own")


def _is_in_memory(url: URL) -> bool:
    return not url.database or ":memory:" in url.database or "mode=memory" in url.database


def _must_have_no_listeners(engine: Engine) -> None:
    """Raise `Stays` if the app listens to this engine; what listens to all hears others, too."""
    level = engine.dialect._on_connect_isolation_level
    same: dict[str, Any] = {"execution_options": engine.get_execution_options()}
    if level is not None:
        same["isolation_level"] = level  # SQLAlchemy listens itself, to set it.
    plain = create_engine(engine.url, **same)
    for name, found in _listeners(engine).items():
        if found != _listeners(plain)[name]:
            raise Stays(f"the app listens to `{name}` of its engine")


def _listeners(engine: Engine) -> dict[str, int]:
    return {
        name: len(list(getattr(target.dispatch, name)))
        for target, events in (
            (engine, ConnectionEvents),
            (engine.pool, PoolEvents),
            (engine.dialect, DialectEvents),
        )
        for name in _names_of(events)
    }


def _names_of(events: type) -> Iterator[str]:
    for name in vars(events):
        if not name.startswith("_") and name not in {_OURS, "dispatch"}:
            yield name


def _connect_arguments(engine: Engine) -> dict[str, Any]:
    """Return what the app gives its driver besides the URL.

    A new pool like the engine's own is asked for a connection, which is stopped before it is made.
    https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.DialectEvents.do_connect
    """
    positional, named = _given_to_driver(engine)
    expected, by_default = engine.dialect.create_connect_args(engine.url)
    more = {name: it for name, it in named.items() if by_default.get(name, _Seen) != it}
    if list(positional) != list(expected) or not all(map(_is_carried, more, more.values())):
        raise Stays("it connects with arguments that are its driver's own")
    if engine.dialect.name == "sqlite" and not _SQLITE_OPTIONS.issuperset(more):
        raise Stays("it opens its SQLite database in a way of its own")
    return more


def _is_carried(name: str, value: Any) -> bool:
    return isinstance(value, _CONNECT_SCALARS) and name not in _CHANGING_THE_SESSION


def _given_to_driver(engine: Engine) -> tuple[Any, Mapping[str, Any]]:
    here, seen = threading.get_ident(), []

    def note(_dialect: Any, _record: Any, args: Any, named: Mapping[str, Any]) -> None:
        if threading.get_ident() == here:
            seen.append((tuple(args), dict(named)))
            raise _Seen

    pool = engine.pool.recreate()
    event.listen(engine, "do_connect", note)
    try:
        # Only a function of the app can get further, and fail in any way.
        with suppress(Exception):
            pool.connect().close()
    finally:
        pool.dispose()
        event.remove(engine, "do_connect", note)
    if not seen:
        raise Stays("its connections are made by a function of the app")
    return seen[0]


def _must_read_anew(engine: Engine) -> None:
    """Two connections agree only where each statement reads what is committed by then.

    SQLite does: pysqlite begins no transaction for a SELECT.
    https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    """
    if engine.dialect.name == "sqlite":
        return
    with engine.connect() as connection:
        level = connection.get_isolation_level()
    if level not in _EACH_STATEMENT_READS_ANEW:
        raise Stays(f"its transactions are {level}: they read one state of the data")


def _know_time_zone(engine: Engine) -> None:
    """Let Python read the file of the server's time zone here: psycopg asks for it on the loop."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            name = connection.exec_driver_sql("SHOW TimeZone").scalar_one()
        with suppress(ZoneInfoNotFoundError, ValueError):
            ZoneInfo(name)


def _execution_options(engine: Engine) -> dict[str, Any]:
    options = dict(engine.get_execution_options())
    options.pop("isolation_level", None)
    return options


def _pool_options(pool: Any) -> dict[str, Any]:
    private = {option: getattr(pool, name) for option, name in _POOL.items()}
    return {
        "poolclass": AsyncAdaptedQueuePool,
        "pool_size": pool.size(),
        "pool_timeout": pool.timeout(),
        **private,
    }


def _dialect_options(engine: Engine) -> dict[str, Any]:
    found = {
        option: getattr(engine.dialect, name)
        for option, name in _DIALECT.items()
        if getattr(engine.dialect, name, None) is not None
    }
    if engine.dialect.driver == "psycopg2":
        found["native_inet_types"] = False  # It returns addresses as text.
    if engine.dialect.name == "postgresql":
        found["isolation_level"] = "AUTOCOMMIT"  # A read needs no BEGIN and ROLLBACK around it.
    return found
