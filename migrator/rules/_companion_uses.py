"""Where sync code uses what only the companion Flask app has in a sync form."""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Use
from migrator.rules._demands import stores
from migrator.rules._dispatching import DISPATCHING, calls_super
from migrator.rules._edits import state_of
from migrator.rules._places import module_of
from migrator.rules._views import decorated_views

MEMBERS = (
    *DISPATCHING,
    "app_context", "async_to_sync", "ensure_sync", "make_response", "open_instance_resource",
    "open_resource", "request_context", "send_static_file", "session_interface",
    "test_client", "test_request_context", "wsgi_app",
)  # fmt: skip


def companion_uses(facts: Facts, colors: Colors) -> Iterator[ast.expr]:
    """Yield the app in each such use: ``app`` of ``app.app_context()``."""
    for name in MEMBERS:
        for use in facts.members.get(Member(Kind.APP, name), ()):
            if isinstance(use.node, ast.Attribute) and _needs_it(facts, colors, use):
                yield use.node.value
    for target in stores(facts, Kind.APP, ("session_interface", "wsgi_app")):
        if not module_of(facts, target).is_test and not is_companion(target.value):
            yield target.value


def is_companion(node: ast.expr) -> bool:
    """Whether *node* is ``flask_app(…)`` already."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("flask_app")


def needs_companion(facts: Facts, colors: Colors) -> bool:
    """Whether the app gets a companion: coloring found a reason, or sync code uses it."""
    return (
        bool(colors.needs_companion)
        or any(True for _ in companion_uses(facts, colors))
        or any(True for _ in decorated_views(facts))
    )


def _needs_it(facts: Facts, colors: Colors, use: Use) -> bool:
    if module_of(facts, use.node).is_test or not use.certain:
        return False
    if isinstance(use.node, ast.Attribute) and is_companion(use.node.value):
        return False
    if calls_super(use.node):
        return False
    return state_of(colors, use.function) is not State.ASYNC and not _is_proxy(facts, use)


def _is_proxy(facts: Facts, use: Use) -> bool:
    """Whether it is ``current_app``: in Flask code that is the companion already."""
    app = use.node.value if isinstance(use.node, ast.Attribute) else use.node
    return "flask.current_app" in facts.names_at.get(app, frozenset())
