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
        self.put_on_quart()

    def put_on_quart(self) -> None:
        """Give the app, which Flask has made, the Quart app behind it."""
        self._take_from_subclasses()
        app = self._quart_class()(self.import_name, root_path=self.root_path, static_folder=None)
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
        cls: Any = type(self)
        found: type[Quart] = _quart_class(cls)
        return found


def quart_app(maker: Callable[P, flask.Flask], *args: P.args, **kwargs: P.kwargs) -> Quart:
    """Return a Quart app that is one with the app ``maker(*args, **kwargs)`` of a library.

    *maker* is a class derived from `flask.Flask`, or a function that makes an app. What it
    registers stays Flask code, the methods that its class overrides stay its own, and the app takes
    blueprints and async views::

        app = quart_app(LibraryFlask, __name__)

    `flask_app` returns the app of the library, an instance of its class. Raises `TypeError` where
    *maker* makes no app of Flask, or puts middleware on it that hides how it goes on to the app.
    """
    if isclass(maker) and issubclass(maker, flask.Flask):
        cls: Any = maker
        return _served(_library_class(cls)(*args, **kwargs))
    made: Any = maker(*args, **kwargs)
    if not isinstance(made, flask.Flask):
        msg = f"quart_app() takes what makes a flask.Flask, not a {type(made).__name__}"
        raise TypeError(msg)
    return _served(made if isinstance(made, Companion) else _taken_over(made))


def _served(made: Any) -> Quart:
    served: Quart = made.quart
    return served


def _taken_over(made: Any) -> Any:
    """Return *made*, an app that is complete, as one that is served by Quart."""
    cls: Any = type(made)
    made.__class__ = _library_class(cls)
    middleware = vars(made).get("wsgi_app")
    if middleware is not None and not _redirected(middleware, made):
        msg = f"quart_app() does not see how {middleware!r} calls the app that it is put on"
        raise TypeError(msg)
    made.put_on_quart()
    return made


def _redirected(middleware: Any, made: Any) -> bool:
    """Let *middleware*, put on the app while it was Flask's, go on to what the app is now."""
    held = getattr(middleware, "__dict__", {})
    for name, value in held.items():
        if getattr(value, "__self__", None) is made and value.__name__ == "wsgi_app":
            # Bound while the class was another one.
            setattr(middleware, name, Companion.wsgi_app.__get__(made))
            return True
    return any(_redirected(value, made) for value in list(held.values()) if callable(value))


@cache
def _library_class(cls: Any) -> Any:
    return type(cls.__name__, (cls, _LibraryApp), {"__module__": cls.__module__})


@cache
def _quart_class(cls: Any) -> Any:
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
        return name != "add_url_rule"  # The bridge's goes on to what is above it.
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
