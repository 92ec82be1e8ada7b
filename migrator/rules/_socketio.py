"""The handlers of Flask-SocketIO: whether python-socketio could have them, or what keeps them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.facts.kinds import Kind
from migrator.facts.model import Facts, Use
from migrator.index.symbols import Function
from migrator.rules._natives import is_taken
from migrator.rules._places import module_of
from migrator.rules._socketio_calls import name_of, obstacle_in_call
from migrator.rules._websockets import reached

CLASS = "flask_socketio.SocketIO"
OBJECT = f"{CLASS}()"
RUN = f"{OBJECT}.run"
INIT = f"{OBJECT}.init_app"
OF_CLIENT = frozenset(
    f"flask_socketio.{name}"
    for name in ("close_room", "disconnect", "emit", "join_room", "leave_room", "send")
)
"""Functions that ask the request which client they are about."""
OF_SERVER = frozenset(f"{OBJECT}.{name}" for name in ("close_room", "emit", "send", "sleep"))
SAME_OPTIONS = frozenset(
    {
        "always_connect", "async_handlers", "cookie", "cors_allowed_origins", "cors_credentials",
        "engineio_logger", "logger", "max_http_buffer_size", "ping_interval", "ping_timeout",
    }
)  # fmt: skip
"""Options that `socketio.AsyncServer` has, too.

https://python-socketio.readthedocs.io/en/stable/api.html#socketio.AsyncServer
"""
OF_FLASK = frozenset({"async_mode", "manage_session"})
RUN_OPTIONS = frozenset({"debug", "host", "port", "use_reloader"})
OF_WERKZEUG = frozenset({"allow_unsafe_werkzeug", "log_output"})
_DECORATORS = frozenset({f"{OBJECT}.on", f"{OBJECT}.event"})
_KNOWN = {CLASS, OBJECT, RUN, INIT} | OF_CLIENT | OF_SERVER | _DECORATORS
_OF_REQUEST = (
    "flask.current_app", "flask.flash", "flask.g", "flask.get_", "flask.jsonify", "flask.redirect",
    "flask.render_", "flask.session", "flask.url_for", "flask_",
)  # fmt: skip
"""What asks for the request, or the app, in whose context Flask-SocketIO calls a handler."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A function under ``@socketio.on(…)`` or ``@socketio.event``.

    ``server`` is the text of what stands before the dot, ``namespace`` that of the namespace.
    """

    function: Function
    node: ast.FunctionDef
    decorator: ast.expr
    server: str
    event: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """The ``SocketIO`` of a program: the call that makes it, what gives it the app, its handlers.

    ``app`` is the name of the app in ``SocketIO(app)``, ``init`` the call of ``init_app``.
    """

    call: ast.Call
    statement: ast.Assign
    handlers: tuple[Handler, ...]
    app: str = ""
    init: ast.Call | None = None


def find(facts: Facts) -> Server | str | None:
    """Return the ``SocketIO`` that may be replaced, or why not; ``None`` where there is none."""
    uses = [use for use in facts.names.get(CLASS, ()) if use.call is not None]
    if not uses:
        return None
    if len(uses) != 1 or uses[0].call is None:
        return "the program makes several `SocketIO` objects"
    reason = _obstacle_in_program(facts)
    if reason is not None:
        return reason
    made = _made(facts, uses[0].call)
    if isinstance(made, str):
        return made
    reason = _obstacle_in_calls(facts, made)
    reasons = (_obstacle(facts, handler) for handler in made.handlers)
    return reason or next((it for it in reasons if it is not None), made)


def calls(facts: Facts, names: frozenset[str]) -> Iterator[Use]:
    """Yield the uses of *names* in the app, not their imports."""
    for name in sorted(names):
        for use in facts.names.get(name, ()):
            if not isinstance(use.node, ast.alias) and not module_of(facts, use.node).is_test:
                yield use


def _obstacle_in_program(facts: Facts) -> str | None:
    for module in facts.program.modules.values():
        if module.is_test and "socketio" in module.file.text:
            return f"{module.file.path} tests with Flask-SocketIO's client"
        if module.name.partition(".")[0] == "socketio":
            return f"{module.file.path} hides python-socketio"
    for name, uses in facts.names.items():
        is_known = name == OBJECT or name.removesuffix("()") in _KNOWN
        if name.startswith("flask_socketio.") and not is_known:
            return f"`{name.removeprefix('flask_socketio.')}` is used ({uses[0].location})"
    return None


def _made(facts: Facts, call: ast.Call) -> Server | str:
    statement = facts.program.parent.get(call)
    at_top = isinstance(facts.program.parent.get(statement), ast.Module) if statement else False
    if not isinstance(statement, ast.Assign) or not at_top or len(statement.targets) != 1:
        return "`SocketIO` is not made by a plain assignment in a module"
    if others := sorted({it.arg or "**" for it in call.keywords} - SAME_OPTIONS - OF_FLASK):
        return f"python-socketio has no option `{others[0]}`"
    if any(is_taken(facts, call, name) for name in ("ASGIApp", "AsyncServer")):
        return "the module has another `ASGIApp` or `AsyncServer`"
    found = tuple(_handlers(facts))
    given = [use.call for use in facts.names.get(INIT, ()) if use.call is not None]
    match call.args, given:
        case [ast.Name(id=app) as argument], [] if _is_app(facts, argument):
            return Server(call, statement, found, app)
        case [], [ast.Call(args=[ast.Name() as argument], keywords=[]) as init] if _is_app(
            facts, argument
        ) and isinstance(facts.program.parent.get(init), ast.Expr):
            return Server(call, statement, found, init=init)
        case _:
            return "it is not given one app by its name"


def _is_app(facts: Facts, node: ast.expr) -> bool:
    return facts.kinds_at.get(node) == frozenset({Kind.APP})


def _handlers(facts: Facts) -> Iterator[Handler]:
    for name, decorations in facts.decorations.items():
        function = facts.program.functions[name]
        for decoration in decorations:
            is_handler = not _DECORATORS.isdisjoint(decoration.external)
            if is_handler and isinstance(function.node, ast.FunctionDef):
                yield _handler(function, function.node, decoration.node)


def _handler(function: Function, node: ast.FunctionDef, decorator: ast.expr) -> Handler:
    event, namespace, server = function.name, "", ""
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(named, ast.Attribute):
        server = ast.unparse(named.value)
    if isinstance(decorator, ast.Call):
        for argument in decorator.args[:1]:
            event = str(argument.value) if isinstance(argument, ast.Constant) else ""
        for word in decorator.keywords:
            namespace = ast.unparse(word.value) if word.arg == "namespace" else namespace
    return Handler(function, node, decorator, server, event, namespace)


def _obstacle(facts: Facts, handler: Handler) -> str | None:
    name = handler.function.name
    if len(facts.decorations.get(handler.function.id, ())) != 1:
        return f"`{name}` has other decorators, too"
    if not handler.event:
        return f"the event of `{name}` is not written down"
    words = handler.decorator.keywords if isinstance(handler.decorator, ast.Call) else []
    if {it.arg for it in words} - {"namespace"}:
        return f"the decorator of `{name}` has options"
    if not _is_name_free(facts, handler):
        return f"`{name}` has another `sid`"
    reason = _obstacle_in_request(facts, handler)
    if reason is None and handler.function.id in facts.blocking and not _awaits(facts, handler):
        return f"`{name}` waits, and sends nothing"
    return reason


def _is_name_free(facts: Facts, handler: Handler) -> bool:
    taken = facts.program.scopes[handler.node].bound
    new = {"sid", "environ"} if handler.event == "connect" else {"sid"}
    return not taken & new


def _awaits(facts: Facts, handler: Handler) -> bool:
    uses = calls(facts, OF_CLIENT | OF_SERVER)
    return any(use.function == handler.function.id for use in uses)


def _obstacle_in_request(facts: Facts, handler: Handler) -> str | None:
    run = reached(facts, handler.function.id)
    for use in calls(facts, frozenset({"flask.request"})):
        above = facts.program.parent.get(use.node)
        is_sid = isinstance(above, ast.Attribute) and above.attr == "sid"
        if use.function in run and not (is_sid and use.function == handler.function.id):
            return f"`{handler.function.name}` uses the request ({use.location})"
    for name, uses in facts.names.items():
        if name.startswith(_OF_REQUEST) and not name.startswith("flask_socketio."):
            for use in uses:
                if use.function in run:
                    return f"`{handler.function.name}` uses `{name}` ({use.location})"
    return None


def _obstacle_in_calls(facts: Facts, server: Server) -> str | None:
    handled = {handler.function.id for handler in server.handlers}
    for use in calls(facts, OF_CLIENT | OF_SERVER):
        of_server = is_of_server(facts, use)
        reason = obstacle_in_call(use, name_of(facts, use), of_server=of_server)
        if reason is None and not of_server and use.function not in handled:
            reason = "a helper of handlers sends"
        if reason is not None:
            return f"{reason} ({use.location})"
    for use in calls(facts, frozenset({RUN})):
        if not _is_plain_run(use):
            return f"the server is started with other options ({use.location})"
    return None


def _is_plain_run(use: Use) -> bool:
    match use.call:
        case ast.Call(args=[ast.Name()], keywords=words):
            return {it.arg for it in words} <= RUN_OPTIONS | OF_WERKZEUG
        case _:
            return False


def is_of_server(facts: Facts, use: Use) -> bool:
    """Whether *use* is of the ``SocketIO`` itself, which knows of no client."""
    return not OF_SERVER.isdisjoint(facts.names_at.get(use.node, ()))
