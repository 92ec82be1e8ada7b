"""What the tests of this folder run under; the variable TEST_UNDER chooses.

``asyncio`` is the default: pytest-asyncio on the standard library's event loop. ``uvloop`` is
another loop, ``anyio`` another plugin; ``uvicorn`` and ``hypercorn`` are servers, for the tests of
extensions and databases, whose clients then send real requests.
"""

import asyncio
import inspect
import os
from contextlib import nullcontext
from types import FunctionType

import pytest
from served import SERVERS, served_by

UNDER = os.environ.get("TEST_UNDER", "asyncio")

CHOICES = ("asyncio", "uvloop", "anyio", *SERVERS)


def configure(config):
    """Make the choice effective."""
    if UNDER not in CHOICES:
        raise pytest.UsageError(f"TEST_UNDER={UNDER}: choose one of {', '.join(CHOICES)}")
    if UNDER == "uvloop":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if UNDER == "anyio":
        config.pluginmanager.unregister(name="asyncio")
        config.addinivalue_line("markers", "asyncio: runs under the plugin of anyio")


def prepare(function):
    """Mark a coroutine function for the chosen plugin."""
    # By its type: a proxy in a test module would have to be in a context to tell what it is.
    is_function = type(function) is FunctionType
    if UNDER == "anyio" and is_function and inspect.iscoroutinefunction(function):
        pytest.mark.anyio(function)


def served(app):
    """Return a context in which the clients of *app* reach it as chosen."""
    return served_by(UNDER, app) if UNDER in SERVERS else nullcontext()
