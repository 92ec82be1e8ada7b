"""What stands beside one context of Quart: the genuine contexts of Flask, and the lane."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import quart.signals
from flask.sessions import SessionMixin

from compat_shims import _flask, _quart, session
from compat_shims.context import CompanionAppContext, CompanionRequestContext
from compat_shims.flask_websocket import is_flask_websocket
from compat_shims.harness import harness_of, preserve_of
from compat_shims.lane import Lane, current_lane, is_cancelled
from compat_shims.request import SIDE_KEY, make_environ, share_attributes
from compat_shims.teardown import Teardown

__all__ = ["OPEN_KEY", "FlaskSide"]

OPEN_KEY = "compat_shims.open_contexts"
"""In the ASGI scope: what closes the contexts that a stream of the response keeps open."""


class FlaskSide:
    """What stands beside one context of Quart: Flask's contexts, and the lane."""

    def __init__(self, bridge: Any, request: Any = None) -> None:
        """Make Flask's contexts for *request* (or websocket), or for no request at all."""
        self.bridge = bridge
        self.app_context: _flask.AppContext = CompanionAppContext(bridge.companion)
        self.request_context: CompanionRequestContext | None = None
        self.lane: Lane | None = None
        self.error: BaseException | None = None
        self.answered_by_flask = False
        self.streaming = False
        self.copied = False
        self._request = request
        self._original: FlaskSide | None = None
        self._owns_app_context = True
        self._owns_lane = False
        self._open = False
        self._torn_down = False
        self._error_of_teardown: BaseException | None = None
        self._bindings: _quart.Bindings = []
        self._pushed: list[CompanionAppContext] = []
        if request is not None:
            request.scope[SIDE_KEY] = self
            environ = make_environ(request)
            self.request_context = CompanionRequestContext(bridge.companion, environ)
            share_attributes(self.request_context.request, request)

    @classmethod
    def of(cls, bridge: Any, request_context: CompanionRequestContext, request: Any) -> "FlaskSide":
        """Return the side that *request_context*, pushed by synchronous code, is itself."""
        side = cls(bridge)
        side.request_context = request_context
        side._request = request
        request.scope[SIDE_KEY] = side
        share_attributes(request_context.request, request)
        return side

    def copy(self) -> "FlaskSide":
        """Return the side of another Quart context of the same request, with the same `g`."""
        self.copied = True
        copied = FlaskSide(self.bridge)
        copied._request = self._request
        copied._original = self
        copied.app_context.g = self.app_context.g
        if self.request_context is not None:
            copied.request_context = self.request_context.copy()
        return copied

    # The state that both frameworks share.

    @property
    def environ(self) -> dict[str, Any]:
        """The WSGI environ of the request."""
        assert self.request_context is not None  # noqa: S101  only requests have one
        return self.request_context.request.environ

    @property
    def session(self) -> SessionMixin | None:
        """The session, marked as accessed: Flask sends ``Vary: Cookie`` then."""
        found = self.peek_session()
        if found is not None:
            found.accessed = True
        return found

    def peek_session(self) -> SessionMixin | None:
        """Return the session without marking it as accessed."""
        return _flask.peek_session(self.request_context) if self.request_context else None

    def put_session(self, value: SessionMixin | None) -> None:
        """Make *value* the session of both contexts."""
        if self.request_context is not None:
            _flask.put_session(self.request_context, value)

    @property
    def flashes(self) -> Any:
        """The messages that were flashed and already taken from the session."""
        return self.request_context.flashes if self.request_context is not None else None

    @flashes.setter
    def flashes(self, value: Any) -> None:
        if self.request_context is not None:
            self.request_context.flashes = value

    # Entering and leaving, in the order of Flask. All of this runs on the event loop.

    def enter(self, context: Any) -> None:
        """Make the lane and Flask's contexts the active ones, and share `g` with *context*."""
        outer = _flask.current_app_context()
        if self._request is not None and outer is not None and outer.app is self.bridge.companion:
            self.app_context, self._owns_app_context = outer, False
        context.g = self.app_context.g
        self.lane = self._choose_lane()
        self._open = True
        self._bind(current_lane, self.lane)
        token = self._bind(_flask.app_context_variable, self.app_context)
        if self._owns_app_context:
            _flask.note_binding(self.app_context, token)
        if self.request_context is not None:
            self.request_context.quart_context = context
            token = self._bind(_flask.request_context_variable, self.request_context)
            _flask.note_binding(self.request_context, token)

    def _bind(self, variable: Any, value: Any) -> Any:
        token = variable.set(value)
        self._bindings.append((variable, token))
        return token

    def _choose_lane(self) -> Lane:
        around = current_lane.get()
        if self._original is not None:
            around = self._original.lane
        shares = self._request is None or self._original is not None
        if shares and around is not None and not around.closed:
            return around
        self._owns_lane = True
        harness = harness_of(self._request.scope) if self._request is not None else None
        worker = harness.worker if harness is not None else None
        # A websocket may stay open for hours: it takes a thread only while it needs one.
        return Lane(self.bridge.pool, worker, affinity=not _is_websocket(self._request))

    async def opened(self) -> None:
        """Do what is to be done at the start: signal, session, routing."""
        if self._owns_lane and self.lane is not None:
            self.lane.begin_here()
        if self._owns_app_context:
            await self.bridge.send(quart.signals.appcontext_pushed)
        if self.request_context is None or self._original is not None:
            return
        try:
            await self._prepare(self.request_context)
        except Exception as error:
            if _is_websocket(self._request):
                raise
            self.error = error  # It is handled as one of the view: see `Bridge.full_dispatch`.

    async def _prepare(self, request_context: CompanionRequestContext) -> None:
        if self.peek_session() is None:
            self.put_session(await session.open_session(self, self._request))
        if request_context.url_adapter is not None:
            await self.bridge.match(request_context)
        request_context.share_routing()

    def stays_open(self, pop: Callable[[], Awaitable[None]]) -> bool:
        """Tell whether the response is a stream that still needs the contexts; *pop* ends them.

        Flask keeps them for `stream_with_context`, and closes them when the body was iterated.
        """
        if self._request is None or not self.streaming:
            return False
        closers = self._request.scope.get(OPEN_KEY)
        if closers is None:
            return False
        closers.append(pop)
        return True

    def end_in_lane(self) -> None:
        """In the trip to the lane that has answered: run the teardown functions, end the lease.

        Flask, too, tears a request down before its response is sent, unless that is a stream.
        """
        if not self._ends_with_answer() or is_cancelled():
            return
        try:
            self._torn_down = self._teardown_with(self.error).run_here()
        except BaseException as error:  # noqa: BLE001  it is raised again, in `teardown`
            self._torn_down, self._error_of_teardown = True, error
        nobody_hears = self.bridge.relays.is_quiet(quart.signals.appcontext_popped)
        if self._torn_down and self._owns_lane and self.lane is not None and nobody_hears:
            self.lane.close()

    def _ends_with_answer(self) -> bool:
        """Tell whether nothing comes between the answer and the teardown.

        Nothing does in a request of a server; who opens a context by hand may want it for longer.
        """
        return not self.streaming and self._original is None and OPEN_KEY in self._request.scope

    async def teardown(self, exc: BaseException | None) -> None:
        """Run the teardown functions, in Flask's order, and send the signals."""
        if self._original is not None and self._original._open:  # noqa: SLF001  of its own class
            return
        self._preserve()
        try:
            await self._tear_down(exc)
        finally:
            if self._request is not None and not _is_websocket(self._request):
                await self._request.close()  # The files that Quart has parsed.
        if _is_websocket(self._request):
            await self.bridge.send(quart.signals.websocket_tearing_down, exc=exc)

    async def _tear_down(self, exc: BaseException | None) -> None:
        if not self._torn_down:
            await self._teardown_with(self._error_to_tell(exc)).run(self.lane)
        elif self._error_of_teardown is not None:
            raise self._error_of_teardown

    def _teardown_with(self, error: BaseException | None) -> Teardown:
        context = self.request_context
        return Teardown(
            bridge=self.bridge,
            request=self._request,
            flask_request=context.request if context is not None else None,
            ends_app_context=self._owns_app_context,
            error=error,
        )

    def _error_to_tell(self, exc: BaseException | None) -> BaseException | None:
        """Return what the teardown functions are told; a client that left a handler is no error."""
        app, client_left = self.bridge.app, isinstance(exc, asyncio.CancelledError)
        if client_left and self._request is not None and is_flask_websocket(app, self._request):
            return self.error
        return exc or self.error

    async def leave(self) -> None:
        """Unbind Flask's contexts, and give the thread of the lane back."""
        self._open = False
        if self.request_context is not None:
            _flask.forget_binding(self.request_context)
        if self._owns_app_context:
            _flask.forget_binding(self.app_context)
        lane, *contexts = self._bindings
        self._bindings = []
        _quart.unbind(contexts)
        try:
            if self._owns_app_context:
                await self.bridge.send(quart.signals.appcontext_popped)
        finally:
            _quart.unbind([lane])
            if self._owns_lane and self.lane is not None:
                self.lane.close()

    def _preserve(self) -> None:
        preserve = preserve_of(self._request.scope) if self._request is not None else None
        if preserve is not None:
            preserve(self.app_context)
            if self.request_context is not None:
                preserve(self.request_context)

    # Flask's way of using an app context of Quart: `with app.app_context():`.

    def enter_synchronously(self, context: Any) -> Any:
        """Push Flask's genuine app context, with *context* beside it."""
        pushed = CompanionAppContext(self.bridge.companion, context)
        context.g = pushed.g
        pushed.push()
        self._pushed.append(pushed)
        return context

    def leave_synchronously(self, error: BaseException | None) -> None:
        """Pop what `enter_synchronously` has pushed."""
        self._pushed.pop().pop(error)


def _is_websocket(request: Any) -> bool:
    return bool(request.scope["type"] == "websocket") if request is not None else False
