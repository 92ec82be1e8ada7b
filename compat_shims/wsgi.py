"""WSGI and ASGI, told to each other."""

import io
from typing import Any

import quart
from werkzeug.datastructures import Headers

from compat_shims.testing.environ import asgi_scope, read_body

__all__ = ["quart_request"]


def quart_request(app: quart.Quart, environ: dict[str, Any]) -> Any:
    """Return a request of *app* for *environ*, whose body stays readable."""
    scope: Any = asgi_scope(environ)
    body = read_body(environ) if environ.get("CONTENT_LENGTH") else b""
    if body:
        environ["wsgi.input"] = io.BytesIO(body)
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
    request.body.set_result(body)
    return request


async def _no_push(path: str, headers: Headers) -> None:
    """Push nothing: there is no connection."""
