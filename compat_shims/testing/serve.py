"""One WSGI call answered by a Quart app, in the process of the test.

::

    thread of the test                        helper thread, for this call only
    ──────────────────                        ─────────────────────────────────
    serve_wsgi(app, environ, …)  ── starts ─► event loop: app.asgi_app(scope, receive, send)
      run_until(…) ◄── steps ────────────────   the request's synchronous code (its lane)
                   ◄── steps ────────────────   status, headers, chunks of the body
      joins        ◄── the last step ────────   the loop is closed

What the two threads share travels as steps: functions that the thread of the test runs. So no
attribute is written by both.
"""

import asyncio
import contextvars
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from quart import Quart
from werkzeug.http import HTTP_STATUS_CODES

from compat_shims.harness import SCOPE_KEY, Harness
from compat_shims.testing.caller import CallingThread
from compat_shims.testing.environ import asgi_scope, read_body

__all__ = ["serve_wsgi"]

Message = Mapping[str, Any]


def serve_wsgi(
    quart_app: Quart,
    environ: dict[str, Any],
    start_response: Callable[..., Any],
) -> Iterable[bytes]:
    """Answer a WSGI call by *quart_app*, and return the body as WSGI wants it.

    A response that comes in one piece is complete when this returns. A stream advances only as
    the caller iterates, as under WSGI: the event loop lives until it is exhausted or closed.

    Raises what Flask would have let through to its WSGI caller.
    """
    exchange = _Exchange(quart_app, environ)
    exchange.begin()
    start_response(exchange.status, exchange.headers)
    return _Body(exchange)


class _Body(Iterator[bytes]):
    """The body of a response, as far as it has come; `close` ends a stream early."""

    def __init__(self, exchange: "_Exchange") -> None:
        self._exchange = exchange

    def __next__(self) -> bytes:
        return self._exchange.next_chunk()

    def close(self) -> None:
        self._exchange.abandon()

    def __del__(self) -> None:
        # A test may drop a stream that it never read to the end.
        if not sys.is_finalizing():
            self._exchange.abandon()


class _Exchange:
    """One request and its response, as the thread of the test sees them."""

    def __init__(self, app: Quart, environ: dict[str, Any]) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self._caller = CallingThread()
        self._chunks: deque[bytes] = deque()
        self._waits = False
        self._over = False
        self._error: BaseException | None = None
        self._errors: list[BaseException] = []
        harness = Harness(
            environ=environ,
            worker=self._caller,
            errors=self._errors,
            preserve=environ.get("werkzeug.debug.preserve_context"),
        )
        scope = asgi_scope(environ) | {SCOPE_KEY: harness}
        self._server = _Server(app, scope, read_body(environ), self)

    def begin(self) -> None:
        """Run the request until the response has a body to begin with, or is complete."""
        self._server.start()
        self._run_until(lambda: self._waits)
        if not self.status:
            raise RuntimeError("the Quart app ended the request without a response")

    def next_chunk(self) -> bytes:
        if not self._chunks and not self._over:
            self._server.demand()
            self._run_until(lambda: bool(self._chunks))
        if not self._chunks:
            raise StopIteration
        return self._chunks.popleft()

    def abandon(self) -> None:
        """Go away as a client does that closes its connection."""
        self._chunks.clear()
        if not self._over:
            self._server.disconnect()
            self._caller.run_until(lambda: self._over)

    def _run_until(self, reached: Callable[[], bool]) -> None:
        try:
            self._caller.run_until(lambda: self._over or reached())
        except BaseException:  # Ctrl-C in the thread of the test.
            self.abandon()
            raise
        if self._over:
            self._raise_error()

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        if self._errors:
            error = self._errors.pop(0)
        if error is not None:
            self._chunks.clear()
            raise error

    # The steps that the loop hands over: they run in the thread of the test.

    def take_start(self, message: Message) -> None:
        self.status = _status_line(message["status"])
        self.headers = [_header(name, value) for name, value in message.get("headers", ())]

    def take_chunk(self, chunk: bytes, waits: bool) -> None:
        self._chunks.append(chunk)
        self._waits = waits

    def take_end(self, error: BaseException | None) -> None:
        self._server.join()
        self._error = error
        self._over = True

    def submit(self, step: Callable[[], None]) -> None:
        self._caller.submit(step)


class _Server:
    """The ASGI server of one request: an event loop in a thread of its own."""

    def __init__(self, app: Quart, scope: dict[str, Any], body: bytes, client: _Exchange) -> None:
        self._app = app
        self._scope = scope
        self._body: bytes | None = body
        self._client = client
        self._has_body = scope["method"] != "HEAD"
        self._missing: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wanted = asyncio.Semaphore(0)
        self._gone = asyncio.Event()
        self._left = False
        self._origin_depth = sys.get_coroutine_origin_tracking_depth()
        # The request sees what the test has pushed: Flask, too, reuses an outer app context.
        self._context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=self._serve, name="compat_shims-test-request", daemon=True
        )

    # What follows runs in the thread of the test.

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def demand(self) -> None:
        """Let a stream advance by one chunk."""
        self._tell_loop(self._wanted.release)

    def disconnect(self) -> None:
        """Let the app find that its client has gone."""
        self._left = True
        self._tell_loop(self._gone.set)

    def _tell_loop(self, call: Callable[[], Any]) -> None:
        if self._loop is None:  # It finds out when it begins.
            return
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # It has just ended.
            return

    # What follows runs in the helper thread.

    def _serve(self) -> None:
        error: BaseException | None = None
        sys.set_coroutine_origin_tracking_depth(self._origin_depth)  # Each thread has its own.
        try:
            with asyncio.Runner() as runner:
                runner.run(self._answer(), context=self._context)
        except BaseException as raised:  # noqa: BLE001  it is raised again, in the test
            error = _without_group(raised)
        self._client.submit(partial(self._client.take_end, error))

    async def _answer(self) -> None:
        self._loop = asyncio.get_running_loop()
        if self._left:
            self._gone.set()
        await self._app.asgi_app(self._scope, self._receive, self._send)  # type: ignore[arg-type]
        await self._background_tasks()

    async def _receive(self) -> dict[str, Any]:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", ())
            self._missing = _length(headers)
            self._client.submit(partial(self._client.take_start, message))
        elif message["type"] == "http.response.body":
            await self._send_body(message.get("body", b""), message.get("more_body", False))

    async def _send_body(self, chunk: bytes, more: bool) -> None:
        if self._gone.is_set():
            return
        if chunk and self._has_body:
            if self._missing is not None:
                self._missing -= len(chunk)
            waits = more and self._missing != 0
            self._client.submit(partial(self._client.take_chunk, bytes(chunk), waits))
            if waits:
                await self._wanted.acquire()
        if not more:
            # Quart 0.23 returns only after this: it reads until the client disconnects.
            self._gone.set()

    async def _background_tasks(self) -> None:
        loop = asyncio.get_running_loop()
        tasks = [task for task in self._app.background_tasks if task.get_loop() is loop]
        if tasks:
            timeout = self._app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"]
            await asyncio.wait(tasks, timeout=timeout)


def _without_group(error: BaseException) -> BaseException:
    # Quart runs a request in a task group of its own: Flask's caller knows nothing of it.
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _length(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Return how long the body will be; None if its headers do not tell."""
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else None


def _status_line(code: int) -> str:
    return f"{code} {HTTP_STATUS_CODES.get(code, 'Unknown').upper()}"


def _header(name: bytes, value: bytes) -> tuple[str, str]:
    # Quart encodes as UTF-8 what Flask's test client would have seen as the text it is.
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return name.decode("latin-1").title(), text
