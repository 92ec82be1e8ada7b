"""The seam between the shims and a test client that drives a Quart app from synchronous tests.

A client puts a `Harness` under `SCOPE_KEY` into the ASGI scope of each request that it sends.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from compat_shims.worker import Worker

SCOPE_KEY = "compat_shims.harness"
WATCH_KEY = "compat_shims.watch"

Preserve = Callable[[AbstractContextManager[Any]], None]


@dataclass(frozen=True, slots=True)
class Harness:
    """What a test client asks of the one request that carries it."""

    environ: dict[str, Any]
    """The WSGI environ that the request was built from: Flask's request uses it as it is."""
    worker: Worker | None
    """Runs the synchronous code of the request instead of a thread of the pool: the thread that
    called the client, so that its in-memory SQLite and its thread-locals are seen there."""
    errors: list[BaseException]
    """Takes the exception that Flask would have let through to its WSGI caller."""
    preserve: Preserve | None
    """Called with each Flask context that has to stay readable when the request is over."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What Quart's test client asks of the one request that carries it, under `WATCH_KEY`."""

    errors: list[BaseException]
    """Takes the exception that would have become a bare page for status 500."""
    preserve: Preserve | None
    """As in `Harness`."""


def watch_of(scope: Mapping[str, Any]) -> Watch | None:
    """Return the watch that the client put into *scope*."""
    watch = scope.get(WATCH_KEY)
    return watch if isinstance(watch, Watch) else None


def preserve_of(scope: Mapping[str, Any]) -> Preserve | None:
    """Return what takes the Flask contexts that a test client wants to read afterwards."""
    client = harness_of(scope) or watch_of(scope)
    return client.preserve if client is not None else None


def harness_of(scope: Mapping[str, Any]) -> Harness | None:
    """Return the harness that the client put into *scope*; None for a real request."""
    harness = scope.get(SCOPE_KEY)
    return harness if isinstance(harness, Harness) else None
