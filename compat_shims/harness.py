"""The seam between the shims and a test client that drives a Quart app from synchronous tests.

A client puts a `Harness` under `SCOPE_KEY` into the ASGI scope of each request that it sends.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from compat_shims.pool import Worker

SCOPE_KEY = "compat_shims.harness"


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
    preserve: Callable[[AbstractContextManager[Any]], None] | None
    """Called with each Flask context that has to stay readable when the request is over."""


def harness_of(scope: Mapping[str, Any]) -> Harness | None:
    """Return the harness that the client put into *scope*; None for a real request."""
    harness = scope.get(SCOPE_KEY)
    return harness if isinstance(harness, Harness) else None
