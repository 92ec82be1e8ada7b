"""Reads ``flask_to_quart.json``, which ``generate.py`` makes from the two frameworks."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


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
