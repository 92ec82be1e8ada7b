"""WSGI apps served by the Quart app: under a prefix, or for the routes that it does not have."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, copy_context
from functools import partial
from typing import Any

import flask
import quart
from quart.routing import QuartRule
from werkzeug.datastructures import Headers

from compat_shims.body import BodyStream, SharedBody
from compat_shims.companion import Companion, flask_app
from compat_shims.response import from_wsgi
from compat_shims.strangler import share_with

__all__ = ["mount", "quart_request"]

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
FALLBACK = "compat_shims.fallback"


def mount(app: quart.Quart, prefix: str, wsgi_app: WSGIApp) -> None:
    """Let *wsgi_app* answer, in lanes, what comes in under *prefix* (such as ``"/legacy"``).

    With ``""`` it answers every request for which *app* has no route. The hooks of *app* run
    around it. A `flask.Flask` shares the session, `g`, error pages and, where it has none of its
    own, configuration with *app*; any other WSGI app finds the environ and nothing else.

    Raises `ValueError` for a *prefix* that does not begin with a slash, or ends with one.
    """
    companion = flask_app(app)
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        msg = f'mount() takes a prefix like "/legacy", or "" for the fallback, not {prefix!r}'
        raise ValueError(msg)
    if isinstance(wsgi_app, flask.Flask) and not isinstance(wsgi_app, Companion):
        share_with(companion, wsgi_app)
    view = partial(_serve, companion, prefix, wsgi_app)
    if not prefix:
        app.view_functions[FALLBACK] = view
        companion.bridge.fallback = QuartRule("/", endpoint=FALLBACK)
        return
    endpoint = f"compat_shims.mount:{prefix}"
    app.view_functions[endpoint] = view
    for rule in (f"{prefix}/", f"{prefix}/<path:_>"):
        # Not app.add_url_rule(): it would choose methods.
        app.url_map.add(
            QuartRule(rule, endpoint=endpoint, strict_slashes=False, merge_slashes=False)
        )


def _serve(companion: Companion, prefix: str, wsgi_app: WSGIApp, **_: Any) -> flask.Response:
    environ = _shifted(flask.request.environ, prefix)
    body = getattr(quart.request, "body", None)
    if isinstance(body, SharedBody):  # A hook may have read from Flask's stream already.
        environ["wsgi.input"] = io.BufferedReader(BodyStream(body))
    # What the app binds stays its own: a stream in it may outlive its call by far.
    context = copy_context()
    make: Any = companion.response_class.from_app
    response: flask.Response = context.run(make, wsgi_app, environ)
    response.response = _InContext(context, response.response)
    return from_wsgi(response)


def _shifted(environ: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return *environ* as an app at *prefix* has to see it."""
    shifted = {key: value for key, value in environ.items() if key != "werkzeug.request"}
    shifted["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
    shifted["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
    return shifted


class _InContext(Iterator[bytes]):
    """The body that a WSGI app returned, iterated and closed in the context of the app's call."""

    def __init__(self, context: Context, body: Iterable[Any]) -> None:
        self._context = context
        self._body = body
        self._iterator = context.run(iter, body)

    def __next__(self) -> Any:
        return self._context.run(next, self._iterator)

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            self._context.run(close)


def quart_request(app: quart.Quart, environ: dict[str, Any], body: Any = None) -> Any:
    """Return a request of *app* for *environ*, with the body of another request if given."""
    from compat_shims.testing.environ import asgi_scope, read_body  # noqa: PLC0415  only here

    scope: Any = asgi_scope(environ)
    headers = Headers(
        (k.decode("latin-1").title(), v.decode("latin-1")) for k, v in scope["headers"]
    )
    request = app.request_class(
        scope["method"],
        scope["scheme"],
        scope["path"].removeprefix(scope["root_path"]),
        scope["query_string"],
        headers,
        scope["root_path"],
        scope["http_version"],
        scope=scope,
        send_push_promise=_no_push,
    )
    if body is not None:
        request.body = body
        return request
    data = read_body(environ) if environ.get("CONTENT_LENGTH") else b""
    if data:  # Both frameworks read it.
        environ["wsgi.input"] = io.BytesIO(data)
    request.body.set_result(data)
    return request


async def _no_push(path: str, headers: Headers) -> None:
    """Push nothing: there is no connection."""
