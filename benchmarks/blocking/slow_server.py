"""A slow local HTTP server: ``python -m benchmarks.blocking.slow_server PORT``.

It answers each request after a pause without holding up any other.
"""

import asyncio
import sys
from functools import partial
from typing import cast

from benchmarks.blocking.work import PAUSE
from benchmarks.load import run

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-type: text/plain\r\n\r\nslow"


class SlowAnswers(asyncio.Protocol):
    """Waits after each request, then answers."""

    def __init__(self) -> None:
        """Begin without a connection."""
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        # No isinstance: uvloop's transports do not derive from asyncio's.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete; none has a body."""
        self._received += data
        *requests, self._received = self._received.split(b"\r\n\r\n")
        loop = asyncio.get_running_loop()
        for _ in requests:
            loop.call_later(PAUSE, self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_ANSWER)


async def serve(port: int) -> None:
    """Serve for ever."""
    server = await asyncio.get_running_loop().create_server(SlowAnswers, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    run(partial(serve, int(sys.argv[1]))())
