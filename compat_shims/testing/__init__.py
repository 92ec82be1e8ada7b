"""Flask's own test client over a Quart app, in synchronous tests.

`serve_wsgi` answers one WSGI call by a Quart app. `install` gives every Quart app Flask's way of
being tested, for the duration of a test run: `compat_shims.pytest_plugin` calls it for pytest,
`install_for_unittest` for ``python -m unittest``.
"""

from compat_shims.testing.serve import serve_wsgi

__all__ = ["serve_wsgi"]
