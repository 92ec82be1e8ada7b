"""One connection of the client."""

import asyncio
from collections.abc import Callable
from typing import cast

import httptools

# Answers from here on count as failed.
SERVER_ERROR = 500


class Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, done: "Callable[[Connection, int], None]") -> None:
        """Call `done` with the status of each answer, 0 where none came."""
        self._done = done
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.busy = False
        self.closed = False

    def send(self, wire: bytes) -> None:
        """Send a request; the connection is busy until `done` was called."""
        self.busy = True
        self._parser = httptools.HttpResponseParser(self)
        if self._transport is not None:
            self._transport.write(wire)

    def close(self) -> None:
        """Give the connection up."""
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what writes (asyncio calls this)."""
        # No isinstance: uvloop's transports do not derive from asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read a part of an answer (asyncio calls this)."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Note that an answer is whole (the parser calls this)."""
        self.closed |= not self._parser.should_keep_alive()
        self._finish(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's name
        """Note that no answer will come any more (asyncio calls this)."""
        self.closed = True
        if self.busy:
            self._finish(0)

    def _finish(self, status: int) -> None:
        if self.busy:
            self.busy = False
            self._done(self, status)
