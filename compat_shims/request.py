"""One request seen from both sides: its environ, and Quart's request class."""

import inspect
import io
import sys
from functools import cache
from typing import Any

import flask
from quart import Request
from quart.wrappers import Websocket

from compat_shims._quart import remember_json
from compat_shims.body import BodyStream, KeepingFormParser, SharedBody
from compat_shims.harness import harness_of
from compat_shims.uploads import share_files

__all__ = [
    "SIDE_KEY",
    "bridged_request_class",
    "is_flasks",
    "make_environ",
    "share_attributes",
    "sharing_request_class",
]

SIDE_KEY = "compat_shims.side"
"""In the ASGI scope: the Flask side of the request."""


class _FlaskLike:
    """What Flask's request has, or does differently; mixed in before Quart's class."""

    body_class = SharedBody
    form_data_parser_class = KeepingFormParser
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
        if force or silent or self.is_json:
            found = await super().get_json(force=force, silent=silent, cache=cache)  # type: ignore[misc]
        else:
            found = self.on_json_loading_failed(None)
        if inspect.isawaitable(found):  # request.on_json_loading_failed = an async function
            found = await found
            remember_json(self, found if cache else ...)
        return found

    def on_json_loading_failed(self, error: Exception | None) -> Any:
        """Answer what cannot be parsed as Flask's request does."""
        beside = self._beside()
        if beside is None:
            return super().on_json_loading_failed(error)  # type: ignore[misc]
        return beside.on_json_loading_failed(error)

    def __getattr__(self, name: str) -> Any:
        """Return what was set on Flask's request: extensions keep there what they found."""
        beside = None if name == "scope" else self._beside()
        if beside is None or name not in vars(beside):
            raise _missing(self, name)
        return vars(beside)[name]

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


@cache
def bridged_request_class(cls: Any) -> Any:
    """Return *cls* with what Flask's request has; what *cls* itself overrides stays."""
    own: dict[str, Any] = {
        name: inspect.getattr_static(cls, name)
        for name in _DIFFERENT
        if inspect.getattr_static(cls, name) is not inspect.getattr_static(Request, name)
    }
    return type(cls.__name__, (_FlaskLike, cls), own | {"__module__": cls.__module__})


def is_flasks(cls: Any) -> bool:
    """Whether *cls* is a class of Flask's requests: the app leaves it to its companion."""
    return isinstance(cls, type) and issubclass(cls, flask.Request)


class _QuartLike:
    """What Flask's request has beside Quart's; mixed in before Flask's class."""

    _beside: Any = None
    _made_by_quart: frozenset[str] = frozenset()

    @property
    def files(self) -> Any:
        """The uploads, whose `save` async code may await."""
        found: Any = super().files  # type: ignore[misc]
        share_files(found)
        return found

    def __getattr__(self, name: str) -> Any:
        """Return what was set on Quart's request, by a hook of the app as a rule."""
        if self._beside is None or name in self._made_by_quart or name not in vars(self._beside):
            raise _missing(self, name)
        return vars(self._beside)[name]


@cache
def sharing_request_class(cls: Any) -> Any:
    """Return *cls*, of Flask's requests, that also has what was set on Quart's request."""
    return type(cls.__name__, (_QuartLike, cls), {"__module__": cls.__module__})


def share_attributes(flask_request: Any, quart_request: Any) -> None:
    """Show on *flask_request* whatever is set on *quart_request* from now on."""
    flask_request._beside = quart_request  # noqa: SLF001  of `_QuartLike`
    flask_request._made_by_quart = frozenset(vars(quart_request))  # noqa: SLF001  see above


def _missing(request: Any, name: str) -> AttributeError:
    return AttributeError(f"{type(request).__name__!r} object has no attribute {name!r}")


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
