"""`flask.Flask`, served by Quart: runs the own tests of Flask extensions on Quart."""

from typing import Any

from quart import Quart

from compat_shims.companion import Companion, join

_CONFIG_KEYS = {
    "permanent_session_lifetime": "PERMANENT_SESSION_LIFETIME",
    "secret_key": "SECRET_KEY",
    "testing": "TESTING",
}


class FlaskOnQuart(Companion):
    """What `flask.Flask` is while `flask_on_quart` is in force: each app has a Quart app behind it.

    The app is made by Flask's own code, whatever a subclass overrides; then a Quart app takes it
    over, attributes and all.
    """

    def __init__(self, import_name: str, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of `flask.Flask`."""
        super().__init__(import_name, *args, **kwargs)
        self._take_from_subclasses()
        app = Quart(import_name, root_path=self.root_path, static_folder=None)
        for key, value in app.config.items():
            self.config.setdefault(key, value)
        vars(app).update(vars(self))
        join(app, self)

    def _take_from_subclasses(self) -> None:
        """Put into the instance, where the Quart app sees it, what a subclass says for all apps."""
        lineage = type(self).__mro__
        for cls in reversed(lineage[: lineage.index(FlaskOnQuart)]):
            if "session_interface" in vars(cls):
                vars(self)["session_interface"] = vars(cls)["session_interface"]
            for name, key in _CONFIG_KEYS.items():
                if name in vars(cls):
                    self.config[key] = vars(cls)[name]
