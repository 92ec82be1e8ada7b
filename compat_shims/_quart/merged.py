"""Quart 0.23: one context for the app and the request or websocket.

https://github.com/pallets/quart/blob/0.23.1/src/quart/ctx.py
"""

from contextvars import ContextVar
from functools import partial
from types import TracebackType
from typing import Any

import quart.ctx
import quart.globals

_cv_app: ContextVar[Any] = quart.globals._cv_app
_Native: Any = quart.ctx.AppContext


def request_of(context: Any) -> Any:
    """Return the request or websocket of *context*; None for an app context."""
    return context._request_websocket


def variable_of(_context: Any) -> ContextVar[Any]:
    """Return the variable that holds the active context."""
    return _cv_app


class AppContext(_Native):  # type: ignore[misc]  # its attributes are those of another version
    """Any context, with Flask's beside it; Flask's hold the session and the flashes."""

    side: Any = None
    _cv_token: Any

    def __init__(self, app: Any, *, side: Any = None, **parts: Any) -> None:
        self.side = side
        super().__init__(app, **parts)
        app.bridge.attach(self, parts.get("session"))

    @property
    def _flashes(self) -> Any:
        return self.side.flashes

    @_flashes.setter
    def _flashes(self, value: Any) -> None:
        if self.side is not None:
            self.side.flashes = value

    @property
    def _session(self) -> Any:
        return self.side.peek_session() if self.side is not None else None

    @_session.setter
    def _session(self, value: Any) -> None:
        if self.side is not None:
            self.side.put_session(value)

    def copy(self) -> Any:
        parts = {
            "request": self._request,
            "websocket": self._websocket,
            "session": self._session,
        }
        return type(self)(self.app, side=self.side.copy(), **parts)

    async def push(self) -> None:
        self._push_count += 1
        if self._cv_token is not None:
            return
        self.side.enter(self)
        self._cv_token = _cv_app.set(self)
        try:
            await self.side.opened()
        except BaseException as error:
            await self.pop(error)
            raise

    async def pop(self, exc: BaseException | None = None) -> None:
        self._push_count -= 1
        if self._push_count > 0 or self._cv_token is None:
            return
        try:
            await self.side.teardown(exc)
        finally:
            token, self._cv_token = self._cv_token, None
            _reset(token)
            await self.side.leave()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None or not self.side.stays_open(self.pop):
            await self.pop(error)

    def __enter__(self) -> Any:
        return self.side.enter_synchronously(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.side.leave_synchronously(error)


def RequestContext(app: Any, request: Any, side: Any = None) -> AppContext:  # noqa: N802  a class in 0.22
    """Return a context for *request*."""
    return AppContext(app, request=request, side=side)


def WebsocketContext(app: Any, websocket: Any) -> AppContext:  # noqa: N802  a class in 0.22
    """Return a context for *websocket*."""
    return AppContext(app, websocket=websocket)


def _reset(token: Any) -> None:
    try:
        _cv_app.reset(token)
    except ValueError:  # Pushed in another task: nothing is bound in this one.
        return


class Dispatch:
    """The methods whose signatures differ between the lines: here the context comes first."""

    bridge: Any

    async def full_dispatch_request(self, ctx: Any) -> Any:
        native = partial(_super(self).full_dispatch_request, ctx)
        return await self.bridge.full_dispatch(ctx, native)

    async def preprocess_request(self, ctx: Any) -> Any:
        return await self.bridge.preprocess(ctx)

    async def process_response(self, ctx: Any, response: Any) -> Any:
        return await self.bridge.process_response(ctx, response)

    async def full_dispatch_websocket(self, ctx: Any) -> Any:
        native = partial(_super(self).full_dispatch_websocket, ctx)
        return await self.bridge.full_dispatch_websocket(ctx, native)

    async def preprocess_websocket(self, ctx: Any) -> Any:
        return await self.bridge.preprocess(ctx)

    async def postprocess_websocket(self, ctx: Any, response: Any) -> Any:
        return await self.bridge.postprocess_websocket(ctx, response)

    async def do_teardown_request(self, _ctx: Any, exc: BaseException | None = None) -> None:
        await self.bridge.teardown_request(exc)

    async def do_teardown_appcontext(self, _ctx: Any, exc: BaseException | None = None) -> None:
        await self.bridge.teardown_appcontext(exc)

    async def update_template_context(self, _ctx: Any, context: dict[str, Any]) -> None:
        await self.bridge.update_template_context(context)

    async def handle_user_exception(self, ctx: Any, error: Exception) -> Any:
        native = partial(_super(self).handle_user_exception, ctx, error)
        return await self.bridge.handle_user_exception(error, native)

    async def handle_exception(self, ctx: Any, error: Exception) -> Any:
        native = partial(_super(self).handle_exception, ctx, error)
        return await self.bridge.handle_exception(ctx, error, native)


def _super(app: Any) -> Any:
    return super(Dispatch, app)
