"""Blueprints of Quart, shown to Flask extensions as blueprints of Flask."""

from typing import Any

import flask
import quart

from compat_shims import companion

__all__ = ["flask_blueprint"]

_KEY = "flask:blueprint"


def flask_blueprint(blueprint: quart.Blueprint) -> flask.Blueprint:
    """Return *blueprint* as a real `flask.Blueprint`, to give to Flask extensions.

    They ask `isinstance(…, flask.Blueprint)`, to tell a blueprint from a view::

        csrf.exempt(flask_blueprint(api))

    The two have the same attributes, so what is registered on one is registered on the other. A
    second call returns the same object, and a blueprint of Flask is returned as it is. Raises
    `TypeError` where *blueprint* is no blueprint.
    """
    given: Any = blueprint
    if isinstance(given, flask.Blueprint):
        return given
    if not isinstance(given, quart.Blueprint):
        refused: Any = companion.for_no_app(given, "flask_blueprint() takes a quart.Blueprint")
        return refused  # type: ignore[no-any-return]
    shown: flask.Blueprint | None = vars(given).get(_KEY)
    if shown is None:
        shown = object.__new__(flask.Blueprint)
        shown.__dict__ = given.__dict__
        vars(given)[_KEY] = shown
    return shown
