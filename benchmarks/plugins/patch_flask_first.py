"""A pytest plugin for comparison: quart-flask-patch, imported before anything imports Flask."""

import quart_flask_patch  # noqa: F401  importing it is the patch
