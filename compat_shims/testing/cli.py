"""Commands of either framework, run by Flask's test runner."""

import flask.cli
import quart.cli

from compat_shims.companion import Companion


class EitherScriptInfo(flask.cli.ScriptInfo, quart.cli.ScriptInfo):  # type: ignore[misc]  # the attributes of both mean the same
    """What a command asks for its app: `with_appcontext` of Flask and of Quart both find it.

    Each of them looks for an instance of its own `ScriptInfo` in click's context, and would
    otherwise look for the app in the files of the current directory.
    """

    def load_app(self) -> flask.Flask:
        """Load the app and return it: the Quart app, where there is one.

        Its app context can be entered by ``with``, as Flask does, and by ``async with``.
        """
        app = super().load_app()
        return app.quart if isinstance(app, Companion) else app  # type: ignore[return-value]  # stands in for it
