"""Hooks of an async view: neighbouring synchronous ones share one hop into the lane."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from inspect import iscoroutinefunction
from itertools import groupby
from typing import Any

import flask

from compat_shims.lane import offload
from compat_shims.response import as_flask, back_to_quart, settle

__all__ = ["after_functions", "before_functions", "first_answer", "processed"]

Function = Callable[..., Any]


def before_functions(app: Any, request: Any) -> Iterator[Function]:
    """Give what runs before the view, in order, without creating keys in the app's tables."""
    is_websocket = request.scope["type"] == "websocket"
    table = app.before_websocket_funcs if is_websocket else app.before_request_funcs
    names = (None, *reversed(request.blueprints))
    for name in names:
        for function in app.url_value_preprocessors.get(name, ()):
            yield partial(_preprocess, function, request)
    for name in names:
        yield from table.get(name, ())


def _preprocess(function: Function, request: Any) -> None:
    function(request.endpoint, request.view_args)


def after_functions(app: Any, request: Any, after_this_one: Iterable[Function]) -> list[Any]:
    """Return what runs after the view, in order."""
    is_websocket = request.scope["type"] == "websocket"
    table = app.after_websocket_funcs if is_websocket else app.after_request_funcs
    functions = list(after_this_one)
    for name in (*request.blueprints, None):
        functions += reversed(table.get(name, ()))
    return functions


async def first_answer(functions: Iterable[Function]) -> Any:
    """Call *functions* one after the other until one returns something, and return that."""
    for is_async, group in groupby(functions, iscoroutinefunction):
        if is_async:
            answer = await _first_awaited(group)
        else:
            answer = await offload(_first_called, list(group))
        if answer is not None:
            return answer
    return None


async def _first_awaited(functions: Iterable[Function]) -> Any:
    for function in functions:
        if (answer := await function()) is not None:
            return answer
    return None


def _first_called(functions: list[Function]) -> Any:
    for function in functions:
        if (answer := settle(function())) is not None:
            return answer
    return None


async def processed(functions: Iterable[Function], response: Any, side: Any) -> Any:
    """Pass Quart's *response* through *functions*; Flask's hooks see it as Flask's."""
    for is_async, group in groupby(functions, iscoroutinefunction):
        if not is_async:
            response = await offload(_process, list(group), response, side)
            continue
        for function in group:
            response = await function(response)
    return response


def _process(functions: list[Function], response: Any, side: Any) -> Any:
    companion: flask.Flask = side.bridge.companion
    view = as_flask(response, companion)
    for function in functions:
        view = as_flask(settle(function(view)), companion)
    return back_to_quart(view, side.bridge.app, side.environ)
