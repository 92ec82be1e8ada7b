"""The websocket handlers of Flask-Sock: which could be Quart's, and what keeps the others."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.coloring.companion import takes_app
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts, Role
from migrator.index.symbols import Function, FunctionId
from migrator.rules._places import ancestors, module_of
from migrator.rules._websocket_calls import obstacle_in_calls

SOCK = "flask_sock.Sock"
CLOSED = frozenset(
    {
        "flask_sock.ConnectionClosed",
        "simple_websocket.ConnectionClosed",
        "simple_websocket.errors.ConnectionClosed",
    }
)
INIT = f"{SOCK}().init_app"
_KNOWN = frozenset({SOCK, f"{SOCK}()", f"{SOCK}().route", f"{SOCK}().route()"}) | CLOSED
_KNOWN |= {INIT, f"{INIT}()"}
_HOOKS = frozenset({Role.AFTER_REQUEST, Role.BEFORE_REQUEST, Role.URL_PROCESSOR})
_QUIET = (
    "flask_assets.", "flask_babel.", "flask_bcrypt.", "flask_caching.", "flask_cors.",
    "flask_login.", "flask_mail.", "flask_marshmallow.", "flask_migrate.", "flask_moment.",
    "flask_sock.", "flask_sqlalchemy.",
)  # fmt: skip
"""Extensions that run nothing before a request that a websocket would have to run, too."""
_OF_BOTH = frozenset(
    {
        "args", "base_url", "blueprint", "cookies", "endpoint", "headers", "host", "host_url",
        "path", "query_string", "remote_addr", "root_path", "url", "url_root", "url_rule",
        "view_args",
    }
)  # fmt: skip
"""What Quart's websocket has of a request, at once and under the same name.

https://quart.palletsprojects.com/en/latest/reference/source/quart.wrappers.websocket.html
"""


@dataclass(frozen=True, slots=True)
class Handler:
    """A function under ``@sock.route(…)``."""

    function: Function
    node: ast.FunctionDef
    decorator: ast.Call

    @property
    def socket(self) -> str:
        """The name of the parameter that is the connection."""
        return self.node.args.args[0].arg


@dataclass(frozen=True, slots=True)
class Socks:
    """The ``Sock`` of a program: the call that makes it, its app, its handlers.

    ``app`` is what ``Sock(app)`` gets, ``init`` the call ``sock.init_app(app)``: one of them is
    there.
    """

    call: ast.Call
    statement: ast.Assign
    handlers: tuple[Handler, ...]
    app: str = ""
    init: ast.Call | None = None


def handlers(facts: Facts) -> tuple[Handler, ...]:
    """Return the handlers of the app."""
    return tuple(_handlers(facts))


def _handlers(facts: Facts) -> Iterator[Handler]:
    for name, decorations in facts.decorations.items():
        function = facts.program.functions[name]
        for decoration in decorations:
            if f"{SOCK}().route" not in {it.removesuffix("()") for it in decoration.external}:
                continue
            match decoration.node, function.node:
                case ast.Call() as decorator, ast.FunctionDef() as node if node.args.args:
                    yield Handler(function, node, decorator)
                case _:
                    pass


def find(facts: Facts) -> Socks | str | None:
    """Return the ``Sock`` whose handlers all could be Quart's, or why not; ``None`` without one."""
    found = handlers(facts)
    uses = [use for use in facts.names.get(SOCK, ()) if use.call is not None]
    if not found:
        return None
    if len(uses) != 1 or uses[0].call is None:
        return "the program makes several `Sock` objects, or none that could be found"
    reason = _obstacle_in_program(facts)
    if reason is not None:
        return reason
    made = _made(facts, uses[0].call, found)
    if isinstance(made, Socks):
        reasons = (obstacle(facts, handler) for handler in found)
        reason = next((it for it in reasons if it is not None), None)
    return reason or made


def _made(facts: Facts, call: ast.Call, found: tuple[Handler, ...]) -> Socks | str:
    statement = facts.program.parent.get(call)
    match statement:
        case ast.Assign(targets=[ast.Name()]) if isinstance(
            facts.program.parent.get(statement), ast.Module
        ):
            pass
        case _:
            return "`Sock` is not made by a plain assignment in a module"
    match call:
        case ast.Call(args=[ast.Name(id=app)], keywords=[]) if INIT not in facts.names:
            pass
        case ast.Call(args=[], keywords=[]):
            return _made_for_later(facts, call, statement, found)
        case _:
            return "`Sock` is not given an app by its name"
    module = module_of(facts, call).name
    if any(it.function.module != module for it in found):
        return "handlers stand in other modules than the app"
    return Socks(call, statement, found, app)


def _made_for_later(
    facts: Facts, call: ast.Call, statement: ast.Assign, found: tuple[Handler, ...]
) -> Socks | str:
    """Return a ``Sock`` whose app comes by ``init_app``, when all handlers are known to it."""
    given = [use.call for use in facts.names.get(INIT, ()) if use.call is not None]
    match given:
        case [ast.Call(func=ast.Attribute(), args=[ast.Name()], keywords=[]) as init]:
            pass
        case _:
            return "`init_app` is not called once, with an app by its name"
    if any(not _is_defined_before(facts, it, call, init) for it in found):
        return "handlers may be defined after `init_app` is called"
    return Socks(call, statement, found, init=init)


def _is_defined_before(facts: Facts, handler: Handler, call: ast.Call, init: ast.Call) -> bool:
    """Whether the handler is defined before ``init_app`` is called.

    It is where its module is imported for the ``Sock`` itself, or at the top of the module that
    calls ``init_app``.
    """
    at_import = facts.program.owner.get(init) is None
    module, caller = handler.function.module, module_of(facts, init)
    if handler.function.parent is not None:
        return False
    if module == caller.name:
        return not at_import or handler.node.lineno < init.lineno
    if module == module_of(facts, call).name:
        return True
    names = {
        part
        for statement in caller.tree.body
        if isinstance(statement, ast.Import | ast.ImportFrom) and statement.lineno < init.lineno
        for part in _modules_named(statement)
    }
    return module.rpartition(".")[2] in names


def _modules_named(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    yield from (alias.name.rpartition(".")[2] for alias in statement.names)
    if isinstance(statement, ast.ImportFrom) and statement.module:
        yield statement.module.rpartition(".")[2]


def _obstacle_in_program(facts: Facts) -> str | None:
    """Return what runs for a handler of Flask-Sock, and would not for a websocket of Quart."""
    for entries in facts.entry_points.values():
        for entry in entries:
            is_teardown = entry.role is Role.TEARDOWN and "request" in entry.via
            if entry.role in _HOOKS or is_teardown:
                return f"a {entry.role} ({entry.location}) runs for requests, not for websockets"
    for name, uses in facts.names.items():
        if name.startswith(SOCK) and name not in _KNOWN:
            return f"`{name.removeprefix('flask_sock.')}` is used ({uses[0].location})"
        if any(takes_app(facts, name, use) for use in uses) and not name.startswith(_QUIET):
            return f"`{name}` may add hooks that run for requests, not for websockets"
    for module in facts.program.modules.values():
        if "SOCK_SERVER_OPTIONS" in module.file.text:
            return f"{module.file.path} sets `SOCK_SERVER_OPTIONS`"
        if module.is_test and any(it in module.file.text for it in ("flask_sock", "simple_we")):
            return f"{module.file.path} tests Flask-Sock itself"
    return None


def obstacle(facts: Facts, handler: Handler) -> str | None:
    """Return what of the handler keeps it from being a websocket of Quart."""
    arguments = handler.node.args
    name = handler.function.name
    if len(facts.decorations.get(handler.function.id, ())) != 1:
        return f"`{name}` has other decorators, too"
    if arguments.defaults or arguments.kwonlyargs or arguments.vararg or arguments.posonlyargs:
        return f"`{name}` has parameters of other kinds"
    if arguments.args[0].lineno != handler.node.lineno:
        return f"the parameters of `{name}` stand on lines of their own"
    if {word.arg for word in handler.decorator.keywords} - {"defaults", "endpoint"}:
        return f"the route of `{name}` has options"
    reason = obstacle_in_calls(facts, handler.node, handler.socket, CLOSED)
    return reason or _obstacle_in_request(facts, handler)


def _obstacle_in_request(facts: Facts, handler: Handler) -> str | None:
    """Find uses of the request that a websocket lacks; functions that it calls may have none."""
    run = reached(facts, handler.function.id)
    for member in facts.members:
        if member.kind is Kind.REQUEST:
            for use in facts.members[member]:
                if use.function in run - {handler.function.id}:
                    return f"`{handler.function.name}` calls code that uses the request"
    for use in facts.names.get("flask.request", ()):
        if use.function not in run or isinstance(use.node, ast.alias):
            continue
        around = facts.program.parent.get(use.node)
        known = isinstance(around, ast.Attribute) and around.attr in _OF_BOTH
        if not known or not isinstance(use.node, ast.Name) or use.node.id != "request":
            return f"`{handler.function.name}` uses the request in a way that a websocket cannot"
    return None


def reached(facts: Facts, name: FunctionId) -> frozenset[FunctionId]:
    """Return *name* and the functions that it calls, through any number of calls."""
    found, waiting = {name}, [name]
    while waiting:
        caller = waiting.pop()
        for site in facts.calls:
            if site.caller == caller:
                fresh = set(site.targets) - found
                found |= fresh
                waiting.extend(fresh)
    return frozenset(found)


def requests_in(facts: Facts, handler: Handler) -> Iterator[ast.Name]:
    """Yield the names ``request`` in the handler."""
    for use in facts.names.get("flask.request", ()):
        if isinstance(use.node, ast.Name) and handler.node in ancestors(facts, use.node):
            yield use.node
