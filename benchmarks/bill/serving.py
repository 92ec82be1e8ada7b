"""Know which threads serve requests, from around an app's own entry points."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

Wsgi = Callable[..., Iterable[bytes]]
Handle = Callable[..., Coroutine[Any, Any, Any]]


class Threads:
    """Threads that serve a request of a WSGI app, for as long as they do."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._serving: dict[int, str] = {}
        self.requests: Counter[str] = Counter()

    def around(self, app: Wsgi) -> Wsgi:
        """Return the WSGI app (or unbound method) `app` with its requests noted."""

        def served(*arguments: Any) -> Iterable[bytes]:
            thread, environ = threading.get_ident(), arguments[-2]
            before = self._serving.get(thread)
            self._serving[thread] = path = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            self.requests[path] += 1
            try:
                return app(*arguments)
            finally:
                if before is None:
                    del self._serving[thread]
                else:
                    self._serving[thread] = before

        return served

    def watched(self) -> Mapping[int, str]:
        """Return the threads that serve a request now."""
        return dict(self._serving)


class Loops:
    """Threads of event loops that serve requests, and the request of the current task of each."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._loops: dict[int, asyncio.AbstractEventLoop] = {}
        self._paths: WeakKeyDictionary[asyncio.Task[Any], str] = WeakKeyDictionary()
        self.requests: Counter[str] = Counter()

    def around(self, handle: Handle) -> Handle:
        """Return ``Quart.handle_request`` (bound or not) with its requests noted."""

        async def served(*arguments: Any) -> Any:
            request, task = arguments[-1], asyncio.current_task()
            path = f"{request.method} {request.path}"
            self._loops[threading.get_ident()] = asyncio.get_running_loop()
            self.requests[path] += 1
            if task is not None:
                self._paths[task] = path
            return await handle(*arguments)

        return served

    def watched(self) -> Mapping[int, str]:
        """Return the threads of the loops that run, with the request of the current task."""
        running = {thread: loop for thread, loop in self._loops.copy().items() if loop.is_running()}
        tasks = {thread: asyncio.current_task(loop) for thread, loop in running.items()}
        return {thread: self._paths.get(task, "") if task else "" for thread, task in tasks.items()}
