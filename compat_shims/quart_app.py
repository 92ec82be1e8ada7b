"""A Quart app with the app of a library, which derives its class from Flask's, as its companion."""

from collections.abc import Callable
from functools import cache
from inspect import isclass, iscoroutinefunction
from typing import Any, ParamSpec

import flask
from quart import Quart

from compat_shims.app import BridgedApp
from compat_shims.companion import Companion, join

__all__ = ["FlaskOnQuart", "quart_app"]

P = ParamSpec("P")

_CONFIG_KEYS = {
    "permanent_session_lifetime": "PERMANENT_SESSION_LIFETIME",
    "secret_key": "SECRET_KEY",
    "testing": "TESTING",
}


class FlaskOnQuart(Companion):
    """A Flask app that has a Quart app behind it from the end of Flask's `__init__` on.

    The app is made by Flask's own code, whatever a subclass overrides; then a Quart app takes it
    over, attributes and all.
    """

    def __init__(self, import_name: str, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of `flask.Flask`."""
        super().__init__(import_name, *args, **kwargs)
        self._take_from_subclasses()
        app = self._quart_class()(import_name, root_path=self.root_path, static_folder=None)
        for key, value in app.config.items():
            self.config.setdefault(key, value)
        vars(app).update(vars(self))
        join(app, self)

    def _quart_class(self) -> type[Quart]:
        return Quart

    def _take_from_subclasses(self) -> None:
        """Put into the instance, where the Quart app sees it, what a subclass says for all apps."""
        lineage = type(self).__mro__
        for cls in reversed(lineage[: lineage.index(FlaskOnQuart)]):
            if "session_interface" in vars(cls):
                vars(self)["session_interface"] = vars(cls)["session_interface"]
            for name, key in _CONFIG_KEYS.items():
                if name in vars(cls):
                    self.config[key] = vars(cls)[name]


class _LibraryApp(FlaskOnQuart):
    """The app of a library: code that has the Quart app finds there what the library overrides."""

    def _quart_class(self) -> type[Quart]:
        return _quart_class(type(self))


def quart_app(cls: Callable[P, flask.Flask], *args: P.args, **kwargs: P.kwargs) -> Quart:
    """Return a Quart app that is one with the app ``cls(*args, **kwargs)`` of a library.

    *cls* is a class derived from `flask.Flask`. What its ``__init__`` registers stays Flask code,
    the methods that it overrides stay its own, and the app takes blueprints and async views::

        app = quart_app(LibraryFlask, __name__)

    `flask_app` returns the app of the library, an instance of *cls*. Raises `TypeError` where
    *cls* is no such class.
    """
    if not isclass(cls) or not issubclass(cls, flask.Flask):
        shown = getattr(cls, "__name__", type(cls).__name__)
        msg = f"quart_app() takes a class derived from flask.Flask, not {shown}"
        raise TypeError(msg)
    made = _library_class(cls)(*args, **kwargs)
    served: Quart = made.quart
    return served


@cache
def _library_class(cls: Any) -> Any:
    return type(cls.__name__, (cls, _LibraryApp), {"__module__": cls.__module__})


@cache
def _quart_class(cls: type[flask.Flask]) -> type[Quart]:
    """Return the class of Quart apps with what *cls* has above Flask's."""
    lineage = cls.__mro__
    members = {
        name: _PropertyOfLibrary() if isinstance(value, property) else _OfLibrary()
        for above in reversed(lineage[: lineage.index(_LibraryApp)])
        for name, value in vars(above).items()
        if not (name.startswith("__") or _is_settled(name))
    }
    return type(cls.__name__, (Quart,), {"__module__": cls.__module__, **members})


def _is_settled(name: str) -> bool:
    """Whether both frameworks have it in a form of their own."""
    if any(name in vars(cls) for cls in (BridgedApp, Companion)):
        return True
    return hasattr(flask.Flask, name) and iscoroutinefunction(getattr(Quart, name, None))


class _OfLibrary:
    """A member of the library's class, read of the Quart app: Quart's own until they are one."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, app: Any, owner: type) -> Any:
        if app is None or "bridge" not in vars(app):
            return getattr(super(self._owner, app or owner), self._name)
        return getattr(app.bridge.companion, self._name)


class _PropertyOfLibrary(_OfLibrary):
    """A property of the library's class: the Quart app sets it there, too."""

    def __set__(self, app: Any, value: Any) -> None:
        setattr(app.bridge.companion, self._name, value)
