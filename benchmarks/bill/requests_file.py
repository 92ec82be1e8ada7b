"""The requests that press an app: a HAR file, a JSON list, or what a pytest run sent."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.errors import UsageError
from benchmarks.load import Request, build

# Set by the client itself, or about one hop only (RFC 9110, 7.6.1).
_NOT_SENT = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: method, path with its query, headers, body."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def ready(self) -> Request:
        """Return it as it goes over the wire, counted under its method and path."""
        stream = f"{self.method} {self.path.partition('?')[0]}"
        return build(stream, self.method, self.path, self.headers, self.body)


def read(path: Path) -> tuple[Recorded, ...]:
    """Read a HAR file or a JSON list of ``{"method", "path", "headers", "body"}``.

    Only ``path`` is needed; ``body_base64`` stands for a body that is not text.

    Raises:
        UsageError: It cannot be read, is neither, or holds no request.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = tuple(_har(content) if isinstance(content, dict) else map(_entry, content))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: neither a HAR file nor a list of requests: {error}.") from error
    if not found:
        raise UsageError(f"{path}: holds no request.")
    return found


def of_routes(rules: Iterable[Any]) -> tuple[Recorded, ...]:
    """Return a GET request for each rule of a URL map that takes one and has no arguments."""
    plain = (rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments)
    return tuple(Recorded("GET", path) for path in sorted({rule.rule for rule in plain}))


def _har(content: Mapping[str, Any]) -> Iterable[Recorded]:
    """Read a HAR file (http://www.softwareishard.com/blog/har-12-spec/)."""
    for entry in content["log"]["entries"]:
        request = entry["request"]
        url = urlsplit(request["url"])
        post = request.get("postData", {})
        yield Recorded(
            request["method"],
            (url.path or "/") + (f"?{url.query}" if url.query else ""),
            _headers((header["name"], header["value"]) for header in request.get("headers", ())),
            str(post.get("text", "")).encode(),
        )


def _entry(entry: Mapping[str, Any]) -> Recorded:
    headers = entry.get("headers", {})
    pairs: Iterable[Sequence[str]] = headers.items() if isinstance(headers, dict) else headers
    body = entry.get("body", "")
    raw = base64.b64decode(entry["body_base64"]) if "body_base64" in entry else str(body).encode()
    return Recorded(entry.get("method", "GET"), entry["path"], _headers(pairs), raw)


def _headers(pairs: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, value in pairs
        if name.lower() not in _NOT_SENT and not name.startswith(":")
    )
