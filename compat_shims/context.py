"""The genuine Flask contexts, and the lane, beside each context of Quart."""

from collections.abc import Awaitable, Callable, Iterable
from inspect import iscoroutinefunction
from itertools import chain
from typing import Any

import flask
import quart.signals
from flask.sessions import SessionMixin

from compat_shims import _flask, _quart, session
from compat_shims.errors import PoolExhaustedError
from compat_shims.harness import harness_of
from compat_shims.lane import Lane, current_lane, offload
from compat_shims.request import SIDE_KEY, make_environ

__all__ = ["OPEN_KEY", "CompanionAppContext", "CompanionRequestContext", "FlaskSide"]

OPEN_KEY = "compat_shims.open_contexts"
"""In the ASGI scope: what closes the contexts that a stream of the response keeps open."""


class CompanionAppContext(_flask.AppContext):
    """A genuine app context of Flask; pushed, it brings Quart's with it."""

    def __init__(self, companion: Any, quart_context: Any = None) -> None:
        """Stand beside *quart_context*, or beside one that is made when this is pushed."""
        super().__init__(companion)
        self._quart_context = quart_context
        self._quart_bindings: list[_quart.Bindings] = []

    def push(self) -> None:
        """Make both contexts the active ones, in synchronous code."""
        if self._quart_context is None:
            self._quart_context = self.app.bridge.app_context_beside(self)  # type: ignore[attr-defined]
        self._quart_bindings.append(_quart.bind(self._quart_context))
        super().push()

    def pop(self, *exc: Any) -> None:
        """Run what is to run at the end of an app context, and unbind both contexts."""
        try:
            super().pop(*exc)
        finally:
            _quart.unbind(self._quart_bindings.pop())


class CompanionRequestContext(_flask.RequestContext):
    """A genuine request context of Flask; pushed, it brings Quart's with it."""

    def __init__(
        self,
        app: Any,
        environ: dict[str, Any],
        request: Any = None,
        session: SessionMixin | None = None,
    ) -> None:
        """Take the same arguments as Flask's."""
        super().__init__(app, environ, request=request, session=session)
        self.quart_context: Any = None
        self._quart_bindings: list[_quart.Bindings] = []

    def push(self) -> None:
        """Make both contexts the active ones, in synchronous code."""
        if self.quart_context is None:
            self.quart_context = self.app.bridge.request_context_beside(self)  # type: ignore[attr-defined]
        bindings = _quart.bind(self.quart_context)
        self._quart_bindings.append(bindings)
        super().push()
        # Quart 0.23 has one variable for every context: that of the app has just taken it.
        bindings += _quart.bind(self.quart_context)
        self.quart_context.g = flask.g._get_current_object()
        self.share_routing()

    def pop(self, *exc: Any) -> None:
        """Run what is to run at the end of a request, and unbind both contexts."""
        try:
            super().pop(*exc)
        finally:
            _quart.unbind(self._quart_bindings.pop())

    def copy(self) -> "CompanionRequestContext":
        """Return another context of the same request."""
        copied = super().copy()
        assert isinstance(copied, CompanionRequestContext)  # noqa: S101  super() makes this class
        copied.quart_context = self.quart_context
        return copied

    def share_routing(self) -> None:
        """Let Quart's request know which rule has matched."""
        theirs, ours = _quart.request_of(self.quart_context), self.request
        theirs.url_rule, theirs.view_args = ours.url_rule, ours.view_args
        theirs.routing_exception = ours.routing_exception


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
        self._bindings: _quart.Bindings = []
        self._pushed: list[CompanionAppContext] = []
        if request is not None:
            request.scope[SIDE_KEY] = self
            environ = make_environ(request)
            self.request_context = CompanionRequestContext(bridge.companion, environ)

    @classmethod
    def of(cls, bridge: Any, request_context: CompanionRequestContext, request: Any) -> "FlaskSide":
        """Return the side that *request_context*, pushed by synchronous code, is itself."""
        side = cls(bridge)
        side.request_context = request_context
        side._request = request
        request.scope[SIDE_KEY] = side
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
        return Lane(self.bridge.pool, harness.worker if harness is not None else None)

    async def opened(self) -> None:
        """Do what is to be done at the start: signal, session, routing."""
        if self._owns_app_context:
            await self.bridge.send(quart.signals.appcontext_pushed)
        if self.request_context is None or self._original is not None:
            return
        if self.peek_session() is None:
            self.put_session(await session.open_session(self, self._request))
        if self.request_context.url_adapter is not None:
            await self.bridge.match(self.request_context)
        self.request_context.share_routing()

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

    async def teardown(self, context: Any, exc: BaseException | None) -> None:
        """Run the teardown functions, in Flask's order, and Flask's signals."""
        if self._original is not None and self._original._open:  # noqa: SLF001  of its own class
            return
        exc = exc or self.error
        self._preserve()
        if _is_websocket(self._request):
            await _quart.teardown_websocket(self.bridge.app, context, exc)
        try:
            await self._teardown(exc)
        finally:
            if self._is_http():
                await self._request.close()  # The files that Quart has parsed.

    async def _teardown(self, exc: BaseException | None) -> None:
        if not self._teardown_needs_lane():
            await self._teardown_on_loop(exc)
            return
        try:
            await offload(self._teardown_in_lane, exc)
        except PoolExhaustedError:
            self._use_spare_thread()
            await offload(self._teardown_in_lane, exc)

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
        harness = harness_of(self._request.scope) if self._request is not None else None
        if harness is not None and harness.preserve is not None:
            harness.preserve(self.app_context)
            if self.request_context is not None:
                harness.preserve(self.request_context)

    def _use_spare_thread(self) -> None:
        if self.lane is not None:
            self.lane.use_spare_thread()

    # Teardown. Flask's own code does it in the lane; without synchronous code it needs no lane.

    def _is_http(self) -> bool:
        return self.request_context is not None and not _is_websocket(self._request)

    def _teardown_needs_lane(self) -> bool:
        names = ["appcontext_tearing_down"] if self._owns_app_context else []
        names += ["request_tearing_down"] if self._is_http() else []
        relays = self.bridge.relays
        return (
            any(not iscoroutinefunction(function) for function in self._teardown_functions())
            or any(relays.has_flask_receivers(name) for name in names)
            or self.bridge.overrides_teardown()
        )

    def _teardown_functions(self) -> Iterable[Callable[..., Any]]:
        tables = self.bridge.companion
        functions: list[Iterable[Any]] = []
        if self._is_http():
            names = (*self._request.blueprints, None)
            table = tables.teardown_request_funcs
            functions += [reversed(table[name]) for name in names if name in table]
        if self._owns_app_context:
            functions.append(reversed(tables.teardown_appcontext_funcs))
        return chain.from_iterable(functions)

    def _teardown_in_lane(self, exc: BaseException | None) -> None:
        companion = self.bridge.companion
        try:
            if self._is_http() and self.request_context is not None:
                companion.do_teardown_request(exc)
                self.request_context.request.close()
        finally:
            if self._owns_app_context:
                companion.do_teardown_appcontext(exc)

    async def _teardown_on_loop(self, exc: BaseException | None) -> None:
        for function in self._teardown_functions():
            await function(exc)
        if self._is_http() and self.request_context is not None:
            self.request_context.request.close()
        if self._is_http():
            await self.bridge.send(quart.signals.request_tearing_down, exc=exc)
        if self._owns_app_context:
            await self.bridge.send(quart.signals.appcontext_tearing_down, exc=exc)

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
