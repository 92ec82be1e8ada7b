"""Runs blocking Flask extensions, unchanged, beside Quart's event loop.

`flask_app` gives a Quart app a companion: a real `flask.Flask`, for Flask extensions and for code
that is still Flask code; `flask_blueprint` does so for a blueprint; `quart_app` makes the app of a
library's own subclass of Flask. Each request has a lane, one thread in which all its synchronous
code runs; `offload` goes there from async code, `hop` comes back, `offload_context` holds a context
manager open there, `offload_iter` steps over an iterable.
`as_sync` shows an async view to a synchronous decorator, `uncut` an async function to code that
writes; `send_file` and `send_from_directory` take what Flask's take. `compat_shims.errors` is the
tree of errors.
"""

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compat_shims import errors
    from compat_shims.blueprint import flask_blueprint
    from compat_shims.body import buffer_body
    from compat_shims.companion import flask_app
    from compat_shims.decorators import as_sync, flask_response, uncut
    from compat_shims.files import send_file, send_from_directory
    from compat_shims.iteration import offload_iter
    from compat_shims.lane import hop, offload
    from compat_shims.library_apps import quart_app
    from compat_shims.managers import offload_context
    from compat_shims.options import Options
    from compat_shims.usage import stats
    from compat_shims.wsgi import mount

__all__ = [
    "Options",
    "as_sync",
    "buffer_body",
    "errors",
    "flask_app",
    "flask_blueprint",
    "flask_response",
    "hop",
    "mount",
    "offload",
    "offload_context",
    "offload_iter",
    "quart_app",
    "send_file",
    "send_from_directory",
    "stats",
    "uncut",
]

# pytest loads `compat_shims.pytest_plugin`, and so this module, in every project of an
# environment: Quart is imported when a name is first used.
_HOMES = {
    "Options": "options",
    "as_sync": "decorators",
    "buffer_body": "body",
    "flask_app": "companion",
    "flask_blueprint": "blueprint",
    "flask_response": "decorators",
    "hop": "lane",
    "mount": "wsgi",
    "offload": "lane",
    "offload_context": "managers",
    "offload_iter": "iteration",
    "quart_app": "library_apps",
    "send_file": "files",
    "send_from_directory": "files",
    "stats": "usage",
    "uncut": "decorators",
}


def __getattr__(name: str) -> Any:
    """Import what *name* stands for."""
    if name == "errors":
        return import_module("compat_shims.errors")
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg, name=name)
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what can be imported from here."""
    return __all__


if "unittest" in sys.modules:
    from compat_shims.testing import install_for_unittest

    install_for_unittest()

if "COMPAT_SHIMS_TEST_RUN" in os.environ:
    from compat_shims.testing import install_for_subprocess

    install_for_subprocess()
