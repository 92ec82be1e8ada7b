"""`flask.Flask`, served by Quart: runs the own tests of Flask extensions on Quart."""

from typing import Any

from quart import Quart

from compat_shims.companion import Companion, join


class FlaskOnQuart(Companion):
    """What `flask.Flask` is while `flask_on_quart` is in force: each app has a Quart app behind it.

    The app is made by Flask's own code, whatever a subclass overrides; then a Quart app takes it
    over, attributes and all.
    """

    def __init__(self, import_name: str, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of `flask.Flask`."""
        super().__init__(import_name, *args, **kwargs)
        app = Quart(import_name, root_path=self.root_path, static_folder=None)
        for key, value in app.config.items():
            self.config.setdefault(key, value)
        vars(app).update(vars(self))
        join(app, self)
