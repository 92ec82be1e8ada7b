r"""Serve Socket.IO by python-socketio.

With `--native flask-socketio=python-socketio`, `SocketIO(app)` becomes `AsyncServer` of
python-socketio, as an ASGI app around Quart's, and its handlers become async: each gets the `sid`
of its client, and `emit`, `send`, `join_room`, `leave_room` and `disconnect` are calls of the
server. All of them do so, or none: the report says what keeps Flask-SocketIO.

## Why

Flask-SocketIO is WSGI middleware: no websocket of an ASGI server reaches it, so its clients poll,
and each of them holds a thread. python-socketio, on which it stands, speaks the same protocol with
websockets. It calls handlers outside Flask's contexts, so those that use `session`, `current_app`
or an extension stay as they are; so does everything where tests use Flask-SocketIO's own client.
See <https://python-socketio.readthedocs.io/en/stable/server.html>.

## Examples

### A chat

```python before
from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room, send

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins="*", async_mode="threading")
names = {}


@app.post("/news")
def news():
    socketio.emit("news", request.form["text"], to="readers")
    return "sent"


@socketio.on("connect")
def connect():
    emit("welcome", {"you": request.sid})


@socketio.on("disconnect")
def disconnected():
    names.pop(request.sid, None)


@socketio.on("join")
def join(data):
    join_room(data["room"])
    names[request.sid] = data["name"]
    send(f"{data['name']} is here", to=data["room"])


@socketio.on("say", namespace="/all")
def say(text):
    emit("said", text, broadcast=True, include_self=False)
    return "ok"


if __name__ == "__main__":
    socketio.run(app, debug=True, port=8000)
```

```python after
from quart import Quart, request
from socketio import ASGIApp, AsyncServer

app = Quart(__name__)
socketio = AsyncServer(async_mode="asgi", cors_allowed_origins="*")
app.asgi_app = ASGIApp(socketio, app.asgi_app)
names = {}


@app.post("/news")
async def news():
    await socketio.emit("news", (await request.form)["text"], to="readers")
    return "sent"


@socketio.on("connect")
async def connect(sid, environ):
    await socketio.emit("welcome", {"you": sid}, to=sid)


@socketio.on("disconnect")
def disconnected(sid):
    names.pop(sid, None)


@socketio.on("join")
async def join(sid, data):
    await socketio.enter_room(sid, data["room"])
    names[sid] = data["name"]
    await socketio.send(f"{data['name']} is here", to=data["room"])


@socketio.on("say", namespace="/all")
async def say(sid, text):
    await socketio.emit("said", text, skip_sid=sid, namespace='/all')
    return "ok"


if __name__ == "__main__":
    app.run(debug=True, port=8000)
```

### An app factory

```python before
from flask import Flask
from flask_socketio import SocketIO, emit

socketio = SocketIO()


@socketio.event
def ping(number):
    emit("pong", number)


def create_app():
    app = Flask(__name__)
    socketio.init_app(app)
    return app
```

```python after
from quart import Quart
from socketio import ASGIApp, AsyncServer

socketio = AsyncServer(async_mode="asgi")


@socketio.event
async def ping(sid, number):
    await socketio.emit("pong", number, to=sid)


def create_app():
    app = Quart(__name__)
    app.asgi_app = ASGIApp(socketio, app.asgi_app)
    return app
```

## Left alone

### Handlers that ask for the session

```python before
from flask import Flask, session
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)


@socketio.on("who")
def who():
    emit("you", session["name"])
```

```python after
from compat_shims import flask_app
from flask_socketio import SocketIO, emit
from quart import Quart, session

app = Quart(__name__)
flask_app(app)
socketio = SocketIO(flask_app(app))


@socketio.on("who")
def who():
    emit("you", session["name"])
```

### A program without Flask

```python unchanged
import socketio

server = socketio.AsyncServer(async_mode="asgi")
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import (
    AddImport,
    AddParameters,
    Await,
    Edit,
    InsertAfter,
    ReplaceExpression,
    ReplaceStatement,
)
from migrator.facts.model import Facts, Use
from migrator.findings import Finding
from migrator.rules._places import edit_at, edit_of_file, finding_at, location_of, span_of
from migrator.rules._rule import rule_name
from migrator.rules._socketio import (
    CLASS,
    OF_CLIENT,
    OF_SERVER,
    RUN,
    RUN_OPTIONS,
    SAME_OPTIONS,
    Handler,
    Server,
    calls,
    find,
)
from migrator.rules._socketio_calls import in_words_of_server, name_of
from migrator.rules._unused_imports import unused_imports

NAME = rule_name(__name__)
NATIVE = "flask-socketio=python-socketio"


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that all of Flask-SocketIO is python-socketio's, if it can be."""
    server = find(facts)
    if not isinstance(server, Server):
        return
    replaced = [server.call, *(handler.decorator for handler in server.handlers)]
    replaced += [server.init] if server.init else []
    replaced += [use.call for use in calls(facts, frozenset({RUN})) if use.call]
    for node in replaced:
        yield _wished(facts, node, None)
    for use in calls(facts, OF_CLIENT | OF_SERVER):
        if use.call is not None:
            yield _wished(facts, use.call, use)


def _wished(facts: Facts, node: ast.expr, use: Use | None) -> Demand:
    flavor = Flavor.AWAIT if use else Flavor.REPLACED
    function = use.function if use else None
    place = location_of(facts, node)
    return Demand(node, function, flavor, "python-socketio is awaited", NAME, place, wish=NAME)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Put python-socketio's server in the place of Flask-SocketIO's."""
    server = find(facts) if colors.replaced else None
    if not isinstance(server, Server) or server.call not in colors.replaced:
        return
    yield from _made(facts, server)
    yield from _started(facts)
    by_function = {handler.function.id: handler for handler in server.handlers}
    gone: list[ast.expr] = [server.call.func]
    for handler in server.handlers:
        parameters = "sid, environ" if handler.event == "connect" else "sid"
        yield edit_at(facts, handler.node, AddParameters(parameters), NAME)
    for sid in _sids(facts):
        yield edit_at(facts, sid, ReplaceExpression("sid"), NAME)
        gone.append(sid)
    for use in calls(facts, OF_SERVER):
        if use.call is not None:
            yield edit_at(facts, use.call, Await(), NAME)
    for use in calls(facts, OF_CLIENT):
        of = by_function.get(use.function) if use.function else None
        if use.call is not None and of is not None:
            yield from _of_client(facts, use.call, name_of(facts, use), of)
            gone.append(use.node)
    yield from unused_imports(facts, gone, NAME)


def _made(facts: Facts, server: Server) -> Iterator[Edit]:
    call, target = server.call, ast.unparse(server.statement.targets[0])
    kept = [word for word in call.keywords if word.arg in SAME_OPTIONS]
    words = "".join(f", {word.arg}={{{index}}}" for index, word in enumerate(kept))
    spans = tuple(span_of(facts, word.value) for word in kept)
    code = f'AsyncServer(async_mode="asgi"{words})'
    yield edit_at(facts, call, ReplaceExpression(code, spans), NAME)
    yield edit_of_file(facts, call, AddImport("socketio", "AsyncServer"), NAME)
    around = server.init or call
    yield edit_of_file(facts, around, AddImport("socketio", "ASGIApp"), NAME)
    if server.init is None:
        code = f"{server.app}.asgi_app = ASGIApp({target}, {server.app}.asgi_app)"
        yield edit_at(facts, server.statement, InsertAfter(code), NAME)
        return
    statement = facts.program.parent[server.init]
    if isinstance(statement, ast.stmt) and isinstance(server.init.func, ast.Attribute):
        app = server.init.args[0]
        parts = (span_of(facts, app), span_of(facts, server.init.func.value))
        code = "{0}.asgi_app = ASGIApp({1}, {0}.asgi_app)"
        yield edit_at(facts, statement, ReplaceStatement(code, parts), NAME)


def _started(facts: Facts) -> Iterator[Edit]:
    """Start Quart's server where Werkzeug's was started."""
    for use in calls(facts, frozenset({RUN})):
        if use.call is not None:
            kept = [word for word in use.call.keywords if word.arg in RUN_OPTIONS]
            given = [f"{word.arg}={{{index}}}" for index, word in enumerate(kept, start=1)]
            if not any(word.arg in {"debug", "use_reloader"} for word in kept):
                given.append("use_reloader=False")
            parts = (use.call.args[0], *(word.value for word in kept))
            code = f"{{0}}.run({', '.join(given)})"
            spans = tuple(span_of(facts, part) for part in parts)
            yield edit_at(facts, use.call, ReplaceExpression(code, spans), NAME)


def _sids(facts: Facts) -> Iterator[ast.Attribute]:
    for use in calls(facts, frozenset({"flask.request"})):
        match facts.program.parent.get(use.node):
            case ast.Attribute(attr="sid") as sid:
                yield sid
            case _:
                pass


def _of_client(facts: Facts, call: ast.Call, name: str, handler: Handler) -> Iterator[Edit]:
    code, parts = in_words_of_server(call, name, handler.server, handler.namespace)
    spans = tuple(span_of(facts, part) for part in parts)
    yield edit_at(facts, call, ReplaceExpression(code, spans), NAME)
    yield edit_at(facts, call, Await(), NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report what keeps Flask-SocketIO."""
    server = find(facts)
    refused = [it for it in colors.refused if it.demand.rule == NAME]
    if isinstance(server, Server) and refused:
        server = f"{refused[0].reason.text} ({refused[0].reason.location})"
    uses = facts.names.get(CLASS, ())
    made = next((use.call for use in uses if use.call is not None), None)
    if isinstance(server, str) and made is not None:
        yield finding_at(
            facts,
            made,
            NAME,
            message=f"Flask-SocketIO stays: {server}",
            why="It works with the companion, by long polling, as without --native.",
            next_step="Take away what is in the way, or write the handlers by hand: "
            "docs/extensions/flask-socketio.md.",
        )
