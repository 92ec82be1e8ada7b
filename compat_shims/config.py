"""Flask's configuration, where Quart's silently differs, for an app with a companion."""

import json
from collections.abc import Callable
from typing import Any

import flask
import quart
from quart.config import Config

__all__ = ["BridgedConfig", "use_flask_defaults"]

_ENDLESS = ("BODY_TIMEOUT", "RESPONSE_TIMEOUT")
"""Quart ends a slow upload with 408 and cuts a long stream short; Flask does neither."""


class BridgedConfig(Config):
    """A configuration that reads the environment variables of Flask."""

    def from_prefixed_env(
        self, prefix: str = "FLASK", *, loads: Callable[[str], Any] = json.loads
    ) -> bool:
        """Read ``FLASK_*``, where Quart reads ``QUART_*``."""
        return super().from_prefixed_env(prefix, loads=loads)


def use_flask_defaults(app: quart.Quart) -> None:
    """Give the configuration of *app* Flask's defaults where nobody has set another value.

    https://flask.palletsprojects.com/en/stable/config/#builtin-configuration-values against
    https://quart.palletsprojects.com/en/latest/how_to_guides/configuration.html
    """
    if type(app.config) is Config:
        app.config.__class__ = BridgedConfig
    for name, flasks in flask.Flask.default_config.items():
        quarts = quart.Quart.default_config.get(name)
        if name not in app.config or (quarts != flasks and app.config[name] == quarts):
            app.config[name] = flasks
    for name in _ENDLESS:
        if app.config.get(name) == quart.Quart.default_config[name]:
            app.config[name] = None
