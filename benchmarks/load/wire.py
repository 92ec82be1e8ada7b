"""Requests as they go over the wire."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it goes over the wire, and the stream that it is counted under."""

    stream: str
    wire: bytes


def get(stream: str, path: str, headers: Iterable[tuple[str, str]] = ()) -> Request:
    """Return a GET request for `path`."""
    return build(stream, "GET", path, headers, b"")


def build(
    stream: str, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes
) -> Request:
    """Return a request; its host and the length of its body are added."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"content-length: {len(body)}"] if body else []
    return Request(stream, "\r\n".join((*lines, "", "")).encode("latin-1") + body)
