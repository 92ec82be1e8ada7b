"""Tells what values are to Flask while the tests run, and writes it down the first time."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any

from .paths import Paths
from .writer import Writer

_INNER = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
"""Code that has frames of its own, before Python 3.12, and belongs to the function around it."""

_MISSING = object()


class Observer:
    """Sees receivers, callees and functions as they run.

    What is read of a receiver is a member of one of Flask's ``classes`` by its public name, or of a
    class of the project by its file, or something else (an empty text). A callee is one of Flask's
    ``functions``, or a function of the project by its place, or something else. What stands for
    another in a test (a mock, a proxy that is not Flask's) is not written down at all: it tells
    nothing.
    """

    def __init__(self, chosen: Mapping[str, Any], paths: Paths, writer: Writer) -> None:
        """Take the names of Flask's classes, functions and proxies from *chosen*."""
        self._chosen = chosen
        self._paths = paths
        self._writer = writer
        self._seen: set[object] = set()
        self._kinds: dict[tuple[type, str], str | None] = {}

    def receiver(self, value: Any, place: tuple[object, ...], name: str) -> Any:
        """See that the member *name* of *value* is read at *place*; return *value*."""
        kind = self._kind(value, name)
        if kind is not None and (place, kind) not in self._seen:
            self._seen.add((place, kind))
            self._writer.write("member", place, kind)
        return value

    def callee(self, function: Any, place: tuple[object, ...]) -> Any:
        """See that *function* is called at *place*; return it."""
        key = (place, _identity(function))
        if key not in self._seen:
            self._seen.add(key)
            what = self._callee(function)
            if what is not None:
                self._writer.write("callee", place, what)
        return function

    def entered(self, function: tuple[object, ...]) -> None:
        """See that *function* runs, and which function of the project called it."""
        frame = sys._getframe(1).f_back  # noqa: SLF001  as inspect does
        while frame is not None and frame.f_code.co_name in _INNER:
            frame = frame.f_back
        caller = None if frame is None else frame.f_code
        if (function, caller) not in self._seen:
            self._seen.add((function, caller))
            self._writer.write("run", function, caller and self._place_of(caller))

    def _kind(self, value: Any, name: str) -> str | None:
        cls = type(value)
        if value is None:
            return None
        if cls is super:
            below = value.__self_class__.__mro__
            return self._kind_of(below[below.index(value.__thisclass__) + 1 :], name)
        if cls.__name__ == "LocalProxy" and cls.__module__ == "werkzeug.local":
            value = self._behind(value)
            cls = type(value)
            if value is _MISSING:
                return None
        key = (cls, name)
        if key not in self._kinds:
            self._kinds[key] = self._kind_of(cls.__mro__, name)
        return self._kinds[key]

    def _behind(self, proxy: Any) -> Any:
        """Return what one of Flask's own proxies stands for: asking others would run code."""
        if not any(proxy is own for own in self._named(self._chosen["proxies"])):
            return _MISSING
        try:
            return proxy._get_current_object()  # noqa: SLF001  documented by Werkzeug
        except RuntimeError:
            return _MISSING

    def _kind_of(self, lineage: tuple[type, ...], name: str) -> str | None:
        if any(cls.__module__ == "unittest.mock" for cls in lineage):
            return None
        classes = self._chosen["classes"]
        known = {id(cls): found for found, cls in zip(classes, self._named(classes))}  # noqa: B905  Python 3.8
        for cls in lineage:
            if id(cls) in known:
                owner: str = known[id(cls)]
                return f"{owner}.{name}" if name in classes[owner] else ""
            if name in vars(cls):
                # The project, or a library, has a member of its own by this name.
                return self._file_of(cls)
        return self._file_of(lineage[0])

    def _callee(self, function: Any) -> object:
        if isinstance(function, MethodType):
            function = function.__func__
        if isinstance(function, type):
            return self._own_method(function, "__init__") or self._file_of(function)
        if not hasattr(type(function), "__get__"):
            return self._called_object(type(function))
        names = self._chosen["functions"]
        for name, known in zip(names, self._named(names)):  # noqa: B905  Python 3.8
            if function is known:
                return name
        return self._own_function(function) or ""

    def _called_object(self, cls: type) -> object:
        if any(base.__module__ == "unittest.mock" for base in cls.__mro__):
            return None
        return self._own_method(cls, "__call__") or self._file_of(cls)

    def _own_method(self, cls: type, name: str) -> object:
        for base in cls.__mro__:
            if name in vars(base):
                return self._own_function(vars(base)[name])
        return None

    def _own_function(self, function: Any) -> object:
        """Return the place of the project's function, below the decorators of libraries."""
        seen = 0
        while function is not None and seen < sys.getrecursionlimit():
            code = getattr(function, "__code__", None)
            place = self._place_of(code) if isinstance(code, CodeType) else None
            if place is not None:
                return place
            function = vars(function).get("__wrapped__") if hasattr(function, "__dict__") else None
            seen += 1
        return None

    def _place_of(self, code: CodeType) -> tuple[object, ...] | None:
        path = self._paths.own(code.co_filename)
        return (path, code.co_firstlineno, code.co_name) if path else None

    def _file_of(self, cls: type) -> str:
        module = sys.modules.get(cls.__module__)
        return self._paths.own(getattr(module, "__file__", None) or "")

    def _named(self, names: Any) -> list[Any]:
        """Return the objects of dotted *names*, as far as their modules are imported."""
        return [_object(name) for name in names]


def _object(name: str) -> Any:
    module, _, rest = name.rpartition(".")
    # Not getattr: modules may warn of names that are to go.
    return vars(sys.modules[module]).get(rest, _MISSING) if module in sys.modules else _MISSING


def _identity(function: Any) -> object:
    """Return what is the same for calls of the same function, and lives as long as its module."""
    if isinstance(function, MethodType):
        function = function.__func__
    if isinstance(function, FunctionType):
        return function if "__wrapped__" in vars(function) else function.__code__
    return function if isinstance(function, type) else type(function)
