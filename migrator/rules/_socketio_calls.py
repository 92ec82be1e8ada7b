"""What handlers of Flask-SocketIO call, and how python-socketio says it."""

import ast
from collections.abc import Iterator

from migrator.facts.model import Facts, Use

_TO = frozenset({"to", "room"})
_SENDING = frozenset({"broadcast", "include_self", "namespace", "skip_sid"}) | _TO
_OPTIONS = {
    "close_room": frozenset({"namespace"}),
    "disconnect": frozenset({"namespace"}),
    "emit": _SENDING,
    "join_room": frozenset({"namespace"}),
    "leave_room": frozenset({"namespace"}),
    "send": _SENDING,
}
_ARGUMENTS = {
    "close_room": (1,),
    "disconnect": (0,),
    "emit": (1, 2),
    "join_room": (1,),
    "leave_room": (1,),
    "send": (1,),
    "sleep": (1,),
}
_OF_SERVER = frozenset({"namespace", "skip_sid"}) | _TO
_NAMES = {"join_room": "enter_room"}
_WITH_SID = frozenset({"disconnect", "join_room", "leave_room"})


def obstacle_in_call(use: Use, name: str, *, of_server: bool) -> str | None:
    """Return what python-socketio's server does not say so; ``of_server``: ``socketio.emit(…)``."""
    call = use.call
    if call is None:
        return f"`{name}` is passed on"
    text = ast.unparse(call)
    allowed = _OF_SERVER if of_server else _OPTIONS[name]
    words = {word.arg or "**": word.value for word in call.keywords}
    if words.keys() - allowed or any(isinstance(it, ast.Starred) for it in call.args):
        return f"`{text}` has other arguments"
    if len(call.args) not in _ARGUMENTS[name]:
        return f"`{text}` has other arguments"
    flags = [words[it] for it in ("broadcast", "include_self") if it in words]
    if not all(isinstance(it, ast.Constant) and isinstance(it.value, bool) for it in flags):
        return f"`{text}` decides while it runs to whom it sends"
    return None


def in_words_of_server(
    call: ast.Call, name: str, server: str, namespace: str
) -> tuple[str, tuple[ast.expr, ...]]:
    """Return the call of python-socketio's *server*, with the parts of *call* that stand in it."""
    words = {word.arg: word.value for word in call.keywords if word.arg}
    parts: list[ast.expr] = []
    given = [*(["sid"] if name in _WITH_SID else []), *_placed(call.args, parts)]
    if name in {"emit", "send"}:
        given += _addressed(words, parts)
    if "namespace" in words:
        given.append(f"namespace={_place(words['namespace'], parts)}")
    elif namespace:
        given.append(f"namespace={namespace}")
    return f"{server}.{_NAMES.get(name, name)}({', '.join(given)})", tuple(parts)


def _addressed(words: dict[str, ast.expr], parts: list[ast.expr]) -> Iterator[str]:
    """Say to whom: without a word, Flask-SocketIO sends to the client that it handles."""
    to = [words[it] for it in ("to", "room") if it in words]
    if to:
        yield f"to={_place(to[0], parts)}"
    elif not _is_true(words.get("broadcast")):
        yield "to=sid"
    if "skip_sid" in words:
        yield f"skip_sid={_place(words['skip_sid'], parts)}"
    elif "include_self" in words and not _is_true(words["include_self"]):
        yield "skip_sid=sid"


def _is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _placed(values: list[ast.expr], parts: list[ast.expr]) -> Iterator[str]:
    for value in values:
        yield _place(value, parts)


def _place(value: ast.expr, parts: list[ast.expr]) -> str:
    parts.append(value)
    return f"{{{len(parts) - 1}}}"


def name_of(facts: Facts, use: Use) -> str:
    """Return the last part of the name of what *use* calls."""
    names = sorted(facts.names_at.get(use.node, ()))
    return names[0].rpartition(".")[2] if names else ""
