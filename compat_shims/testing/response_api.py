"""The body of a response that a test got by calling a function of the project.

It is awaited in Quart. Synchronous test code, which was written for Flask, finds it there at once.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import flask
import quart

from compat_shims.response import as_flask
from compat_shims.testing.either_method import EitherMethod
from compat_shims.testing.patches import Patches
from compat_shims.testing.who_asks import asked_by_test


def give_body(patches: Patches) -> None:
    """Let synchronous test code read the body of any response of Quart as Flask's."""
    for name in ("get_data", "get_json"):
        patches.wrap(quart.Response, name, partial(_method, name))
    patches.wrap(quart.Response, "data", partial(_property, "data"))
    # Flask's class inherits it: pytest-flask leaves a class that has a `json` of its own alone.
    json = _property("json", vars(quart.Response)["json"])
    patches.rebase(quart.Response, lambda base: type("JsonOfResponse", (base,), {"json": json}))
    patches.remove(quart.Response, "json")


def with_mixins(cls: type[flask.Response], given: type) -> type[flask.Response]:
    """Return *cls* with what a test library adds behind the app's class: *given* has it, too.

    pytest-flask lets a response be equal to its status in this way, see ``JSONResponse`` in
    <https://github.com/pytest-dev/pytest-flask/blob/master/src/pytest_flask/plugin.py>.
    """
    known = {*quart.Response.__mro__, *cls.__mro__}
    lineage = given.__mro__
    behind = lineage[lineage.index(quart.Response) :] if quart.Response in lineage else ()
    added = tuple(it for it in behind if it not in known)
    return type(given.__name__, (cls, *added), {}) if added else cls


def _method(name: str, original: Callable[..., Any]) -> EitherMethod:
    def answer(response: quart.Response, *args: Any, **kwargs: Any) -> Any:
        if asked_by_test(depth=2):
            return getattr(_as_flask(response), name)(*args, **kwargs)
        return original(response, *args, **kwargs)

    return EitherMethod(original, answer)


def _property(name: str, original: property) -> property:
    def get(response: quart.Response) -> Any:
        if asked_by_test():
            return getattr(_as_flask(response), name)
        return original.__get__(response)

    return property(get, original.fset, doc=original.__doc__)


def _as_flask(response: quart.Response) -> flask.Response:
    app: Any = flask.current_app or flask.Flask
    return as_flask(response, app)
