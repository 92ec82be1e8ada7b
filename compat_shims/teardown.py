"""The end of a context: teardown functions in Flask's order, and signals."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

import quart.signals
from blinker import Signal

from compat_shims.errors import PoolExhaustedError
from compat_shims.flask_websocket import is_flask_websocket
from compat_shims.lane import Lane, finish, offload

__all__ = ["Teardown"]

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Teardown:
    """What is to be done when one context of Quart ends.

    Flask's own code does it, in one trip to the lane: that of a synchronous view (`run_here`), or
    one of its own (`run`). Where nothing of it is synchronous it needs no lane.
    """

    bridge: Any
    request: Any
    """Quart's request or websocket; None for a bare app context."""
    flask_request: Any
    ends_app_context: bool
    error: BaseException | None

    async def run(self, lane: Lane | None) -> None:
        """Do it all; what has to run in a thread gets one, even if the pool is exhausted.

        A client that disconnects meanwhile cuts short the async function that is awaited then, as
        in Quart. The others run: connections are to be given back. All run in the request's own
        task, by which SQLAlchemy's `async_scoped_session` may know what to remove.
        """
        functions = list(self._functions())
        if self._needs_lane(functions):
            await self._run_in_lane(lane)
        elif functions or not self._is_quiet():
            await self._run_on_loop(functions)
        elif self._is_flasks:
            self.flask_request.close()

    def run_here(self) -> bool:
        """Do it all in the lane, where the caller is already; False if some of it is async."""
        functions = list(self._functions())
        if any(map(iscoroutinefunction, functions)) or not self._is_quiet():
            return False
        if functions or self.bridge.overrides_teardown():
            self._run_by_flask([])
        else:
            self.flask_request.close()
        return True

    def _is_quiet(self) -> bool:
        is_quiet: Callable[[Signal], bool] = self.bridge.relays.is_quiet
        signals = quart.signals
        return is_quiet(signals.request_tearing_down) and is_quiet(signals.appcontext_tearing_down)

    @property
    def _kind(self) -> str | None:
        return str(self.request.scope["type"]) if self.request is not None else None

    @property
    def _is_flasks(self) -> bool:
        """Whether it is a request to Flask: a websocket is one where its handler is Flask code."""
        if self.request is None:
            return False
        return self._kind == "http" or is_flask_websocket(self.bridge.app, self.request)

    async def _run_in_lane(self, lane: Lane | None) -> None:
        if lane is not None and isinstance(self.error, PoolExhaustedError):
            lane.use_spare_thread()  # The request has waited long enough.
        begun: list[bool] = []
        try:
            await self._offloaded(begun)
        except PoolExhaustedError:
            if lane is None or begun:
                raise
            lane.use_spare_thread()
            await self._offloaded(begun)

    async def _offloaded(self, begun: list[bool]) -> None:
        cancelled = None
        while not begun:
            try:
                await offload(self._run_by_flask, begun)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    def _needs_lane(self, functions: list[Function]) -> bool:
        return (
            any(not iscoroutinefunction(function) for function in functions)
            or any(map(self.bridge.relays.has_flask_receivers, self._flask_signals()))
            or self.bridge.overrides_teardown()
        )

    def _flask_signals(self) -> Iterator[str]:
        if self._is_flasks:
            yield "request_tearing_down"
        if self.ends_app_context:
            yield "appcontext_tearing_down"

    def _functions(self) -> Iterator[Function]:
        app = self.bridge.app
        if self.request is not None:
            yield from self._functions_of_request()
        if self.ends_app_context:
            yield from reversed(app.teardown_appcontext_funcs)

    def _functions_of_request(self) -> Iterator[Function]:
        app = self.bridge.app
        table = app.teardown_request_funcs if self._is_flasks else app.teardown_websocket_funcs
        if not table:
            return
        for name in (*self.request.blueprints, None):
            yield from reversed(table.get(name, ()))

    def _run_by_flask(self, begun: list[bool]) -> None:
        begun.append(True)
        finish()
        companion = self.bridge.companion
        try:
            if self._is_flasks:
                companion.do_teardown_request(self.error)
                self.flask_request.close()
            elif self.request is not None:
                for function in self._functions_of_request():
                    companion.ensure_sync(function)(self.error)
        finally:
            if self.ends_app_context:
                companion.do_teardown_appcontext(self.error)

    async def _run_on_loop(self, functions: list[Function]) -> None:
        cancelled = None
        for function in functions:
            try:
                await function(self.error)
            except asyncio.CancelledError as error:
                cancelled = error
        await self._send_signals()
        if cancelled is not None:
            raise cancelled

    async def _send_signals(self) -> None:
        signals = quart.signals
        if self._is_flasks:
            self.flask_request.close()
            await self.bridge.send(signals.request_tearing_down, exc=self.error)
        if self.ends_app_context:
            await self.bridge.send(signals.appcontext_tearing_down, exc=self.error)
