"""One request seen from both sides: its body, its environ, and Quart's request class."""

import asyncio
import inspect
import io
import sys
from collections.abc import AsyncIterator, Generator
from functools import lru_cache
from typing import Any

from quart import Request
from quart.formparser import FormDataParser
from quart.wrappers import Websocket
from werkzeug.exceptions import RequestEntityTooLarge

from compat_shims import _quart
from compat_shims.errors import BodyNotReadError
from compat_shims.harness import harness_of
from compat_shims.lane import hop, in_lane

__all__ = ["BodyStream", "SharedBody", "bridged_request_class", "make_environ"]

SIDE_KEY = "compat_shims.side"
_BUFFERED_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class SharedBody:
    """A request body that each side reads as often as it likes, from its start.

    It takes the place of Quart's ``body_class``
    (https://quart.palletsprojects.com/en/latest/reference/source/quart.wrappers.request.html),
    whose data is gone once it was iterated. What is only iterated (``async for chunk in
    request.body``) is not kept here either.
    """

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        """Begin empty; *max_content_length* is in bytes."""
        self.max_content_length = max_content_length
        self._expected = expected_content_length or 0
        self._data = bytearray()
        self._dropped = 0
        self._keep = False
        self._complete = False
        self._disconnected = False
        self._change = asyncio.Event()

    # Quart's ASGI connection calls these: `append` up to 0.22, `put` from 0.23.

    def append(self, data: bytes) -> None:
        """Take the next part of the body."""
        if not self._exceeds(self._dropped + len(self._data)):
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
                raise _quart.ClientDisconnectedError
            self._change.clear()
            await self._change.wait()

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
        return self.max_content_length is not None and size > self.max_content_length

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
        hop(self._body.more, self._position)


class _KeepingFormParser(FormDataParser):
    """Quart's parser; what it has parsed stays readable for Flask's."""

    async def parse(self, body: Any, *args: Any, **kwargs: Any) -> Any:
        """Parse *body*, which is kept."""
        if isinstance(body, SharedBody):
            body.keep()
        return await super().parse(body, *args, **kwargs)


class _FlaskLike:
    """What Flask's request has, or does differently; mixed in before Quart's class."""

    body_class = SharedBody
    form_data_parser_class = _KeepingFormParser
    scope: Any
    body: Any

    @property
    def environ(self) -> dict[str, Any]:
        """The WSGI environ of the Flask request beside this one."""
        beside = self._beside()
        if beside is None:
            raise RuntimeError("request.environ needs the request context to be active")
        environ: dict[str, Any] = beside.environ
        return environ

    @property
    def max_content_length(self) -> int | None:
        """The size, in bytes, up to which this request's body is read."""
        return super().max_content_length  # type: ignore[misc,no-any-return]

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        Request.max_content_length.fset(self, value)  # type: ignore[attr-defined]
        self.body.max_content_length = value

    async def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Parse the body as JSON; 415 for another content type, as in Flask.

        Quart returns None there: https://flask.palletsprojects.com/en/stable/api/#flask.Request.get_json
        """
        if not (force or silent or self.is_json):  # type: ignore[attr-defined]
            return self.on_json_loading_failed(None)
        return await super().get_json(force=force, silent=silent, cache=cache)  # type: ignore[misc]

    def on_json_loading_failed(self, error: Exception | None) -> Any:
        """Answer what cannot be parsed as Flask's request does."""
        beside = self._beside()
        if beside is None:
            return super().on_json_loading_failed(error)  # type: ignore[misc]
        return beside.on_json_loading_failed(error)

    def _beside(self) -> Any:
        side = self.scope.get(SIDE_KEY)
        return side.request_context.request if side is not None else None


_DIFFERENT = (
    "body_class",
    "form_data_parser_class",
    "get_json",
    "max_content_length",
    "on_json_loading_failed",
)


@lru_cache(maxsize=64)
def bridged_request_class(cls: type[Request]) -> type[Request]:
    """Return *cls* with what Flask's request has; what *cls* itself overrides stays."""
    own: dict[str, Any] = {
        name: inspect.getattr_static(cls, name)
        for name in _DIFFERENT
        if inspect.getattr_static(cls, name) is not inspect.getattr_static(Request, name)
    }
    return type(cls.__name__, (_FlaskLike, cls), own | {"__module__": cls.__module__})


def is_worth_buffering(request: Request) -> bool:
    """Tell whether Flask code is likely to read the body: it is a form, or JSON."""
    return request.mimetype in _BUFFERED_TYPES or request.is_json


def make_environ(request: Request | Websocket) -> dict[str, Any]:
    """Return the WSGI environ of *request*: the test client's own, or one made from the scope."""
    scope: Any = request.scope
    harness = harness_of(scope)
    environ = dict(harness.environ) if harness is not None else _environ_from_scope(request)
    body = getattr(request, "body", None)
    if isinstance(body, SharedBody):
        environ["wsgi.input"] = io.BufferedReader(BodyStream(body))
        environ["wsgi.input_terminated"] = True
    return environ


def _environ_from_scope(request: Request | Websocket) -> dict[str, Any]:
    scope: Any = request.scope
    scheme = {"ws": "http", "wss": "https"}.get(request.scheme, request.scheme)
    default_port = "443" if scheme == "https" else "80"
    server = scope.get("server") or (request.host.partition(":")[0], None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": _latin1(request.root_path.rstrip("/")),
        "PATH_INFO": _latin1(request.path),
        "QUERY_STRING": request.query_string.decode("latin-1"),
        "REQUEST_URI": _request_uri(scope, request),
        "SERVER_NAME": server[0] or "localhost",
        "SERVER_PORT": str(server[1] or request.host.partition(":")[2] or default_port),
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "REMOTE_ADDR": (scope.get("client") or ["127.0.0.1"])[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if request.scheme in ("ws", "wss"):
        environ |= {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"}
    for name, value in request.headers.items():
        _add_header(environ, name, value)
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key == "REMOTE_ADDR":  # Quart adds it to the headers; the client never sent it.
        return
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        environ[key] = value
        return
    key = f"HTTP_{key}"
    separator = "; " if key == "HTTP_COOKIE" else ","
    environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value


def _request_uri(scope: Any, request: Request | Websocket) -> str:
    raw: bytes = scope.get("raw_path") or request.path.encode()
    query = request.query_string
    return (raw + b"?" + query if query else raw).decode("latin-1")


def _latin1(text: str) -> str:
    # The text of WSGI is bytes read as latin-1: https://peps.python.org/pep-3333/#unicode-issues
    return text.encode().decode("latin-1")
