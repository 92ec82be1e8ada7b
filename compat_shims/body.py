"""The body of a request, for readers on the event loop and in the lane."""

import asyncio
import io
from collections.abc import AsyncIterator, Generator
from typing import Any

import quart
from quart.formparser import FormDataParser
from werkzeug.exceptions import RequestEntityTooLarge

from compat_shims._quart import ClientDisconnectedError
from compat_shims.errors import BodyNotReadError
from compat_shims.lane import hop, in_lane

__all__ = ["BodyStream", "KeepingFormParser", "SharedBody", "buffer_body", "is_worth_buffering"]

_ALLOWANCE = 2**20
"""Bytes that are received beyond what Flask code has read, where Quart's limit allows none."""
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class SharedBody:
    """A request body that each side reads as often as it likes, from its start.

    It takes the place of Quart's ``body_class``
    (https://quart.palletsprojects.com/en/latest/reference/source/quart.wrappers.request.html),
    whose data is gone once it was iterated. What is only iterated (``async for chunk in
    request.body``) is not kept here either.
    """

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        """Begin empty; *max_content_length* is in bytes."""
        self._max_content_length = max_content_length
        self._limit_changed = asyncio.Event()
        self._abandoned = False
        self._expected = expected_content_length or 0
        self._data = bytearray()
        self._dropped = 0
        self._keep = False
        self._allowance = 0
        self._complete = False
        self._disconnected = False
        self._change = asyncio.Event()

    # Quart's ASGI connection calls these: `append` up to 0.22, `put` from 0.23.

    def append(self, data: bytes) -> None:
        """Take the next part of the body."""
        self._data.extend(data)
        self._change.set()

    async def put(self, data: bytes) -> None:
        """Take the next part of the body."""
        self.append(data)

    def set_complete(self) -> None:
        """Note that the body is complete."""
        self._complete = True
        self._change.set()

    def disconnect(self) -> None:
        """Note that the client has gone."""
        self._disconnected = True
        self._change.set()

    def set_result(self, data: bytes) -> None:
        """Take the whole body at once."""
        self.append(data)
        self.set_complete()

    def clear(self) -> None:
        """Forget the data."""
        self._data.clear()

    # Readers on the event loop.

    def __await__(self) -> Generator[Any, None, bytes]:
        """Wait for the whole body, and keep it for other readers."""
        return self.whole().__await__()

    async def whole(self) -> bytes:
        """Return the whole body, once it is here."""
        self.keep()
        self.refuse_too_large()
        while not self._complete:
            await self.more(len(self._data))
        self.refuse_too_large()
        return bytes(self._data)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the parts of the body as they come."""
        position = 0
        self.refuse_too_large()
        while chunk := await self._next_chunk(position):
            position = position + len(chunk) if self._keep else 0
            yield chunk

    async def _next_chunk(self, position: int) -> bytes:
        if len(self._data) <= position:
            await self.more(position)
        self.refuse_too_large()
        chunk = bytes(self._data[position:])
        if not self._keep:
            self._dropped += len(chunk)
            self._data.clear()
        return chunk

    def keep(self) -> None:
        """Keep all data from now on: more than one reader may come."""
        self._keep = True

    async def more(self, position: int) -> None:
        """Wait until there is data behind *position*, or the body is complete."""
        while len(self._data) <= position and not self._complete:
            if self._disconnected:
                raise ClientDisconnectedError
            if self._is_paused():
                raise RequestEntityTooLarge
            self._change.clear()
            await self._change.wait()

    async def more_for_flask(self, position: int) -> None:
        """Do the same for Flask's request, which has a limit of its own, and holds to it."""
        self._allowance = max(self._allowance, position + _ALLOWANCE, self._expected)
        self._limit_changed.set()
        await self.more(position)

    # The connection receives no more than is allowed: see `app._closing`.

    async def until_wanted(self) -> None:
        """Wait while the body is larger than anybody may read."""
        while self._is_paused() and not self._abandoned:
            self._limit_changed.clear()
            await self._limit_changed.wait()

    def abandon(self) -> None:
        """Let the rest of the body come and go: the request was answered."""
        self._abandoned = True
        self._limit_changed.set()

    def _is_paused(self) -> bool:
        size = max(self._dropped + len(self._data), self._expected)
        return self._exceeds(size) and size > self._allowance

    @property
    def max_content_length(self) -> int | None:
        """The size, in bytes, up to which the body may be read."""
        return self._max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value
        self._limit_changed.set()

    async def received(self) -> None:
        """Wait for the whole body; return early where nobody will be allowed to read it."""
        self.keep()
        while not (self._complete or self._disconnected or self.is_too_large()):
            await self.more(len(self._data))

    def is_too_large(self) -> bool:
        """Tell whether the body is, or says that it will be, larger than allowed."""
        return self._exceeds(max(self._dropped + len(self._data), self._expected))

    def refuse_too_large(self) -> None:
        """Raise 413 where the body is larger than allowed."""
        if self.is_too_large():
            raise RequestEntityTooLarge

    def _exceeds(self, size: int) -> bool:
        limit = self._max_content_length
        return limit is not None and size > limit

    # Readers anywhere.

    @property
    def is_here(self) -> bool:
        """Whether nothing has to be awaited any more."""
        return self._complete

    def __len__(self) -> int:
        """Return how many bytes are kept."""
        return len(self._data)

    def part(self, position: int, size: int) -> bytes:
        """Return at most *size* bytes from *position* that are here already."""
        return bytes(self._data[position : position + size])

    def is_read_up_to(self, position: int) -> bool:
        """Tell whether the body ends at *position*."""
        return self._complete and len(self._data) <= position


class BodyStream(io.RawIOBase):
    """``wsgi.input`` over the body of a Quart request; in a lane it waits for what is missing."""

    def __init__(self, body: SharedBody) -> None:
        """Read *body* from its start."""
        body.keep()
        self._body = body
        self._position = 0

    def readable(self) -> bool:
        """Tell `io` that this stream can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill *buffer* with what comes next; 0 at the end."""
        chunk = self._body.part(self._position, len(buffer))
        if not chunk and not self._body.is_read_up_to(self._position):
            self._wait()
            chunk = self._body.part(self._position, len(buffer))
        buffer[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)

    def _wait(self) -> None:
        if not in_lane():
            raise BodyNotReadError(
                "the body of this request has not been received yet, and code on the event loop "
                "cannot wait for it: write `await compat_shims.buffer_body()` first, or run this "
                "code under `await compat_shims.offload(...)`"
            )
        hop(self._body.more_for_flask, self._position)


class KeepingFormParser(FormDataParser):
    """Quart's parser; what it has parsed stays readable for Flask's."""

    async def parse(self, body: Any, *args: Any, **kwargs: Any) -> Any:
        """Parse *body*, which is kept."""
        if isinstance(body, SharedBody):
            body.keep()
        parts: Any = body
        return await super().parse(parts, *args, **kwargs)


def is_worth_buffering(request: quart.Request) -> bool:
    """Tell whether Flask code is likely to read the body: it is a form, or JSON."""
    return request.mimetype in _FORM_TYPES or request.is_json


async def buffer_body() -> None:
    """Receive the whole body of the current request, for Flask code on the event loop.

    Forms and JSON are received before a view is called; this is for other bodies, and for
    `flask.request.get_data()` in async code. Raises 413 for a body that is larger than allowed.
    """
    await quart.request.get_data(cache=True)
