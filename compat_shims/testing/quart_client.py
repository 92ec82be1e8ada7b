"""Quart's test client for an app with a companion: it is awaited, and takes what Flask's takes.

::

    client = app.test_client()
    response = await client.post("/upload", data={"file": (stream, "a.png")})
    async with client:
        await client.get("/")
        assert session["name"] == current_user.name

Under ``async with`` the contexts of the last request stay readable, by Flask's names and by
Quart's. A response has the ``request`` that it answers and the ``history`` of redirects.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin

import flask.testing
from quart.testing import QuartClient
from werkzeug.datastructures import Headers

from compat_shims import _quart
from compat_shims.companion import flask_app
from compat_shims.harness import WATCH_KEY, Watch
from compat_shims.testing.environ import asgi_scope, read_body

QUARTS_OWN = frozenset({"files", "form", "http_version", "root_path", "scheme", "scope_base"})
"""Arguments of a request that only Quart's client knows: with one of them it is left to that."""

_REDIRECTS = frozenset({301, 302, 303, 305, 307, 308})
_SAME_METHOD = frozenset({305, 307, 308})
_MOST_REDIRECTS = 20
_DESCRIBED_BY_QUART = ("type", "asgi", "extensions", "headers")
_FLASK_COOKIE_ARGS = 2  # key and value
_USER_AGENT = "Quart"
_FROM = ("127.0.0.1", 0)
_LOCAL = "localhost"
_KEPT = 2
"""Contexts of one request: the app's and the request's."""


class CompanionClient(QuartClient):
    """Quart's client, which takes what Flask's client takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of Quart's client."""
        super().__init__(*args, **kwargs)
        self.environ_base = {
            "REMOTE_ADDR": _FROM[0],
            "HTTP_USER_AGENT": _USER_AGENT,
        }
        self._kept: list[Any] = []

    async def open(
        self, *args: Any, follow_redirects: bool = False, buffered: bool = False, **kwargs: Any
    ) -> Any:
        """Send a request by the arguments of either client; a response is always *buffered*."""
        del buffered
        # One request's contexts make room for the next one's, as in Flask's client.
        self._let_go()
        if QUARTS_OWN & kwargs.keys():
            scope = {"client": _FROM} | (kwargs.pop("scope_base", None) or {})
            return await self._keeping(
                *args, follow_redirects=follow_redirects, scope_base=scope, **kwargs
            )
        environ = self._environ(*args, **kwargs)
        response = await self._sent(environ)
        history: list[Any] = []
        while follow_redirects and response.status_code in _REDIRECTS:
            if len(history) == _MOST_REDIRECTS:
                msg = f"{environ['PATH_INFO']}: more than {_MOST_REDIRECTS} redirects"
                raise RuntimeError(msg)
            history.append(response)
            environ = self._environ(**_redirected(environ, response))
            response = await self._sent(environ)
            response.history = tuple(history)
        return response

    def _environ(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        base = {**self.environ_base, **kwargs.pop("environ_base", {})}
        companion = flask_app(self.app)
        builder = flask.testing.EnvironBuilder(companion, *args, environ_base=base, **kwargs)
        try:
            return dict(builder.get_environ())
        finally:
            builder.close()

    async def _sent(self, environ: dict[str, Any]) -> Any:
        scope = asgi_scope(environ)
        headers = Headers((name.decode(), value.decode()) for name, value in scope["headers"])
        own = {name: scope[name] for name in scope if name not in _DESCRIBED_BY_QUART}
        body = read_body(environ)
        response = await self._keeping(
            quote(scope["path"]),
            method=scope["method"],
            headers=headers,
            data=body or None,
            scheme=scope["scheme"],
            scope_base=own,
        )
        response.request = flask_app(self.app).request_class(environ)
        response.history = ()
        return response

    async def _keeping(self, *args: Any, scope_base: Any = None, **kwargs: Any) -> Any:
        """Send by Quart's client, and keep Flask's contexts of the last request readable."""
        new: list[Any] = []
        keeps, self.preserve_context = self.preserve_context, False  # Quart keeps its own only.
        watch = Watch([], new.append if keeps else None)
        try:
            scope = {**(scope_base or {}), WATCH_KEY: watch}
            response = await super().open(*args, scope_base=scope, **kwargs)
        finally:
            self.preserve_context = keeps
        if watch.errors:
            raise watch.errors[0]
        self._let_go()
        for context in new[-_KEPT:]:
            self._kept += context.bind()
        return response

    async def __aexit__(self, *error: object) -> None:
        """Let the contexts of the last request go."""
        self.preserve_context = False
        self._let_go()

    def _let_go(self) -> None:
        """Unbind the contexts of the last request, if this is the task that sent it.

        A fixture of pytest-asyncio begins and ends in a task of its own, beside that of the test.
        """
        _quart.unbind(self._kept)
        self._kept = []

    def get_cookie(self, key: str, domain: str = _LOCAL, path: str = "/") -> Any:
        """Return a cookie, which has a ``value``; ``None`` if there is none."""
        domains = {domain, f"{domain}.local", f".{domain}"}  # http.cookiejar adds ".local".
        found = (it for it in self.cookie_jar or () if it.domain in domains)
        return next((it for it in found if (it.name, it.path) == (key, path)), None)

    def set_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Set a cookie: by key and value, or by server, key and value as Quart has it."""
        super().set_cookie(*_with_server(args, kwargs, _FLASK_COOKIE_ARGS), **kwargs)

    def delete_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Delete a cookie: by key, or by server and key."""
        server, key, *rest = _with_server(args, kwargs, _FLASK_COOKIE_ARGS - 1)
        super().set_cookie(server, key, "", 0, 0, *rest, **kwargs)


def _redirected(environ: Mapping[str, Any], response: Any) -> dict[str, Any]:
    """Return the arguments of the request that follows *response*, as Werkzeug's client does."""
    request = response.request
    same = response.status_code in _SAME_METHOD
    headers = Headers(request.headers)
    for name in ("Content-Length", "Content-Type", "Cookie", "Host"):
        headers.remove(name)
    arguments = {
        "path": urljoin(request.url, response.location),
        "method": request.method if same or request.method == "HEAD" else "GET",
        "headers": headers,
    }
    if same:
        arguments |= {"data": read_body(environ), "content_type": environ.get("CONTENT_TYPE")}
    return arguments


def _with_server(args: tuple[Any, ...], kwargs: dict[str, Any], most: int) -> tuple[Any, ...]:
    """Put the server's name first, as Quart wants it: Flask's client has it as ``domain``."""
    if len(args) > most or "server_name" in kwargs:
        return args
    return (kwargs.pop("domain", None) or _LOCAL, *args)
