"""`flask.Flask`, served by Quart, where tests make apps themselves.

In the tests of a migrated project they register the project's blueprints, which are Quart's now.
"""

import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any

import flask
import quart
from quart import Quart

from compat_shims.companion import Companion
from compat_shims.library_apps import FlaskOnQuart


class BlueprintOfTest(flask.Blueprint):
    """A blueprint that a test makes, shown to the project's code as one of Quart's, too."""

    @property  # type: ignore[misc]  # object declares a plain attribute
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  it may be assigned there
        """Answer `quart.Blueprint`."""
        return quart.Blueprint


class AppOfTest(FlaskOnQuart):
    """An app that a test makes: the project's code asks for Quart's class, and means such an app.

    `isinstance(app, Quart)` holds beside `isinstance(app, Flask)`: it looks at the type first, and
    then at `__class__`, see <https://docs.python.org/3/library/functions.html#isinstance>.
    """

    @property  # type: ignore[misc]  # object declares a plain attribute
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  it may be assigned there
        """Answer `quart.Quart`."""
        return Quart


def backing_apps_of_tests(original: Callable[..., None]) -> Callable[..., None]:
    """Make the `__init__` of `flask.Flask` under which apps that tests make are served by Quart.

    Apps that the project makes stay as they are, or a test run would hide what was not migrated.
    """

    @wraps(original)
    def __init__(self: flask.Flask, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it replaces one
        if isinstance(self, Companion) or not _is_test(_maker(self, sys._getframe(1))):  # noqa: SLF001  sys's documented name
            original(self, *args, **kwargs)
        else:
            app: Any = self
            cls: Any = type(self)
            app.__class__ = _on_quart(cls)
            AppOfTest.__init__(app, *args, **kwargs)

    return __init__


def showing_blueprints_of_tests(original: Callable[..., None]) -> Callable[..., None]:
    """Make the `__init__` of `flask.Blueprint` that shows those of tests as Quart's, too."""

    @wraps(original)
    def __init__(self: flask.Blueprint, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it replaces one
        original(self, *args, **kwargs)
        if type(self) is flask.Blueprint and _is_test(sys._getframe(1)):  # noqa: SLF001  sys's documented name
            blueprint: Any = self
            blueprint.__class__ = BlueprintOfTest

    return __init__


@cache
def _on_quart(cls: Any) -> Any:
    if cls is flask.Flask:
        return AppOfTest
    return type(cls.__name__, (cls, AppOfTest), {"__module__": cls.__module__})


def _maker(app: flask.Flask, frame: FrameType) -> FrameType:
    """Return the frame that asked for *app*: the first outside the constructors of its classes."""
    while frame.f_code.co_name == "__init__" and frame.f_back is not None:
        if not any(value is app for value in frame.f_locals.values()):
            break
        frame = frame.f_back
    return frame


def _is_test(frame: FrameType) -> bool:
    if "test" in str(frame.f_globals.get("__name__", "")):  # tests.views, conftest, test_app
        return True
    folders = Path(frame.f_globals.get("__file__", "")).parts[:-1]
    return not {"test", "tests"}.isdisjoint(folders)
