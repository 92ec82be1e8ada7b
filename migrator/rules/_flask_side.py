"""Which uses of a name must stay Flask's: the code around them stays Flask code."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.coloring.colors import Colors, State
from migrator.facts.kinds import Kind
from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId
from migrator.rules._bindings import NameUse
from migrator.rules._calls import arguments, calls_outside
from migrator.rules._edits import state_of
from migrator.rules._quart_names import quart_name
from migrator.rules._requests import of_wsgi

SHARED = frozenset({"flask.Flask", "flask.Blueprint"})
"""Names that are Quart's wherever they stand: they build the app that Quart runs."""

APPS = frozenset({Kind.APP})

SAME = frozenset(
    {
        "flask.Markup", "flask.abort", "flask.escape", "flask.g", "flask.session",
        "flask.url_for",
    }
)  # fmt: skip
"""Names that are the same thing in both, sync in both: Flask code may use Quart's."""


def bridged(facts: Facts, colors: Colors, function: FunctionId | None) -> bool:
    """Whether code of *function* is Flask code; a lambda is what the function around it is."""
    while function is not None:
        if state_of(colors, function) is State.BRIDGED:
            return True
        found = facts.program.functions[function]
        if not isinstance(found.node, ast.Lambda):
            return False
        function = found.parent
    return False


@dataclass(frozen=True, slots=True)
class FlaskSide:
    """Which uses keep Flask's names, which get those of ``compat_shims``, and which are gone."""

    facts: Facts
    colors: Colors
    roots: frozenset[ast.AST]
    shimmed: frozenset[ast.AST]
    gone: frozenset[ast.AST]

    def keeps(self, use: NameUse) -> bool:
        """Whether *use* stays Flask's."""
        if use.dotted in SHARED:
            return False
        return use.root in self.roots or bridged(self.facts, self.colors, use.function)

    def target(self, use: NameUse) -> str | None:
        """Return the dotted name that *use* gets where it moves, if there is one."""
        if use.root in self.shimmed:
            return f"compat_shims.{use.dotted.rpartition('.')[2]}"
        return quart_name(use.dotted)


def flask_side(facts: Facts, colors: Colors) -> FlaskSide:
    """Find the uses that keep Flask's names though the code around them is Quart code.

    These are the unmet demands (``flash`` inside an offloaded block), ``request`` where it is
    handed to Flask code, and ``current_app`` where it is handed to a library, or the app behind it:
    a signal knows its sender by identity.
    """
    met = {demand.node for demand in colors.met} | set(hoisted_nodes(colors))
    unmet = (root_of(demand.node) for demand in colors.stated if demand.node not in met)
    handed = (root_of(node) for node in handed_to_bridged(facts, colors))
    apps = (root_of(node) for node, _ in calls_outside(facts, APPS))
    proxies = (root for root in apps if is_current_app(facts, root))
    shimmed = (root_of(demand.node) for demand in colors.met if demand.companion)
    bases = (base for cls in of_wsgi(facts) for base in facts.program.classes[cls].node.bases)
    roots = frozenset((*unmet, *handed, *proxies, *map(root_of, bases)))
    gone = frozenset(map(root_of, hoisted_nodes(colors)))
    return FlaskSide(facts, colors, roots, frozenset(shimmed), gone)


def hoisted_nodes(colors: Colors) -> Iterator[ast.AST]:
    """Yield what is awaited before the block that reads it."""
    for offload in colors.offloads:
        for hoist in offload.hoisted:
            yield from hoist.nodes


def is_current_app(facts: Facts, node: ast.AST) -> bool:
    """Whether *node* is the proxy ``current_app`` itself."""
    return "flask.current_app" in facts.names_at.get(node, frozenset())


def root_of(node: ast.AST) -> ast.AST:
    """Return the name that *node* starts with: ``request`` of ``request.get_json()``."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def handed_to_bridged(facts: Facts, colors: Colors) -> Iterator[ast.expr]:
    """Yield ``request`` where it is an argument of a function that is bridged."""
    for site in facts.calls:
        if isinstance(site.node, ast.Call) and _runs_bridged(colors, site):
            for value in arguments(site.node):
                if "flask.request" in facts.names_at.get(value, ()):
                    yield value


def _runs_bridged(colors: Colors, site: CallSite) -> bool:
    return any(state_of(colors, target) is State.BRIDGED for target in site.targets)
