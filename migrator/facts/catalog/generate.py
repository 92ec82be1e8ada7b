"""Compares the installed Flask and Quart and writes ``flask_to_quart.json``.

Run it after an update of either: ``python -m migrator.facts.catalog.generate``. A test says when
the file is stale. Nothing else in the migrator imports the two frameworks.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

SUBCLASSED = (
    "flask.Blueprint",
    "flask.Config",
    "flask.Flask",
    "flask.Request",
    "flask.Response",
    "flask.cli.AppGroup",
    "flask.cli.FlaskGroup",
    "flask.ctx.AppContext",
    "flask.ctx.RequestContext",
    "flask.json.provider.DefaultJSONProvider",
    "flask.json.provider.JSONProvider",
    "flask.sessions.SecureCookieSessionInterface",
    "flask.sessions.SessionInterface",
    "flask.testing.FlaskClient",
    "flask.testing.FlaskCliRunner",
    "flask.views.MethodView",
    "flask.views.View",
    "werkzeug.exceptions.HTTPException",
    "werkzeug.routing.BaseConverter",
    "werkzeug.wrappers.Request",
    "werkzeug.wrappers.Response",
)
TARGET = Path(__file__).with_name("flask_to_quart.json")


def aliases(package: ModuleType) -> dict[str, str]:
    """Map each longer name of a public object of *package* to its public one."""
    public = {
        name: value
        for name, value in vars(package).items()
        if not name.startswith("__") and name != "annotations"
    }
    return {
        f"{module.__name__}.{name}": f"{package.__name__}.{name}"
        for module in submodules(package)
        for name, value in vars(module).items()
        if name in public and public[name] is value and not isinstance(value, ModuleType)
    }


def public(package: ModuleType) -> list[str]:
    """List the public names of *package*, its submodules left out."""
    return sorted(
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and name != "annotations" and not isinstance(value, ModuleType)
    )


def submodules(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield every module below *package* but ``__main__``."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def class_members() -> dict[str, list[str]]:
    """List the members of each class of Flask and Werkzeug that programs subclass."""
    return {name: sorted(dir(imported(name))) for name in SUBCLASSED}


def imported(name: str) -> Any:
    """Import the object of a dotted name."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def main() -> None:
    """Write the file."""
    flask = importlib.import_module("flask")
    tables = {"aliases": aliases(flask), "classes": class_members(), "public": public(flask)}
    TARGET.write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
