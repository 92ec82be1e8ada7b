"""Websockets whose handler is Flask code: Flask-Sock's.

To Flask such a handler is the view of a GET request: `before_request` functions run first and may
refuse it, `request` is a request, and the teardown functions of requests run at the end. So Flask
dispatches it as a whole, in a thread, with a request of Quart's beside Flask's.
"""

from collections.abc import Callable
from typing import Any

import flask.globals

from compat_shims import _quart

__all__ = ["answer", "is_flask_websocket"]

_LIBRARIES = frozenset({"flask_sock"})
"""Where the functions are defined that stand in the table of views in the place of handlers."""


def is_flask_websocket(app: Any, request: Any) -> bool:
    """Tell whether *request* is a websocket for a handler that is Flask code."""
    if request.scope["type"] != "websocket" or request.url_rule is None:
        return False
    view = app.view_functions.get(request.url_rule.endpoint)
    home: dict[str, Any] = getattr(view, "__globals__", {})
    return home.get("__name__") in _LIBRARIES


def answer(bridge: Any, side: Any, dispatch: Callable[[Any], Any]) -> Any:
    """Call *dispatch* with *side*, with a request context of Quart's as the active one."""
    session = side.peek_session()
    beside = bridge.request_context_beside(side.request_context)
    side.put_session(session)  # A new context of Quart begins without one.
    beside.g = flask.globals.app_ctx.g
    theirs, ours = _quart.request_of(beside), side.request_context.request
    theirs.url_rule, theirs.view_args = ours.url_rule, ours.view_args
    bindings = _quart.bind(beside)
    try:
        return dispatch(side)
    finally:
        _quart.unbind(bindings)
