"""Runs blocking Flask extensions, unchanged, beside Quart's event loop.

`flask_app` gives a Quart app a companion: a real `flask.Flask`, for Flask extensions and for code
that is still Flask code. Each request has a lane, one thread in which all its synchronous code
runs; `offload` goes there from async code, `hop` comes back. `as_sync` shows an async view to a
synchronous decorator. `compat_shims.errors` is the tree of errors.
"""

from compat_shims import errors
from compat_shims.companion import flask_app
from compat_shims.decorators import as_sync
from compat_shims.lane import hop, offload
from compat_shims.options import Options
from compat_shims.stats import stats

__all__ = ["Options", "as_sync", "errors", "flask_app", "hop", "offload", "stats"]
