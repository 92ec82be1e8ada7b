"""The only module with names that are private to Quart, keyed on its version.

Quart 0.20 to 0.22 keeps an app context beside a request or websocket context; Quart 0.23 has merged
them into one. Here are a bridged class for each context, the signatures of the methods that
differ, and a few look-ups; everything else in `compat_shims` is the same on both lines.
"""

import inspect
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar, Token
from functools import partial
from importlib.metadata import version
from typing import Any

import quart
import quart.ctx
import quart.globals
import quart.templating
import quart.utils
import quart.wrappers.base

from compat_shims.errors import UnsupportedVersionError

__all__ = [
    "MERGED",
    "ClientDisconnectedError",
    "Dispatch",
    "asked_by_templating",
    "bind",
    "context_classes",
    "ensure_known_version",
    "request_of",
    "synchronous_iterator",
    "teardown_websocket",
    "unbind",
]

MERGED = not hasattr(quart.ctx, "RequestContext")
KNOWN = ((0, 20), (0, 24))

_cv_app: ContextVar[Any] = quart.globals._cv_app  # noqa: SLF001  this module is the place for it
_cv_request: ContextVar[Any] | None = getattr(quart.globals, "_cv_request", None)
_cv_websocket: ContextVar[Any] | None = getattr(quart.globals, "_cv_websocket", None)


class _NeverRaisedError(Exception):
    """Stands for what only Quart 0.23 raises."""


ClientDisconnectedError: type[Exception] = getattr(
    quart.wrappers.base, "ClientDisconnectedError", _NeverRaisedError
)

Bindings = list[tuple[ContextVar[Any], Token[Any]]]


def ensure_known_version() -> None:
    """Raise `UnsupportedVersionError` on a Quart that the shims were never tried with."""
    installed = version("quart")
    numbers = tuple(int(part) for part in installed.split(".")[:2] if part.isdigit())
    if not KNOWN[0] <= numbers < KNOWN[1]:
        msg = f"compat_shims knows Quart 0.20 to 0.23, not {installed}: install quart>=0.20,<0.24"
        raise UnsupportedVersionError(msg)


def request_of(context: Any) -> Any:
    """Return the request or websocket of *context*; None for a bare app context."""
    if MERGED:
        return context.request if context.has_request else _websocket_of(context)
    return getattr(context, "request_websocket", None)


def _websocket_of(context: Any) -> Any:
    return context.websocket if context.has_websocket else None


def bind(context: Any) -> Bindings:
    """Make *context*, and the app context that goes with it, the active ones."""
    if MERGED:
        return [(_cv_app, _cv_app.set(context))]
    if not isinstance(context, quart.ctx.AppContext):
        variable = _cv_websocket if isinstance(context, quart.ctx.WebsocketContext) else _cv_request
        assert variable is not None  # noqa: S101  it exists wherever contexts are not merged
        return [(variable, variable.set(context))]
    return [(_cv_app, _cv_app.set(context))]


def unbind(bindings: Bindings) -> None:
    """Undo `bind`; in another context than `bind` was called in there is nothing to undo."""
    for variable, token in reversed(bindings):
        try:
            variable.reset(token)
        except ValueError:
            continue


def current_app_context() -> Any:
    """Return Quart's app context that is active now; None if there is none."""
    return _cv_app.get(None)


def asked_by_templating() -> bool:
    """Tell whether `quart.render_template` or one of its kind awaits the caller's caller.

    These load the template next, which a bridged app does later, in the lane, together with what
    they ask for now.
    """
    frame = sys._getframe(2)  # noqa: SLF001  sys's documented name
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None and frame.f_globals.get("__name__") == quart.templating.__name__


def synchronous_iterator(body: Any) -> Iterator[Any] | None:
    """Return the synchronous iterator behind *body* that Quart would run in its own threads."""
    chunks = getattr(body, "iter", None)
    if not inspect.isasyncgen(chunks) or chunks.ag_code.co_filename != quart.utils.__file__:
        return None
    iterator = chunks.ag_frame.f_locals.get("iterable") if chunks.ag_frame else None
    return iterator if isinstance(iterator, Iterator) else None


async def teardown_websocket(app: Any, context: Any, exc: BaseException | None) -> None:
    """Call what `app.teardown_websocket` has registered."""
    arguments = (context, exc) if MERGED else (exc, context)
    await app.do_teardown_websocket(*arguments)


if MERGED:

    class _Context(quart.ctx.AppContext):
        """Any context of Quart 0.23, with Flask's beside it."""

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
            request, websocket = self._request, self._websocket
            side = self.side.copy()
            return type(self)(self.app, side=side, request=request, websocket=websocket)

        async def push(self) -> None:
            self._push_count += 1
            if self._cv_token is not None:
                return
            self.side.enter(self)
            self._cv_token = _cv_app.set(self)
            try:
                await self.side.opened(self)
            except BaseException:
                await self.pop(sys.exc_info()[1])
                raise

        async def pop(self, exc: BaseException | None = None) -> None:
            self._push_count -= 1
            if self._push_count > 0 or self._cv_token is None:
                return
            try:
                await self.side.teardown(self, exc)
            finally:
                token, self._cv_token = self._cv_token, None
                unbind([(_cv_app, token)])
                self.side.leave()
                await self.side.closed(self)

        async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
            if error is not None or not self.side.stays_open(self.pop):
                await self.pop(error)

        def __enter__(self) -> Any:
            return self.side.enter_synchronously(self)

        def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
            self.side.leave_synchronously(error)

    def context_classes() -> tuple[Any, Any, Any]:
        """Return what makes an app, a request and a websocket context from an app (and request)."""
        return (
            _Context,
            lambda app, request, **more: _Context(app, request=request, **more),
            lambda app, websocket, **more: _Context(app, websocket=websocket, **more),
        )

    class Dispatch:
        """Quart 0.23 passes the context first."""

        async def full_dispatch_request(self, ctx: Any) -> Any:
            native = partial(super().full_dispatch_request, ctx)  # type: ignore[misc]
            return await self.bridge.full_dispatch(ctx, native)  # type: ignore[attr-defined]

        async def preprocess_request(self, ctx: Any) -> Any:
            return await self.bridge.preprocess(ctx)  # type: ignore[attr-defined]

        async def process_response(self, ctx: Any, response: Any) -> Any:
            return await self.bridge.process_response(ctx, response)  # type: ignore[attr-defined]

        async def do_teardown_request(self, ctx: Any, exc: BaseException | None = None) -> None:
            await self.bridge.teardown_request(ctx, exc)  # type: ignore[attr-defined]

        async def do_teardown_appcontext(self, ctx: Any, exc: BaseException | None = None) -> None:
            await self.bridge.teardown_appcontext(exc)  # type: ignore[attr-defined]

        async def update_template_context(self, ctx: Any, context: dict[str, Any]) -> None:
            await self.bridge.update_template_context(context)  # type: ignore[attr-defined]

        async def handle_user_exception(self, ctx: Any, error: Exception) -> Any:
            native = partial(super().handle_user_exception, ctx, error)  # type: ignore[misc]
            return await self.bridge.handle_user_exception(error, native)  # type: ignore[attr-defined]

        async def handle_exception(self, ctx: Any, error: Exception) -> Any:
            native = partial(super().handle_exception, ctx, error)  # type: ignore[misc]
            return await self.bridge.handle_exception(ctx, error, native)  # type: ignore[attr-defined]

else:

    class _AppContext(quart.ctx.AppContext):
        """The app context of Quart 0.22, with Flask's beside it."""

        def __init__(self, app: Any, side: Any = None) -> None:
            self.side = side
            self._is_part = side is not None
            super().__init__(app)
            app.bridge.attach(self, None)

        def copy(self) -> Any:
            return type(self)(self.app, side=self.side.copy())

        async def push(self) -> None:
            if not self._cv_tokens and not self._is_part:
                self.side.enter(self)
            self._cv_tokens.append(_cv_app.set(self))
            if len(self._cv_tokens) == 1 and not self._is_part:
                await self.side.opened(self)

        async def pop(self, exc: Any = quart.ctx._sentinel) -> None:  # noqa: SLF001  as above
            last = len(self._cv_tokens) == 1
            if exc is quart.ctx._sentinel:  # noqa: SLF001  as above
                exc = sys.exc_info()[1]
            try:
                if last and not self._is_part:
                    await self.side.teardown(self, exc)
            finally:
                unbind([(_cv_app, self._cv_tokens.pop())])
                if last and not self._is_part:
                    self.side.leave()
                    await self.side.closed(self)

        def __enter__(self) -> Any:
            return self.side.enter_synchronously(self)

        def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
            self.side.leave_synchronously(error)

    class _Bridged(quart.ctx._BaseRequestWebsocketContext):  # noqa: SLF001  as above
        """What the request and the websocket context of Quart 0.22 have in common."""

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
            return type(self)(self.app, self.request_websocket, side=self.side.copy())

        async def push(self) -> None:
            bindings = bind(self)
            if self._cv_tokens:
                self._cv_tokens.append((bindings[0][1], None))
                return
            self.side.enter(self)
            part = _AppContext(self.app, side=self.side)
            await part.push()
            self._cv_tokens.append((bindings[0][1], part))
            try:
                await self.side.opened(self)
            except BaseException:
                await self.pop(sys.exc_info()[1])
                raise

        async def pop(self, exc: Any = quart.ctx._sentinel) -> None:  # noqa: SLF001  as above
            if exc is quart.ctx._sentinel:  # noqa: SLF001  as above
                exc = sys.exc_info()[1]
            last = len(self._cv_tokens) == 1
            try:
                if last:
                    await self.side.teardown(self, exc)
            finally:
                token, part = self._cv_tokens.pop()
                unbind([(_variable_of(self), token)])
                if part is not None:
                    await part.pop(exc)
                if last:
                    self.side.leave()
                    await self.side.closed(self)

        async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
            # Not auto_pop(): what Quart's test client preserves is a copy.
            if error is not None or not self.side.stays_open(self.pop):
                await self.pop(error)

    class _RequestContext(_Bridged, quart.ctx.RequestContext):
        """The request context of Quart 0.22, with Flask's beside it."""

    class _WebsocketContext(_Bridged, quart.ctx.WebsocketContext):
        """The websocket context of Quart 0.22, with Flask's beside it."""

    def _variable_of(context: Any) -> ContextVar[Any]:
        variable = _cv_websocket if isinstance(context, _WebsocketContext) else _cv_request
        assert variable is not None  # noqa: S101  it exists wherever contexts are not merged
        return variable

    def context_classes() -> tuple[Any, Any, Any]:
        """Return what makes an app, a request and a websocket context from an app (and request)."""
        return _AppContext, _RequestContext, _WebsocketContext

    def _active() -> Any:
        assert _cv_request is not None  # noqa: S101  it exists wherever contexts are not merged
        return _cv_request.get(None)

    class Dispatch:
        """Quart 0.22 passes the context last, or not at all."""

        async def full_dispatch_request(self, ctx: Any = None) -> Any:
            native = partial(super().full_dispatch_request, ctx)  # type: ignore[misc]
            return await self.bridge.full_dispatch(ctx or _active(), native)  # type: ignore[attr-defined]

        async def preprocess_request(self, ctx: Any = None) -> Any:
            return await self.bridge.preprocess(ctx or _active())  # type: ignore[attr-defined]

        async def process_response(self, response: Any, ctx: Any = None) -> Any:
            return await self.bridge.process_response(ctx or _active(), response)  # type: ignore[attr-defined]

        async def do_teardown_request(self, exc: BaseException | None, ctx: Any = None) -> None:
            await self.bridge.teardown_request(ctx or _active(), exc)  # type: ignore[attr-defined]

        async def do_teardown_appcontext(self, exc: BaseException | None) -> None:
            await self.bridge.teardown_appcontext(exc)  # type: ignore[attr-defined]

        async def update_template_context(self, context: dict[str, Any]) -> None:
            await self.bridge.update_template_context(context)  # type: ignore[attr-defined]

        async def handle_user_exception(self, error: Exception) -> Any:
            native = partial(super().handle_user_exception, error)  # type: ignore[misc]
            return await self.bridge.handle_user_exception(error, native)  # type: ignore[attr-defined]

        async def handle_exception(self, error: Exception) -> Any:
            native = partial(super().handle_exception, error)  # type: ignore[misc]
            return await self.bridge.handle_exception(_active(), error, native)  # type: ignore[attr-defined]


Native = Callable[[], Awaitable[Any]]
