"""Which methods of foreign classes the library calls, so that a subclass overrides them."""

import importlib

from migrator.facts.catalog.flask_to_quart import class_members

_INSPECTED = frozenset(
    {
        "argparse", "ast", "cmd", "code", "collections", "collections.abc", "concurrent.futures",
        "configparser", "contextlib", "enum", "html.parser", "http.server", "io", "json",
        "json.decoder", "json.encoder", "logging", "logging.handlers", "multiprocessing", "pickle",
        "queue", "socketserver", "string", "threading", "typing", "unittest", "xml.sax.handler",
    }
)  # fmt: skip
"""Modules of the standard library whose classes say themselves what they have."""

_VIEWS = (
    "flask.views.View",
    "flask.views.MethodView",
    "flask_restful.Resource",
    "flask_restplus.Resource",
    "flask_restx.Resource",
    "flask_smorest.MethodView",
)
REQUEST_CLASSES = frozenset({"flask.Request", "flask.wrappers.Request"})
_AWAITED_METHODS = frozenset(
    {
        "make_default_options_response", "make_response", "send_static_file",
        "update_template_context",
    }
)  # fmt: skip
_ALL_VIEWS = ("flask_classful.FlaskView", "flask_classy.FlaskView")
"""Classes whose public methods are views, whatever they are called.

https://flask-classful.teracy.org/#special-methods
"""
_AROUND_VIEWS = ("after_", "before_")

_KNOWN = {
    "celery.Task": frozenset({"after_return", "on_failure", "on_retry", "on_success", "run"}),
    "flask_login.UserMixin": frozenset({"get_id", "is_active", "is_anonymous", "is_authenticated"}),
    "flask_restful.Resource": frozenset({"as_view"}),
    "flask_restplus.Resource": frozenset({"as_view", "validate_payload"}),
    "flask_restx.Resource": frozenset({"as_view", "validate_payload"}),
}
_OPEN_BASES = ("Form", "FlaskForm")
_PLAIN_ENDINGS = (
    "ABC", "DeclarativeBase", "Document", "Enum", "Error", "Exception", "Generic",
    "Meta", "Mixin", "Model", "NamedTuple", "Protocol", "Schema", "TypedDict",
    "declarative_base()",
)  # fmt: skip


HTTP_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
VIEW_METHODS = HTTP_METHODS | {"dispatch_request"}
"""The methods of a view class that answer requests."""


def is_view_method(base: str, method: str) -> bool:
    """Whether *method* of a subclass of *base* is a view."""
    if base in _ALL_VIEWS:
        return not method.startswith(("_", *_AROUND_VIEWS))
    return method in VIEW_METHODS and base in _VIEWS


def is_awaited_method(base: str, method: str) -> bool:
    """Whether Quart awaits *method* of a subclass of *base*, and calls it as Flask does.

    Others of the app's methods are coroutines, too, but get more arguments in Quart, and those not
    the same ones in each version of it.
    """
    return method in _AWAITED_METHODS and base == "flask.Flask"


def overrides(base: str, method: str) -> bool:
    """Whether code outside the program may call *method* of a subclass of *base*.

    For a class that nothing is known of, each public method counts.
    """
    known = _known(base, method)
    if known is None:
        return not method.startswith("_") and not base.endswith(_PLAIN_ENDINGS)
    return known


def overrides_known(base: str, method: str) -> bool:
    """Whether the class is known to call *method* of a subclass, or of what is mixed into one."""
    return bool(_known(base, method))


def _known(base: str, method: str) -> bool | None:
    """Whether the class calls *method* of a subclass; ``None`` where nothing is known of it."""
    members = class_members().get(base, _KNOWN.get(base))
    if members is not None:
        return method in members
    if base in _ALL_VIEWS:
        return method.startswith(_AROUND_VIEWS)
    if base.endswith(_OPEN_BASES):
        return method.startswith("validate")
    module, _, name = base.rpartition(".")
    if module != "builtins" and module not in _INSPECTED:
        return None
    return hasattr(getattr(importlib.import_module(module), name, None), method)
