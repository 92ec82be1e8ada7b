"""What libraries make that is an app of Flask: a program shows it by what it does with it.

The libraries themselves are not read: they need not be installed where a program is migrated.
"""

import ast
from collections.abc import Iterator

from migrator.facts.kinds import Kind
from migrator.facts.model import Facts, Use

OF_FLASK_ONLY = (
    "app_context", "context_processor", "jinja_env", "teardown_appcontext", "wsgi_app",
)  # fmt: skip
"""Members that no app of another framework has, where its class is called with `__name__`."""

KNOWN = frozenset({"apiflask.APIFlask", "flask_openapi3.OpenAPI"})

_MADE = "()"
_REGISTERING = ".register_blueprint"
_FRAMEWORKS = ("flask.", "quart.", "compat_shims.")


def library_apps(facts: Facts) -> frozenset[str]:
    """Return the classes and functions of libraries that make apps of Flask."""
    taking = (it.removesuffix(_MADE) for it in blueprint_takers(facts) if it.endswith(_MADE))
    used = KNOWN & facts.names.keys()
    return frozenset(it for it in (*used, *taking, *_named_apps(facts)) if _is_foreign(it))


def blueprint_takers(facts: Facts) -> frozenset[str]:
    """Return what blueprints of the program are registered on outside the program."""
    return frozenset(
        name.removesuffix(_REGISTERING)
        for name, uses in facts.names.items()
        if name.endswith(_REGISTERING)
        and _is_foreign(name)
        and any(_takes_blueprint(facts, use) for use in uses)
        and not _is_extension(facts, name.removesuffix(_REGISTERING))
    )


def _is_foreign(name: str) -> bool:
    return not name.startswith(_FRAMEWORKS)


def _takes_blueprint(facts: Facts, use: Use) -> bool:
    return any("flask.Blueprint()" in facts.names_at.get(it, ()) for it in _arguments(use.call))


def _is_extension(facts: Facts, name: str) -> bool:
    """Whether it is given the app: it registers blueprints on that."""
    if f"{name}.init_app" in facts.names:
        return True
    calls = (use.call for use in facts.names.get(name.removesuffix(_MADE), ()))
    return any(Kind.APP in facts.kinds_at.get(it, ()) for call in calls for it in _arguments(call))


def _named_apps(facts: Facts) -> Iterator[str]:
    """Yield the classes that are called with ``__name__`` and used as apps of Flask."""
    for name in facts.names:
        maker, _, member = name.rpartition("().")
        is_used = member in OF_FLASK_ONLY and maker.rpartition(".")[2][:1].isupper()
        if is_used and any(_gets_name(use.call) for use in facts.names.get(maker, ())):
            yield maker


def _gets_name(call: ast.Call | None) -> bool:
    return any(isinstance(it, ast.Name) and it.id == "__name__" for it in _arguments(call)[:1])


def _arguments(call: ast.Call | None) -> list[ast.expr]:
    return [] if call is None else [*call.args, *(keyword.value for keyword in call.keywords)]
