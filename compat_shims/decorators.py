"""Async functions shown to synchronous code."""

import asyncio
import functools
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, ParamSpec

import flask
import quart
from werkzeug.wrappers import Response as WerkzeugResponse

from compat_shims.lane import hop, hop_uncut, in_lane, on_event_loop
from compat_shims.response import as_flask, settle, shown_to_quart

__all__ = ["as_sync", "flask_response", "settling", "uncut"]

P = ParamSpec("P")


def as_sync(view: Callable[P, Any]) -> Callable[P, Any]:
    """Show the async *view* to a synchronous decorator, which then gets its result.

    It stands innermost::

        @app.route("/")
        @cache.cached(timeout=50)
        @as_sync
        async def index(): ...

    In a lane the view is awaited on the event loop, in the request's own task, and a
    `quart.Response` that it returns is given to the decorator as a `flask.Response`. A response
    that it gets, as a hook after the request does, it gets as one of Quart. On the event loop the
    caller gets the coroutine, to await it. Elsewhere a loop is run for the call.

    A function that is not async is returned as it is.
    """
    return _shown(view, hop)


def uncut(function: Callable[P, Any]) -> Callable[P, Any]:
    """Have synchronous code call the async *function* in the middle of a write.

    It is `as_sync` but for one thing: a client that disconnects does not cut the call short. So
    what is half done when it begins is done in full, as under Flask::

        def save():
            db.session.add(order)
            uncut(notify)(order.customer)
            db.session.commit()
    """
    return _shown(function, hop_uncut)


def _shown(view: Callable[P, Any], hopper: Callable[..., Any]) -> Callable[P, Any]:
    if not iscoroutinefunction(view):
        return view

    @functools.wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
        if in_lane():
            return _for_flask(hopper(view, *map(_for_quart, args), **kwargs))
        if on_event_loop():
            return view(*args, **kwargs)
        call: Callable[..., Any] = view
        return _for_flask(asyncio.run(call(*map(_for_quart, args), **kwargs)))

    return wrapper


def flask_response(function: Callable[P, Any]) -> Callable[P, Any]:
    """Give the response of the synchronous *function* to its caller as a `flask.Response`.

    It stands innermost, where a library of Flask's asks what it got, as Flask-RESTful does::

        class Book(Resource):
            @flask_response
            def get(self):
                return quart.jsonify(title="Emma")
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
        return _for_flask(function(*args, **kwargs))

    return wrapper


def settling(function: Callable[P, Any]) -> Callable[P, Any]:
    """Return *function*, whose coroutine, if it returns one, is awaited.

    Every hook and view of every request is asked for: a partial is made ten times as fast as a
    function that looks like the wrapped one.
    """
    return functools.partial(_settled, function)


def _settled(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return settle(function(*args, **kwargs))


def _for_quart(argument: Any) -> Any:
    """Return an argument of an async function: a response is Quart's there."""
    if not isinstance(argument, WerkzeugResponse) or not flask.has_request_context():
        return argument
    app = getattr(flask.current_app, "quart", None)
    return argument if app is None else shown_to_quart(argument, app, flask.request.environ)


def _for_flask(result: Any) -> Any:
    if isinstance(result, tuple) and result and isinstance(result[0], quart.Response):
        return (_for_flask(result[0]), *result[1:])
    if isinstance(result, quart.Response) and flask.has_app_context():
        return as_flask(result, flask.current_app)
    return result
