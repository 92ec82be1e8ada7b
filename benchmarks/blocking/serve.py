"""The server process: ``python -m benchmarks.blocking.serve APPLICATION SERVER PORT``."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from benchmarks.blocking.applications import APPLICATIONS, THREADS
from benchmarks.blocking.meter import METER, counting_loop

HOST = "127.0.0.1"

# Longer than any phase, so that no server closes an idle connection meanwhile; seconds.
KEEP_ALIVE = 120


def gunicorn(app: Any, port: int) -> None:
    """Serve a WSGI app by gunicorn: one worker with threads."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415  only this server needs it

    class Server(BaseApplication):  # type: ignore[misc] # no types
        def load_config(self) -> None:
            settings = {
                "bind": f"{HOST}:{port}",
                "worker_class": "gthread",
                "threads": THREADS,
                "workers": 1,
                "keepalive": KEEP_ALIVE,
                "graceful_timeout": 1,
                "loglevel": "error",
                "control_socket_disable": True,
                "post_worker_init": lambda _: METER.start(),
            }
            for key, value in settings.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            return app

    Server().run()


def werkzeug(app: Any, port: int) -> None:
    """Serve a WSGI app by werkzeug's development server, a thread a connection."""
    from werkzeug.serving import run_simple  # noqa: PLC0415  only this server needs it

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    METER.start()
    run_simple(HOST, port, app, threaded=True)


def uvicorn(app: Any, port: int, keep_alive: int = KEEP_ALIVE) -> None:
    """Serve an ASGI app by uvicorn, on uvloop where that can be."""
    import uvicorn as server  # noqa: PLC0415  only this server needs it

    config = server.Config(
        app, host=HOST, port=port, log_level="error", timeout_keep_alive=keep_alive
    )
    _run(server.Server(config).serve(), _fastest())


def hypercorn(app: Any, port: int, keep_alive: int = KEEP_ALIVE) -> None:
    """Serve an ASGI app by hypercorn, on asyncio's loop, as is its default."""
    from hypercorn.asyncio import serve  # noqa: PLC0415  only this server needs it
    from hypercorn.config import Config  # noqa: PLC0415  only this server needs it

    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.keep_alive_timeout = keep_alive
    config.loglevel = "ERROR"
    _run(serve(app, config), asyncio.SelectorEventLoop)


SERVERS: Mapping[str, Callable[[Any, int], None]] = {
    "gunicorn": gunicorn,
    "werkzeug": werkzeug,
    "uvicorn": uvicorn,
    "hypercorn": hypercorn,
}


def _run(serving: Coroutine[Any, Any, None], loop: type[asyncio.AbstractEventLoop]) -> None:
    async def main() -> None:
        heart = asyncio.ensure_future(METER.beat())
        METER.start()
        try:
            await serving
        finally:
            heart.cancel()

    with asyncio.Runner(loop_factory=counting_loop(loop)) as runner:
        runner.run(main())


def _fastest() -> type[asyncio.AbstractEventLoop]:
    # quart-flask-patch replaces asyncio's tasks and cannot work with uvloop's loop.
    if "quart_flask_patch" in sys.modules:
        return asyncio.SelectorEventLoop
    try:
        import uvloop  # noqa: PLC0415  there is none for Windows
    except ImportError:
        return asyncio.SelectorEventLoop
    loop: type[asyncio.AbstractEventLoop] = uvloop.Loop
    return loop


if __name__ == "__main__":
    SERVERS[sys.argv[2]](APPLICATIONS[sys.argv[1]](), int(sys.argv[3]))
