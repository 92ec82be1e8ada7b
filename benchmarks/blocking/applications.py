"""The same endpoints as several applications: one for each way of having blocking calls in Quart.

What each needs is imported where it is made: quart-flask-patch has to come before Flask and Quart,
and a Flask server is not to pay for Quart.
"""

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.blocking.work import BLOCKING, NATIVE

# As many as the shims lease by default, so that the same number of calls can wait at once.
THREADS = 40

Handler = Callable[[], str] | Callable[[], Awaitable[str]]
Offload = Callable[[Callable[[], str]], Awaitable[str]]


def flask() -> Any:
    """Make a Flask app."""
    from flask import Flask  # noqa: PLC0415  see the module's docstring

    return with_routes(Flask("benchmark"), BLOCKING, trivial)


def quart_sync() -> Any:
    """Make a Quart app with ``def`` views, which Quart runs in the loop's default executor."""
    return with_routes(_quart(), BLOCKING, trivial)


def quart_blocking() -> Any:
    """Make a Quart app with ``async def`` views that block the loop."""
    return with_routes(
        _quart(), {name: _blocking(work) for name, work in BLOCKING.items()}, trivial_async
    )


def quart_anyio() -> Any:
    """Make a Quart app whose views await ``anyio.to_thread``."""
    from anyio.to_thread import run_sync  # noqa: PLC0415  see the module's docstring

    return with_routes(
        _quart(), {name: _offloaded(run_sync, w) for name, w in BLOCKING.items()}, trivial_async
    )


def quart_shims() -> Any:
    """Make a Quart app whose views await ``compat_shims.offload``."""
    from compat_shims import offload  # noqa: PLC0415  see the module's docstring

    return with_routes(
        _quart(), {name: _offloaded(offload, w) for name, w in BLOCKING.items()}, trivial_async
    )


def quart_asgiref() -> Any:
    """Make a Quart app whose views await asgiref's ``sync_to_async``, in a pool of its own."""
    from asgiref.sync import sync_to_async  # noqa: PLC0415  see the module's docstring

    pool = ThreadPoolExecutor(THREADS)

    async def offload(work: Callable[[], str]) -> str:
        return await sync_to_async(work, thread_sensitive=False, executor=pool)()

    return with_routes(
        _quart(), {name: _offloaded(offload, w) for name, w in BLOCKING.items()}, trivial_async
    )


def quart_companion() -> Any:
    """Make a Quart app with a companion and ``def`` views, which run in the lanes of requests."""
    from compat_shims import Options, flask_app  # noqa: PLC0415  see the module's docstring

    app = _quart()
    flask_app(app, Options(max_threads=THREADS))
    return with_routes(app, BLOCKING, trivial_async)


def quart_native() -> Any:
    """Make a Quart app that awaits native async libraries, for what has one."""
    return with_routes(_quart(), NATIVE, trivial_async)


def quart_patch() -> Any:
    """Make a Quart app with ``def`` views under quart-flask-patch, which runs them on the loop."""
    import quart_flask_patch  # noqa: F401, PLC0415  importing it is the patch

    return with_routes(_quart(), BLOCKING, trivial)


APPLICATIONS: Mapping[str, Callable[[], Any]] = {
    "flask": flask,
    "quart-sync": quart_sync,
    "quart-blocking": quart_blocking,
    "quart-anyio": quart_anyio,
    "quart-asgiref": quart_asgiref,
    "quart-shims": quart_shims,
    "quart-companion": quart_companion,
    "quart-native": quart_native,
    "quart-patch": quart_patch,
}


def with_routes(app: Any, handlers: Mapping[str, Handler], trivial: Handler) -> Any:
    """Add a route for each handler, and one for the trivial view."""
    for name, handler in handlers.items():
        app.add_url_rule(f"/{name}", name, handler)
    app.add_url_rule("/trivial", "trivial", trivial)
    return app


def trivial() -> str:
    """Answer at once."""
    return "ok"


async def trivial_async() -> str:
    """Answer at once, on the loop."""
    return "ok"


def _quart() -> Any:
    from quart import Quart  # noqa: PLC0415  see the module's docstring

    return Quart("benchmark")


def _blocking(work: Callable[[], str]) -> Handler:
    async def view() -> str:
        return work()

    return view


def _offloaded(
    offload: Callable[[Callable[[], str]], Awaitable[str]], work: Callable[[], str]
) -> Handler:
    async def view() -> str:
        return await offload(work)

    return view
