"""Compares the installed Flask and Quart and writes ``flask_to_quart.json``.

Run it after an update of either: ``python -m migrator.facts.catalog.generate``. A test says when
the file is stale. Nothing else in the migrator imports the two frameworks.
"""

import importlib
import importlib.metadata
import inspect
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

COUNTERPARTS = {
    "flask.Blueprint": "quart.Blueprint",
    "flask.Config": "quart.Config",
    "flask.Flask": "quart.Quart",
    "flask.Request": "quart.Request",
    "flask.Response": "quart.Response",
    "flask.ctx.AppContext": "quart.ctx.AppContext",
    "flask.ctx.RequestContext": "quart.ctx.RequestContext",
    "flask.json.provider.DefaultJSONProvider": "quart.json.provider.DefaultJSONProvider",
    "flask.json.provider.JSONProvider": "quart.json.provider.JSONProvider",
    "flask.sessions.SecureCookieSessionInterface": "quart.sessions.SecureCookieSessionInterface",
    "flask.sessions.SessionInterface": "quart.sessions.SessionInterface",
    "flask.testing.FlaskClient": "quart.testing.QuartClient",
    "flask.testing.FlaskCliRunner": "quart.testing.QuartCliRunner",
    "flask.views.MethodView": "quart.views.MethodView",
    "flask.views.View": "quart.views.View",
    "werkzeug.datastructures.FileStorage": "quart.datastructures.FileStorage",
}
"""Classes whose members are compared."""

COMPARED = ("flask", "quart", "click", "werkzeug")
"""Packages whose versions the tables depend on: Flask's classes derive from the last two."""

SUBCLASSED = (
    *COUNTERPARTS,
    "flask.cli.AppGroup",
    "flask.cli.FlaskGroup",
    "werkzeug.exceptions.HTTPException",
    "werkzeug.routing.BaseConverter",
    "werkzeug.wrappers.Request",
    "werkzeug.wrappers.Response",
)
"""Classes whose members a subclass may override."""

BOOKKEEPING = {"__annotations__", "__firstlineno__", "__static_attributes__"}
"""Names that Python keeps on classes, differently in each version."""

TARGET = Path(__file__).with_name("flask_to_quart.json")


def tables() -> dict[str, Any]:
    """Compare the installed frameworks."""
    flask = importlib.import_module("flask")
    return {
        "aliases": aliases(flask),
        "changes": changes(flask),
        "classes": {name: sorted(set(dir(imported(name))) - BOOKKEEPING) for name in SUBCLASSED},
        "public": list(public(flask)),
        "versions": {name: importlib.metadata.version(name) for name in COMPARED},
    }


def aliases(package: ModuleType) -> dict[str, str]:
    """Map each longer name of a public object of *package* to its public one."""
    known = public(package)
    return {
        f"{module.__name__}.{name}": f"{package.__name__}.{name}"
        for module in submodules(package)
        for name, value in vars(module).items()
        if name in known and known[name] is value
    }


def public(package: ModuleType) -> dict[str, Any]:
    """Return the public objects of *package* by name, its submodules left out."""
    return {
        name: value
        for name, value in sorted(vars(package).items())
        if not name.startswith("_") and name != "annotations" and type(value) is not ModuleType
    }


def submodules(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield every module below *package* but ``__main__``."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def changes(flask: ModuleType) -> dict[str, str]:
    """Map names and members of Flask to what is different in Quart; the others are the same."""
    quart = importlib.import_module("quart")
    found = dict(_compare("flask", public(flask), vars(quart)))
    for name, counterpart in COUNTERPARTS.items():
        ours, theirs = _members(imported(name)), _members(imported(counterpart))
        found.update(_compare(name, ours, theirs))
    return dict(sorted(found.items()))


def imported(name: str) -> Any:
    """Import the object of a dotted name."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _members(cls: type) -> dict[str, Any]:
    return {
        name: inspect.getattr_static(cls, name) for name in dir(cls) if not name.startswith("_")
    }


def _compare(
    owner: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for name, value in ours.items():
        if name not in theirs:
            yield f"{owner}.{name}", "missing"
        elif _is_awaitable(theirs[name]) and not _is_awaitable(value):
            yield f"{owner}.{name}", "awaitable"
        elif _parameters(value) != _parameters(theirs[name]):
            yield f"{owner}.{name}", "parameters"


def _is_awaitable(value: Any) -> bool:
    """Whether calling or reading *value* gives something to await."""
    # By type(): isinstance would ask a proxy, such as request, for what it stands for.
    function = value.fget if type(value) is property else value
    if type(function) is not FunctionType:
        return False
    if inspect.iscoroutinefunction(function):
        return True
    annotation = function.__annotations__.get("return", "")
    return str(annotation).startswith(("Awaitable", "Coroutine", "typing.Awaitable", "t.Awaitable"))


def _parameters(value: Any) -> tuple[str, ...] | None:
    if type(value) is not FunctionType:
        return None
    return tuple(inspect.signature(value).parameters)


def main() -> None:
    """Write the file."""
    TARGET.write_text(json.dumps(tables(), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
