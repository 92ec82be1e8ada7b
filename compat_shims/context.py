"""The genuine contexts of Flask; pushed by synchronous code, they bring Quart's with them."""

from typing import Any

import flask.globals
from flask.sessions import SessionMixin

from compat_shims import _flask, _quart
from compat_shims.request import sharing_request_class

__all__ = ["CompanionAppContext", "CompanionRequestContext"]


class CompanionAppContext(_flask.AppContext):
    """A genuine app context of Flask; pushed, it brings Quart's with it."""

    def __init__(self, companion: Any, quart_context: Any = None) -> None:
        """Stand beside *quart_context*, or beside one that is made when this is pushed."""
        super().__init__(companion)
        self._quart_context = quart_context
        self._quart_bindings: list[_quart.Bindings] = []

    def push(self) -> None:
        """Make both contexts the active ones, in synchronous code."""
        self._quart_bindings.append(_quart.bind(self._beside()))
        super().push()

    def bind(self) -> _quart.Bindings:
        """Let both contexts be read, though they are over; `_quart.unbind` undoes it."""
        return [*_quart.bind(self._beside()), *_flask.bind(self)]

    def _beside(self) -> Any:
        if self._quart_context is None:
            self._quart_context = self.app.bridge.app_context_beside(self)  # type: ignore[attr-defined]
        return self._quart_context

    def pop(self, exc: BaseException | None = _flask.UNKNOWN) -> None:
        """Run what is to run at the end of an app context, and unbind both contexts."""
        try:
            super().pop(exc)
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
        if request is None:
            request = sharing_request_class(app.request_class)(environ)
            request.json_module = app.json
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
        self.quart_context.g = flask.globals.app_ctx.g
        self.share_routing()

    def bind(self) -> _quart.Bindings:
        """Let both contexts be read, though they are over; `_quart.unbind` undoes it."""
        return [*_quart.bind(self.quart_context), *_flask.bind(self)]

    def pop(self, exc: BaseException | None = _flask.UNKNOWN) -> None:
        """Run what is to run at the end of a request, and unbind both contexts."""
        try:
            super().pop(exc)
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
