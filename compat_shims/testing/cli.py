"""Commands of either framework, run by Flask's test runner."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import flask.cli
import quart.cli

from compat_shims.companion import Companion


class EitherScriptInfo(flask.cli.ScriptInfo, quart.cli.ScriptInfo):  # type: ignore[misc]  # the attributes of both mean the same
    """What a command asks for its app: `with_appcontext` of Flask and of Quart both find it.

    Each of them looks for an instance of its own `ScriptInfo` in click's context, and would
    otherwise look for the app in the files of the current directory.
    """


def app_context_for_either(original: Callable[..., Any]) -> Callable[..., Any]:
    """Make the companion's ``app_context`` return Quart's where Quart's `with_appcontext` asks."""

    @wraps(original)
    def app_context(companion: Companion) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__")  # noqa: SLF001  sys's documented name
        return companion.quart.app_context() if caller == "quart.cli" else original(companion)

    return app_context
