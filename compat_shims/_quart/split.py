"""Quart 0.20 to 0.22: an app context beside each request or websocket context.

https://github.com/pallets/quart/blob/0.22.0/src/quart/ctx.py
"""

import sys
from contextvars import ContextVar
from functools import partial
from types import TracebackType
from typing import Any

import quart.ctx
import quart.globals

_cv_app: ContextVar[Any] = quart.globals._cv_app
_cv_request: ContextVar[Any] = quart.globals._cv_request
_cv_websocket: ContextVar[Any] = quart.globals._cv_websocket
_UNKNOWN: Any = quart.ctx._sentinel


def request_of(context: Any) -> Any:
    """Return the request or websocket of *context*; None for an app context."""
    return getattr(context, "request_websocket", None)


def variable_of(context: Any) -> ContextVar[Any]:
    """Return the variable that holds the active context of the kind of *context*."""
    if isinstance(context, quart.ctx.AppContext):
        return _cv_app
    return _cv_websocket if isinstance(context, quart.ctx.WebsocketContext) else _cv_request


class AppContext(quart.ctx.AppContext):
    """An app context with Flask's beside it; *side* is given where it is part of a request's."""

    def __init__(self, app: Any, side: Any = None) -> None:
        self.side = side
        self._is_part = side is not None
        super().__init__(app)
        app.bridge.attach(self, None)

    def copy(self) -> "AppContext":
        copied = type(self)(self.app, side=self.side.copy())
        copied._is_part = False
        return copied

    async def push(self) -> None:
        is_first = not self._cv_tokens and not self._is_part
        if is_first:
            self.side.enter(self)
        self._cv_tokens.append(_cv_app.set(self))
        if is_first:
            await self.side.opened()

    async def pop(self, exc: BaseException | None = _UNKNOWN) -> None:
        error = sys.exc_info()[1] if exc is _UNKNOWN else exc
        is_last = len(self._cv_tokens) == 1 and not self._is_part
        try:
            if is_last:
                await self.side.teardown(error)
        finally:
            _reset(_cv_app, self._cv_tokens.pop())
            if is_last:
                await self.side.leave()

    def __enter__(self) -> Any:
        return self.side.enter_synchronously(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.side.leave_synchronously(error)


class _RequestOrWebsocketContext(quart.ctx._BaseRequestWebsocketContext):
    """What the two have in common; Flask's contexts hold the session and the flashes."""

    side: Any = None

    def __init__(self, app: Any, request: Any, session: Any = None, side: Any = None) -> None:
        self.side = side
        super().__init__(app, request, session)
        app.bridge.attach(self, session)

    @property
    def flashes(self) -> Any:
        return self.side.flashes

    @flashes.setter
    def flashes(self, value: Any) -> None:
        if self.side is not None:
            self.side.flashes = value

    @property
    def session(self) -> Any:
        return self.side.session if self.side is not None else None

    @session.setter
    def session(self, value: Any) -> None:
        if self.side is not None:
            self.side.put_session(value)

    def copy(self) -> Any:
        session = self.side.peek_session()
        return type(self)(self.app, self.request_websocket, session, side=self.side.copy())

    async def push(self) -> None:
        variable = variable_of(self)
        if self._cv_tokens:
            self._cv_tokens.append((variable.set(self), None))
            return
        self.side.enter(self)
        part = AppContext(self.app, side=self.side)
        await part.push()
        self._cv_tokens.append((variable.set(self), part))
        try:
            await self.side.opened()
        except BaseException as error:
            await self.pop(error)
            raise

    async def pop(self, exc: BaseException | None = _UNKNOWN) -> None:
        error = sys.exc_info()[1] if exc is _UNKNOWN else exc
        is_last = len(self._cv_tokens) == 1
        try:
            if is_last:
                await self.side.teardown(error)
        finally:
            token, part = self._cv_tokens.pop()
            _reset(variable_of(self), token)
            if part is not None:
                await part.pop(error)
            if is_last:
                await self.side.leave()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Not auto_pop(): what Quart's test client preserves is a copy.
        if error is not None or not self.side.stays_open(self.pop):
            await self.pop(error)


class RequestContext(_RequestOrWebsocketContext, quart.ctx.RequestContext):
    """A request context with Flask's beside it."""


class WebsocketContext(_RequestOrWebsocketContext, quart.ctx.WebsocketContext):
    """A websocket context with Flask's beside it."""


def _reset(variable: ContextVar[Any], token: Any) -> None:
    try:
        variable.reset(token)
    except ValueError:  # Pushed in another task: nothing is bound in this one.
        return


class Dispatch:
    """The methods whose signatures differ between the lines: here the context comes last."""

    bridge: Any

    async def full_dispatch_request(self, request_context: Any = None) -> Any:
        native = partial(_super(self).full_dispatch_request, request_context)
        return await self.bridge.full_dispatch(request_context or _active(), native)

    async def preprocess_request(self, request_context: Any = None) -> Any:
        return await self.bridge.preprocess(request_context or _active())

    async def process_response(self, response: Any, request_context: Any = None) -> Any:
        return await self.bridge.process_response(request_context or _active(), response)

    async def full_dispatch_websocket(self, websocket_context: Any = None) -> Any:
        native = partial(_super(self).full_dispatch_websocket, websocket_context)
        context = websocket_context or _cv_websocket.get()
        return await self.bridge.full_dispatch_websocket(context, native)

    async def preprocess_websocket(self, websocket_context: Any = None) -> Any:
        return await self.bridge.preprocess(websocket_context or _cv_websocket.get())

    async def postprocess_websocket(self, response: Any, websocket_context: Any = None) -> Any:
        context = websocket_context or _cv_websocket.get()
        return await self.bridge.postprocess_websocket(context, response)

    async def do_teardown_request(self, exc: BaseException | None, _context: Any = None) -> None:
        await self.bridge.teardown_request(exc)

    async def do_teardown_appcontext(self, exc: BaseException | None) -> None:
        await self.bridge.teardown_appcontext(exc)

    async def update_template_context(self, context: dict[str, Any]) -> None:
        await self.bridge.update_template_context(context)

    async def handle_user_exception(self, error: Exception) -> Any:
        native = partial(_super(self).handle_user_exception, error)
        return await self.bridge.handle_user_exception(error, native)

    async def handle_exception(self, error: Exception) -> Any:
        native = partial(_super(self).handle_exception, error)
        return await self.bridge.handle_exception(_active(), error, native)


def _super(app: Any) -> Any:
    return super(Dispatch, app)


def _active() -> Any:
    return _cv_request.get(None)
