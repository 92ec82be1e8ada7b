"""The socket that a WSGI server puts into the environ, for a websocket that came through ASGI.

Flask-Sock, by way of simple-websocket, takes the socket out of the environ and speaks the
websocket protocol over it itself. ASGI has no socket to give, only messages. So one is made::

    lane                                          event loop
    ────                                          ──────────
    handler ◄─► simple-websocket ◄─ socket pair ─► pump ◄─► quart.websocket

The pump is a websocket client of the handler: it carries what the browser sends to it, and what it
answers to the browser. A handler that never touches the socket is not concerned.
"""

import asyncio
import re
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import flask
import quart
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Request,
    TextMessage,
)

from compat_shims.lane import offload

__all__ = ["may_want_socket", "offload_with_socket"]

T = TypeVar("T")

_BLOCK = 2**16
_HEADER = re.compile(r"^(Sec-WebSocket-[\w-]+|Connection|Upgrade): (.*)\r$", re.MULTILINE)


def may_want_socket() -> bool:
    """Tell whether the running websocket handler may look for a socket in the environ."""
    return "simple_websocket" in sys.modules and quart.has_websocket_context()


async def offload_with_socket(call: Callable[[], T]) -> T:
    """Run *call*, a synchronous handler of the current websocket, with a socket in its environ.

    When the client goes away, the handler finds its socket at an end: nothing else could end it.
    """
    outer, inner = socket.socketpair()
    handlers = _Socket(fileno=inner.detach())
    pump = _Pump(outer, quart.websocket.requested_subprotocols)
    environ = flask.request.environ
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    environ.update(pump.headers, **{"werkzeug.socket": handlers})
    pumping = asyncio.create_task(pump.run())
    handler = asyncio.create_task(offload(call))
    try:
        return await asyncio.shield(handler)
    except asyncio.CancelledError:
        pump.client_left = True
        raise
    finally:
        pump.end()
        await _over(handler)
        if not handlers.is_used:  # Who uses it closes it, in a thread that reads from it.
            handlers.close()
        await _over(pumping)
        outer.close()


async def _over(task: asyncio.Task[Any]) -> None:
    """Wait until *task* is over, however often the waiting task is cancelled."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])


class _Socket(socket.socket):
    """The socket of the handler."""

    is_used = False

    def send(self, *args: Any) -> int:
        """Send as always, and note it: a handshake is the first thing that is sent."""
        self.is_used = True
        return super().send(*args)


class _Pump:
    """Carries messages between the handler's socket and the current websocket."""

    def __init__(self, connection: socket.socket, subprotocols: list[str]) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._client = WSConnection(ConnectionType.CLIENT)
        request = Request(host="localhost", target="/", subprotocols=subprotocols)
        self.headers = _headers(self._client.send(request))
        self._parts: list[Any] = []
        self._incoming: asyncio.Task[None] | None = None
        self.client_left = False
        """Set when nobody is there any more to hear what the handler says."""

    async def run(self) -> None:
        """Go on until the handler has closed its socket."""
        receive = asyncio.get_running_loop().sock_recv
        try:
            with suppress(OSError):
                while data := await receive(self._connection, _BLOCK):
                    self._client.receive_data(data)
                    for event in self._client.events():
                        await self._take(event)
        finally:
            self.end()
            with suppress(OSError):  # Nobody reads any more what the handler says.
                self._connection.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Tell the handler that nothing comes any more; what it says is still carried."""
        if self._incoming is not None:
            self._incoming.cancel()
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    async def _take(self, event: Event) -> None:
        match event:
            case AcceptConnection():
                await quart.websocket.accept(subprotocol=event.subprotocol)
                self._incoming = asyncio.create_task(self._receive())
            case TextMessage() | BytesMessage() if not self.client_left:
                self._parts.append(event.data)
                if event.message_finished:
                    parts, self._parts = self._parts, []
                    await quart.websocket.send(parts[0][:0].join(parts))
            case Ping():
                await self._give(event.response())
            case CloseConnection() if not self.client_left:
                await self._give(event.response())
                await quart.websocket.close(event.code, event.reason or "")

    async def _receive(self) -> None:
        while True:
            data = await quart.websocket.receive()
            if isinstance(data, str):
                await self._give(TextMessage(data=data))
            else:
                await self._give(BytesMessage(data=data))

    async def _give(self, event: Event) -> None:
        data = self._client.send(event)
        with suppress(OSError):  # The handler has closed its side already.
            await asyncio.get_running_loop().sock_sendall(self._connection, data)


def _headers(request: bytes) -> dict[str, str]:
    """Return the headers of *request* as a WSGI environ has them."""
    found = _HEADER.findall(request.decode())
    return {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in found}
