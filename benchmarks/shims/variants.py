"""What is measured: ways of hopping to a thread, and ways of answering a request.

Each makes an operation for the round to repeat. Libraries are imported where they are used, since
quart-flask-patch has to come before Flask and Quart, in a process of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

Hop = Callable[[Callable[[], None]], Awaitable[object]]

# Hops of one request, so that what the request itself costs hardly counts.
HOPS = 50


def nothing() -> None:
    """Do nothing, elsewhere."""


def executor() -> Hop:
    """Hop by the bare executor that asyncio offers: the floor."""
    pool = ThreadPoolExecutor(40)
    return lambda work: asyncio.get_running_loop().run_in_executor(pool, work)


def asyncio_to_thread() -> Hop:
    """Hop by ``asyncio.to_thread``, which carries context variables over."""
    return asyncio.to_thread


def anyio_to_thread() -> Hop:
    """Hop by ``anyio.to_thread``."""
    from anyio.to_thread import run_sync  # noqa: PLC0415  see the module's docstring

    return run_sync


def asgiref_sync_to_async() -> Hop:
    """Hop by asgiref's ``sync_to_async``, as Django and Flask's async views do."""
    from asgiref.sync import sync_to_async  # noqa: PLC0415  see the module's docstring

    return lambda work: sync_to_async(work, thread_sensitive=False)()


def quart_run_sync() -> Hop:
    """Hop by Quart's ``run_sync``, as its sync views do."""
    from quart.utils import run_sync  # noqa: PLC0415  see the module's docstring

    return lambda work: run_sync(work)()


def shims_offload() -> Hop:
    """Hop by ``compat_shims.offload``, into the lane of the request."""
    from compat_shims import offload  # noqa: PLC0415  see the module's docstring

    return offload


HOP_WAYS: Mapping[str, Callable[[], Hop]] = {
    "bare executor": executor,
    "asyncio.to_thread": asyncio_to_thread,
    "anyio.to_thread": anyio_to_thread,
    "asgiref.sync_to_async": asgiref_sync_to_async,
    "quart run_sync": quart_run_sync,
    "compat_shims.offload": shims_offload,
}


def hopping(hop: Hop) -> Any:
    """Return an app whose view hops many times."""
    app = _quart(companion=hop is _offload())

    async def view() -> str:
        for _ in range(HOPS):
            await hop(nothing)
        return "ok"

    app.add_url_rule("/", "view", view)
    return app


def answering(*, sync_view: bool, sync_hooks: bool, companion: bool, offloads: int = 0) -> Any:
    """Return an app with one view, and two hooks around it where `sync_hooks` says so."""
    app = _quart(companion=companion)
    app.add_url_rule("/", "view", _sync if sync_view else partial(_async, offloads))
    if sync_hooks:
        app.before_request(nothing)
        app.after_request(lambda response: response)
    return app


def hopping_around(way: Callable[[], Hop]) -> Any:
    """Return an app whose async view and two async hooks each hop once."""
    app, hop = _quart(companion=False), way()

    async def before() -> None:
        await hop(nothing)

    async def view() -> str:
        await hop(nothing)
        return "ok"

    async def after(response: Any) -> Any:
        await hop(nothing)
        return response

    app.before_request(before)
    app.add_url_rule("/", "view", view)
    app.after_request(after)
    return app


def bridged() -> Any:
    """Return an app whose view and hooks are Flask code."""
    from flask import g, request  # noqa: PLC0415  see the module's docstring

    app = _quart(companion=True)

    def before() -> None:
        g.path = request.path

    def view() -> str:
        return str(g.path)

    app.before_request(before)
    app.add_url_rule("/", "view", view)
    return app


REQUEST_WAYS: Mapping[str, Callable[[], Any]] = {
    "async view": partial(answering, sync_view=False, sync_hooks=False, companion=False),
    "sync view": partial(answering, sync_view=True, sync_hooks=False, companion=False),
    "sync view, 2 sync hooks": partial(answering, sync_view=True, sync_hooks=True, companion=False),
    "anyio.to_thread: view, 2 hooks": partial(hopping_around, anyio_to_thread),
    "asgiref.sync_to_async: view, 2 hooks": partial(hopping_around, asgiref_sync_to_async),
    "companion: async view": partial(answering, sync_view=False, sync_hooks=False, companion=True),
    "companion: async view, 1 offload": partial(
        answering, sync_view=False, sync_hooks=False, companion=True, offloads=1
    ),
    "companion: sync view, 2 sync hooks": partial(
        answering, sync_view=True, sync_hooks=True, companion=True
    ),
    "companion: Flask view, Flask hook": bridged,
}

PATCH_WAYS: Mapping[str, Callable[[], Any]] = {
    "quart-flask-patch: async view": REQUEST_WAYS["async view"],
    "quart-flask-patch: sync view, 2 sync hooks": REQUEST_WAYS["sync view, 2 sync hooks"],
}


def _sync() -> str:
    return "ok"


async def _async(offloads: int) -> str:
    for _ in range(offloads):
        await _offload()(nothing)
    return "ok"


def _offload() -> Hop:
    from compat_shims import offload  # noqa: PLC0415  see the module's docstring

    return offload


def _quart(*, companion: bool) -> Any:
    from quart import Quart  # noqa: PLC0415  see the module's docstring

    app = Quart("benchmark")
    if companion:
        from compat_shims import flask_app  # noqa: PLC0415  see the module's docstring

        flask_app(app)
    return app
