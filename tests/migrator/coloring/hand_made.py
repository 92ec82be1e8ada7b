"""Facts made by hand from a few lines of code: the solver is tested without the inference.

Names are followed through imports, straight-line assignments and results of calls, functions
through their plain names. Roles are given by the test.
"""

import ast
from dataclasses import replace

from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.solve import color
from migrator.facts.blocking import find_blocking
from migrator.facts.infer import infer
from migrator.facts.model import CallSite, Decoration, EntryPoint, Facts, Role, Use
from migrator.index.build import index
from migrator.options import Options
from migrator.source.files import decode

AWAITED = ("flask.render_template", "flask.request.form", "flask.request.get_json")
WEAK = ("flask.flash",)
MISSING = ("flask.request.environ",)
ALSO_FLASK = ("flask.render_template",)
IN_LANE = ("flask.request.remote_user",)


class Maker:
    """Builds the facts of one module, ``app.py``."""

    def __init__(self, source, roles, path):
        self.program = index([decode(path, source.encode())])
        (self.module,) = self.program.modules.values()
        self.ids = {name.name: name for name in self.program.functions}
        self.names_at = {}
        self.variables = {}
        self.roles = roles

    def location(self, node):
        return self.module.file.location(node)

    def dotted(self, node):
        if isinstance(node, ast.Name):
            return self.variables.get((self.program.owner[node], node.id)) or self.variables.get(
                (None, node.id)
            )
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else None
        if isinstance(node, ast.Call):
            called = self.dotted(node.func)
            return f"{called}()" if called else None
        return None

    def walk(self):
        yield from sorted(
            (node for node in ast.walk(self.module.tree) if hasattr(node, "lineno")),
            key=lambda node: (node.lineno, node.col_offset, -(node.end_col_offset or 0)),
        )

    def read_imports(self):
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.variables[None, alias.asname or alias.name] = alias.name
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.variables[None, alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def read_assignments(self):
        for node in self.walk():
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if self.dotted(value):
                    self.variables[self.program.owner[node], name] = self.dotted(value)

    def uses(self):
        uses = {}
        for node in self.walk():
            name = self.dotted(node)
            if name is None and isinstance(node, ast.Name) and node.id in {"open", "len"}:
                name = node.id
            if name is None:
                continue
            self.names_at[node] = frozenset({name})
            if isinstance(node, ast.Name | ast.Attribute | ast.Call):
                above = self.program.parent[node]
                call = above if isinstance(above, ast.Call) and above.func is node else None
                owner = self.program.owner[node]
                uses.setdefault(name, []).append(Use(node, call, owner, self.location(node), True))
        return {name: tuple(found) for name, found in uses.items()}

    def targets(self, call):
        """What a call of a plain name runs: a function, or what its decorators decorate."""
        if not isinstance(call.func, ast.Name):
            return ()
        owner = self.program.owner[call]
        while owner is not None:
            function = self.program.functions[owner]
            around = function.parent and self.program.functions[function.parent]
            if around and call.func.id in around.parameters:
                return tuple(self.decorated_by(around.name))
            owner = function.parent
        name = self.ids.get(call.func.id)
        return (name,) if name else ()

    def decorated_by(self, decorator):
        for name, function in self.program.functions.items():
            for node in getattr(function.node, "decorator_list", ()):
                if isinstance(node, ast.Name) and node.id == decorator:
                    yield name

    def calls(self):
        for node in self.walk():
            if isinstance(node, ast.Call) and (found := self.targets(node)):
                form = "call"
                if self.program.functions[found[0]].is_generator:
                    form = "iterate" if isinstance(self.program.parent[node], ast.For) else "call"
                owner = self.program.owner[node]
                yield CallSite(node, owner, found, False, form, self.location(node))

    def decorations(self):
        for name, function in self.program.functions.items():
            found = [
                Decoration(node, self.ids.get(ast.unparse(node)), self.external(node))
                for node in getattr(function.node, "decorator_list", ())
            ]
            if found:
                yield name, tuple(found)

    def external(self, node):
        name = self.dotted(node)
        return (name,) if name else ()

    def entry_points(self):
        for name, roles in self.roles.items():
            place = self.location(self.program.functions[self.ids[name]].node)
            yield self.ids[name], tuple(EntryPoint(role, place, "app.route") for role in roles)

    def facts(self):
        self.read_imports()
        self.read_assignments()
        names = self.uses()
        calls = tuple(self.calls())
        callers = {}
        for site in calls:
            for target in site.targets:
                callers.setdefault(target, []).append(site)
        return Facts(
            program=self.program,
            members={},
            names=names,
            kinds_at={},
            names_at=self.names_at,
            calls=calls,
            callers={name: tuple(sites) for name, sites in callers.items()},
            entry_points=dict(self.entry_points()),
            decorations=dict(self.decorations()),
            overrides={},
            bases={},
            blocking={},
            overflows=(),
        )


def facts_of(source, path="app.py", **roles):
    """The facts of a module; ``roles`` gives a function's role, or several in a tuple."""
    tuples = {name: role if isinstance(role, tuple) else (role,) for name, role in roles.items()}
    facts = Maker(source, tuples, path).facts()
    return replace(facts, blocking=find_blocking(facts))


def inferred(source):
    """The colors of a module by the real inference, where models and their kinds matter."""
    facts = infer(index([decode("app.py", source.encode())]))
    facts = replace(facts, blocking=find_blocking(facts))
    return color(facts, tuple(demands_of(facts)), Options())


def demands_of(facts):
    for names, weak, flavor in (
        (AWAITED, False, Flavor.AWAIT),
        (WEAK, True, Flavor.AWAIT),
        (MISSING, False, Flavor.NEEDS_FLASK),
        (IN_LANE, False, Flavor.IN_LANE),
    ):
        for name in names:
            for use in facts.names.get(name, ()):
                node = use.call or use.node
                yield Demand(
                    node,
                    use.function,
                    flavor,
                    f"`{name}`",
                    "test",
                    use.location,
                    weak,
                    also_flask=name in ALSO_FLASK,
                )


def colors_of(source, options=None, **roles):
    facts = facts_of(source, **roles)
    return color(facts, tuple(demands_of(facts)), options or Options())


def states(colors):
    return {name.name: verdict.state.value for name, verdict in colors.verdicts.items()}


def barriers(colors):
    return {
        name.name: verdict.barrier for name, verdict in colors.verdicts.items() if verdict.barrier
    }


def chain(colors, name):
    (verdict,) = (v for n, v in colors.verdicts.items() if n.name == name)
    return [f"{link.location}: {link.text}" for link in verdict.reason]


def offloads(colors):
    """Each offload as its form and its text, a block with its name, results and more."""
    return [_shown(offload) for offload in colors.offloads]


def _shown(offload):
    text = "; ".join(ast.unparse(node).replace("\n", " ") for node in offload.nodes)
    if not offload.name:
        return f"{offload.form}: {text}"
    notes = [offload.name]
    if offload.results:
        notes.append(f"-> {', '.join(offload.results)}")
    if offload.nonlocals:
        notes.append(f"nonlocal {', '.join(offload.nonlocals)}")
    if offload.returns:
        notes.append("returns")
    return f"{' '.join(notes)}: {text}"


def awaited(colors):
    return [ast.unparse(site.node) for site in colors.awaits]


__all__ = ["Role", "awaited", "barriers", "chain", "colors_of", "facts_of", "offloads", "states"]
