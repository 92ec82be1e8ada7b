"""What a project's own class of apps defines, and its companion has as well.

``class Shop(Quart)`` may set options of the templates, override what Flask asks the app for, and
bring methods and attributes of its own that code finds on `flask.current_app`.
"""

from collections.abc import Container, Iterator
from inspect import iscoroutinefunction
from typing import Any

import flask
import quart

from compat_shims import _quart
from compat_shims.app import BridgedApp

__all__ = ["environment_of_app", "members_of_app"]

_OF_QUART = frozenset(
    {
        "app_ctx_globals_class", "asgi_http_class", "asgi_lifespan_class", "asgi_websocket_class",
        "config_class", "default_config", "event_class", "json_provider_class", "lock_class",
        "session_interface", "shutdown_event", "test_app_class", "websocket_class",
    }
)  # fmt: skip
"""What Quart reads of its own app only, or both read of the attributes that they share."""


class _OfApp:
    """A member of the app, read of the companion."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, companion: Any, owner: type) -> Any:
        return self if companion is None else getattr(companion.bridge.app, self._name)


class _PropertyOfApp(_OfApp):
    """A property of the app: the companion sets it on the app, too."""

    def __set__(self, companion: Any, value: Any) -> None:
        setattr(companion.bridge.app, self._name, value)


def members_of_app(app_class: Any, settled: Container[str]) -> dict[str, Any]:
    """Return what the project's classes above Quart define, as members of a companion's class.

    Not what is *settled* by the companion or the bridge, nor what Quart awaits and Flask calls.
    """
    return {
        name: _PropertyOfApp(name) if isinstance(value, property) else _OfApp(name)
        for cls in _own_classes(app_class)
        for name, value in vars(cls).items()
        if not (name.startswith("__") or name in settled or _is_quarts(name))
    }


def _is_quarts(name: str) -> bool:
    if name in _OF_QUART or any(name in vars(cls) for cls in (BridgedApp, _quart.Dispatch)):
        return True
    return hasattr(flask.Flask, name) and iscoroutinefunction(getattr(quart.Quart, name, None))


def _own_classes(app_class: Any) -> Iterator[type]:
    for cls in app_class.__mro__:
        if cls is quart.Quart:
            return
        yield cls


def environment_of_app(app: quart.Quart) -> Any:
    """Return the Jinja environment that the app's own class creates; None if it overrides none."""
    for cls in _own_classes(type(app)):
        if cls is not BridgedApp and "create_jinja_environment" in vars(cls):
            bridged: Any = app
            above: Any = super(BridgedApp, bridged)
            return above.create_jinja_environment()
    return None
