"""Commands of an app with a companion run in a genuine Flask app context.

They are found by ``quart --app …`` and by the test runner of either framework. No event loop runs
around them, so a command may start one of its own; an async command is run in one.
"""

import asyncio
import functools
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, TypeVar

import click
import flask
import flask.cli
import quart.cli

from compat_shims.companion import Companion, flask_app
from compat_shims.testing import install_for_command

__all__ = ["bridge_commands", "with_appcontext"]

F = TypeVar("F", bound=Callable[..., Any])


def with_appcontext(f: F) -> F:
    """Run the callback *f* of a command in a Flask app context, as `flask.cli.with_appcontext`.

    The app is the one of ``quart --app`` or of ``flask --app``. *f* may be async.
    """

    @click.pass_context
    def decorated(context: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        if not flask.current_app:
            context.with_resource(_app_of(context).app_context())
        return context.invoke(_run_async(f), *args, **kwargs)

    return functools.update_wrapper(decorated, f)  # type: ignore[return-value]


def _app_of(context: click.Context) -> Any:
    info = context.find_object(quart.cli.ScriptInfo) or context.ensure_object(flask.cli.ScriptInfo)
    app: Any = info.load_app()
    return flask_app(app) if isinstance(app, quart.Quart) else app


def _run_async(callback: Any) -> Any:
    """Return *callback*, run in an event loop of its own if it is async: click would drop it."""
    if not iscoroutinefunction(callback):
        return callback

    @functools.wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        return asyncio.run(callback(*args, **kwargs))

    return run


class _BridgedGroup(click.Group):
    """Mixed into the class of ``app.cli``."""

    companion: Companion

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, with the app context pushed until *ctx* ends, as Flask's group does."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and not flask.current_app:
            ctx.with_resource(self.companion.app_context())
        if command is not None:
            _run_async_callbacks(command)
            install_for_command()
        return command

    def command(self, *args: Any, **kwargs: Any) -> Any:
        """Register a command that runs in an app context, unless told otherwise."""
        wraps = kwargs.pop("with_appcontext", True)
        register = super().command(*args, **kwargs)
        return lambda f: register(with_appcontext(f) if wraps else f)


def _run_async_callbacks(command: click.Command) -> None:
    command.callback = _run_async(command.callback)
    for nested in command.commands.values() if isinstance(command, click.Group) else ():
        _run_async_callbacks(nested)


@functools.cache
def _bridged_group(cls: Any) -> Any:
    return type(cls.__name__, (_BridgedGroup, cls), {"__module__": cls.__module__})


def bridge_commands(companion: Companion) -> None:
    """Make the commands of *companion*, those to come included, run in its app context."""
    group: Any = companion.cli
    cls: Any = type(group)
    group.__class__ = _bridged_group(cls)
    group.companion = companion
    for command in group.commands.values():
        if not isinstance(command, click.Group) and command.callback is not None:
            command.callback = with_appcontext(command.callback)
