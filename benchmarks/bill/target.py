"""Find the app that a user names: ``path.to:app`` or ``path.to:create_app(arguments)``."""

import ast
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.errors import UsageError


@dataclass(frozen=True, slots=True)
class Target:
    """A module, a name in it, and what to call it with; `arguments` is None to not call it."""

    module: str
    name: str
    arguments: tuple[tuple[Any, ...], dict[str, Any]] | None


def parse(text: str) -> Target:
    """Read a target as gunicorn and uvicorn would; arguments are literals.

    Raises:
        UsageError: It is not of that form.

    """
    module, _, expression = text.partition(":")
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError:
        node = None
    match node:
        case ast.Name(name) if module:
            return Target(module, name, None)
        case ast.Call(ast.Name(name), arguments, keywords) if module:
            return Target(module, name, _literals(text, arguments, keywords))
    raise UsageError(f"{text}: not a target; write path.to:app or path.to:create_app().")


def load(target: Target, folder: Path) -> Any:
    """Import the target's module, as if started in `folder`, and return the app.

    Raises:
        UsageError: There is no such module or name, or it is neither a Flask nor a Quart app.

    """
    sys.path.insert(0, str(folder))
    try:
        app = getattr(import_module(target.module), target.name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{target.module}:{target.name}: cannot be imported: {error}.") from error
    if target.arguments is not None:
        positional, named = target.arguments
        app = app(*positional, **named)
    if framework(app) is None:
        kind = type(app).__name__
        raise UsageError(f"{target.module}:{target.name}: neither Flask nor Quart, but a {kind}.")
    return app


def framework(app: object) -> str | None:
    """Return ``quart`` or ``flask``, whichever `app` is an app of."""
    for base in type(app).__mro__:
        if (base.__module__, base.__name__) in {("quart.app", "Quart"), ("flask.app", "Flask")}:
            return base.__name__.lower()
    return None


def _literals(
    text: str, arguments: list[ast.expr], keywords: list[ast.keyword]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        positional = tuple(ast.literal_eval(argument) for argument in arguments)
        named = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in keywords}
    except ValueError as error:
        raise UsageError(f"{text}: the arguments of a factory must be literals.") from error
    return positional, named
