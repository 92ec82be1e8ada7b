"""WSGI middleware on ``wsgi_app``, for requests that come in through ASGI.

::

    handle_request ──► lane: middleware(environ, …)
                               └► companion.wsgi_app(environ, …) ── hop ──► handle_request, again
                                                                            with what the middleware
    sent in the lane's order ◄── what the middleware returned ◄──────────── has made of the environ

Middleware that is installed as Flask documents it (``app.wsgi_app = ProxyFix(app.wsgi_app)``) sees
each request and each response. It costs a thread for the whole request: middleware for ASGI, on
``asgi_app``, does not.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import quart

from compat_shims import _quart
from compat_shims.harness import SCOPE_KEY, Harness, harness_of, preserve_of
from compat_shims.lane import Lane, current_lane, hop
from compat_shims.request import make_environ
from compat_shims.response import LaneStream, as_quart, as_wsgi_body, from_wsgi
from compat_shims.side import OPEN_KEY

__all__ = ["answer_inside", "has_middleware", "is_inside", "through_middleware"]

Answer = Callable[[Any], Awaitable[Any]]
INSIDE_KEY = "compat_shims.inside_middleware"


def has_middleware(app: quart.Quart, request: Any) -> bool:
    """Tell whether *request* has to pass through middleware that was put on ``app.wsgi_app``."""
    return "wsgi_app" in vars(app) and harness_of(request.scope) is None


async def through_middleware(bridge: Any, request: Any, answer: Answer) -> Any:
    """Let the middleware call *answer*, and return what it has made of the response."""
    lane = Lane(bridge.pool)
    token = current_lane.set(lane)
    environ = make_environ(request)
    environ[INSIDE_KEY] = _Inside(bridge, lane, request, answer)

    async def leave() -> None:
        _quart.unbind([(current_lane, token)])
        lane.close()

    response = None
    try:
        response = await lane.run(partial(_call, bridge, environ))
    finally:
        closers = request.scope.get(OPEN_KEY)
        if closers is not None and isinstance(getattr(response, "response", None), LaneStream):
            closers.insert(0, leave)
        else:
            await leave()
    return response


def _call(bridge: Any, environ: dict[str, Any]) -> quart.Response:
    make: Any = bridge.companion.response_class.from_app
    answer = from_wsgi(make(vars(bridge.app)["wsgi_app"], environ))
    return as_quart(answer, bridge.app, environ)


def is_inside(environ: dict[str, Any]) -> bool:
    """Tell whether *environ* comes from `through_middleware`."""
    return INSIDE_KEY in environ


def answer_inside(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Be the WSGI app that the middleware is around."""
    body: Iterable[bytes] = environ.pop(INSIDE_KEY)(environ, start_response)
    return body


@dataclass(frozen=True, slots=True)
class _Inside:
    """The WSGI app that the middleware is around, for one request."""

    bridge: Any
    lane: Lane
    request: Any
    answer: Answer

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        from compat_shims.wsgi import quart_request  # noqa: PLC0415  it needs the companion

        errors: list[BaseException] = []
        closers: list[Any] = []
        inner = quart_request(self.bridge.app, environ, self.request.body)
        inner.scope[SCOPE_KEY] = Harness(
            environ, self.lane.worker, errors, preserve_of(self.request.scope)
        )
        inner.scope[OPEN_KEY] = closers
        response = hop(self.answer, inner)
        if errors:
            raise errors[0]
        start_response(response.status, list(response.headers))
        body = as_wsgi_body(response)
        return body if isinstance(body, list) and not closers else _InnerBody(body, closers)


class _InnerBody:
    """The body, after which the contexts of the request inside end."""

    def __init__(self, chunks: Iterable[bytes], closers: list[Any]) -> None:
        self._chunks = chunks
        self._closers = closers
        self._iterator = iter(chunks)

    def __iter__(self) -> "_InnerBody":
        return self

    def __next__(self) -> bytes:
        return next(self._iterator)

    def close(self) -> None:
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
        while self._closers:
            hop(self._closers.pop())
