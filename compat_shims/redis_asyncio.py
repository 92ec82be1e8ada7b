"""Commands of a Redis client, sent by redis.asyncio: what ``--native redis=redis.asyncio`` calls.

``await of(client).get("key")`` does what ``client.get("key")`` does, without a thread. Each event
loop has its own connections, to the server that *client* is for; they are closed when the loop
shuts down. A client that is no plain one (a subclass, a test's double, a client with its own way to
find credentials) is called as it is, in the lane.

https://redis.readthedocs.io/en/stable/examples/asyncio_examples.html
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
import redis.asyncio.connection

from compat_shims.lane import offload

__all__ = ["of"]

_CONNECTIONS: Mapping[type, type] = {
    redis.Connection: redis.asyncio.Connection,
    redis.SSLConnection: redis.asyncio.SSLConnection,
    redis.UnixDomainSocketConnection: redis.asyncio.connection.UnixDomainSocketConnection,
}
_SETTINGS = (
    "client_name", "db", "decode_responses", "encoding", "encoding_errors", "health_check_interval",
    "host", "password", "path", "port", "protocol", "socket_connect_timeout", "socket_timeout",
    "username",
)  # fmt: skip
_OF_ITS_OWN = ("credential_provider", "redis_connect_func")

_Keeper = AsyncGenerator["redis.asyncio.Redis", None]
_Clients = dict[redis.ConnectionPool, tuple[_Keeper, "redis.asyncio.Redis"]]
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Clients] = WeakKeyDictionary()


class _Commands:
    """The commands of a client, to be awaited."""

    __slots__ = ("_client",)

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def command(*args: Any, **kwargs: Any) -> Any:
            if type(self._client) is redis.Redis:
                native = await _native(self._client.connection_pool)
                if native is not None:
                    return await getattr(native, name)(*args, **kwargs)
            return await offload(getattr(self._client, name), *args, **kwargs)

        return command


def of(client: Any) -> Any:
    """Return the commands of the blocking *client*, each to be awaited."""
    return _Commands(client)


async def _native(pool: redis.ConnectionPool) -> "redis.asyncio.Redis | None":
    """Return the client of the running loop for the server of *pool*, if it is a plain one."""
    loop = asyncio.get_running_loop()
    clients = _clients.setdefault(loop, {})
    if pool in clients:
        return clients[pool][1]
    settings = await offload(_settings, pool)
    if settings is None:
        return None
    if pool not in clients:  # Another task may have made it meanwhile.
        keeper = _kept(loop, pool, settings)
        clients[pool] = keeper, await anext(keeper)
    return clients[pool][1]


def _settings(pool: redis.ConnectionPool) -> dict[str, Any] | None:
    """Return the settings of *pool* for redis.asyncio; ``None`` if it has others.

    What a client tells of itself is looked up on the disk, by each connection unless it is given.
    """
    given: dict[str, Any] = pool.connection_kwargs
    connection = _CONNECTIONS.get(pool.connection_class)
    if connection is None or any(given.get(name) is not None for name in _OF_ITS_OWN):
        return None
    names = [name for name in given if name in _SETTINGS or name.startswith("ssl_")]
    settings = {"connection_class": connection, **{name: given[name] for name in names}}
    introduction: Any = getattr(redis, "DriverInfo", None)
    if introduction is not None:
        settings["driver_info"] = given.get("driver_info") or introduction()
    return settings


async def _kept(
    loop: asyncio.AbstractEventLoop, pool: redis.ConnectionPool, settings: Mapping[str, Any]
) -> _Keeper:
    """Keep a client open until the loop shuts down, when asyncio closes every async generator.

    https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.shutdown_asyncgens
    """
    connections = redis.asyncio.ConnectionPool(**settings)
    client = redis.asyncio.Redis.from_pool(connections)
    try:
        yield client
    finally:
        _clients.get(loop, {}).pop(pool, None)
        await client.aclose()
