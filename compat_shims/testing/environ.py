"""A WSGI environ read as an ASGI request.

The two ends agree on less than it seems; the rules below are those of
https://peps.python.org/pep-3333/#environ-variables and
https://asgi.readthedocs.io/en/latest/specs/www.html#http-connection-scope.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

_IN_PATHS = "/%:@!$&'()*+,;=~"
"""Stands in a path as it is: https://datatracker.ietf.org/doc/html/rfc3986#section-3.3 (and what
is quoted already)."""

_CONTENT_HEADERS = {"CONTENT_TYPE": b"content-type", "CONTENT_LENGTH": b"content-length"}


def asgi_scope(environ: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ASGI ``http`` scope of the request that *environ* describes."""
    root_path = _text(environ, "SCRIPT_NAME").rstrip("/")
    path = root_path + _absolute(_text(environ, "PATH_INFO"))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").rpartition("/")[2],
        "method": environ["REQUEST_METHOD"].upper(),
        "scheme": environ.get("wsgi.url_scheme", "http"),
        "path": path,
        "raw_path": _raw_path(environ, path),
        "root_path": root_path,
        "query_string": _bytes(environ.get("QUERY_STRING", "")),
        "headers": list(_headers(environ)),
        "client": _client(environ),
        "server": (environ.get("SERVER_NAME", "localhost"), _port(environ, "SERVER_PORT", 80)),
        "extensions": {},
    }


def read_body(environ: Mapping[str, Any]) -> bytes:
    """Read the whole body of the request that *environ* describes.

    A body without a length is read to its end where the server says that it has one
    (``wsgi.input_terminated``), or where the request is chunked. The stream is left as it was: a
    client that follows a redirect sends it again.
    """
    stream = environ.get("wsgi.input")
    if stream is None:
        return b""
    position = stream.tell() if _is_seekable(stream) else None
    body = _read(stream, environ)
    if position is not None:
        stream.seek(position)
    return body


def _is_seekable(stream: Any) -> bool:
    seekable = getattr(stream, "seekable", None)
    return seekable is not None and bool(seekable())


def _read(stream: Any, environ: Mapping[str, Any]) -> bytes:
    length = _length(environ)
    if length is not None:
        return _read_up_to(stream, length)
    if environ.get("wsgi.input_terminated") or _is_chunked(environ):
        return bytes(stream.read())
    return b""


def _length(environ: Mapping[str, Any]) -> int | None:
    if _is_chunked(environ):
        return None
    value = str(environ.get("CONTENT_LENGTH") or "").strip()
    return int(value) if value.isascii() and value.isdigit() else None


def _is_chunked(environ: Mapping[str, Any]) -> bool:
    return str(environ.get("HTTP_TRANSFER_ENCODING", "")).strip().lower() == "chunked"


def _read_up_to(stream: Any, length: int) -> bytes:
    parts = []
    while length > 0 and (part := stream.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _headers(environ: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    for key, value in environ.items():
        if key in _CONTENT_HEADERS:
            if value not in (None, ""):
                yield _CONTENT_HEADERS[key], _bytes(str(value))
        # As Werkzeug reads them: these two would repeat the ones above.
        elif key.startswith("HTTP_") and key[5:] not in _CONTENT_HEADERS:
            yield _bytes(key[5:].replace("_", "-").lower()), _bytes(str(value))


def _client(environ: Mapping[str, Any]) -> tuple[str, int] | None:
    address = environ.get("REMOTE_ADDR")
    return (address, _port(environ, "REMOTE_PORT", 0)) if address else None


def _port(environ: Mapping[str, Any], key: str, default: int) -> int:
    value = str(environ.get(key) or "")
    return int(value) if value.isdigit() else default


def _raw_path(environ: Mapping[str, Any], path: str) -> bytes:
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "").partition("?")[0]
    # Werkzeug's test environ has the path as the test wrote it; a server never gets it so.
    written = _bytes(raw) if raw.startswith("/") else quote(path).encode()
    return quote(written, safe=_IN_PATHS).encode()


def _absolute(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"


def _text(environ: Mapping[str, Any], key: str) -> str:
    # WSGI passes the bytes of the path as latin-1 text.
    return _bytes(environ.get(key, "")).decode("utf-8", "replace")


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # Not valid in WSGI, and sent by tests nevertheless.
        return text.encode()
