"""Reads ``flask_to_quart.json``, which ``generate.py`` makes from the two frameworks."""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class Change(StrEnum):
    """How a name or member of Flask is different in Quart."""

    AWAITABLE = "awaitable"
    MISSING = "missing"
    PARAMETERS = "parameters"


@cache
def _generated() -> Mapping[str, Any]:
    text = files("migrator.facts.catalog").joinpath("flask_to_quart.json").read_text("utf-8")
    tables: Mapping[str, Any] = json.loads(text)
    return tables


@cache
def aliases() -> Mapping[str, str]:
    """Map longer names to public ones: ``flask.globals.request`` is ``flask.request``."""
    found: Mapping[str, str] = _generated()["aliases"]
    return found


@cache
def public_names() -> frozenset[str]:
    """Return the public names of the module ``flask``."""
    return frozenset(_generated()["public"])


@cache
def class_members() -> Mapping[str, frozenset[str]]:
    """Map the classes of Flask and Werkzeug that programs subclass to their members."""
    return {name: frozenset(members) for name, members in _generated()["classes"].items()}


@cache
def changes() -> Mapping[str, Change]:
    """Map names (``flask.flash``) and members (``flask.Request.form``) to what changed in Quart.

    A public name or member that is not in it is the same in both.
    """
    return {name: Change(change) for name, change in _generated()["changes"].items()}


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the packages that were compared."""
    found: Mapping[str, str] = _generated()["versions"]
    return found
