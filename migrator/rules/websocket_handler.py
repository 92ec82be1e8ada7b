r"""Turn the handlers of Flask-Sock into websockets of Quart.

`@sock.route(…)` becomes `@app.websocket(…)`, and the connection `ws` becomes
`quart.websocket`: `await websocket.receive()`, `await websocket.send(…)`. All handlers of a program
do so or none: where one of them cannot with certainty, all stay Flask-Sock's, which works as ever,
and the report says why.

## Why

A handler of Flask-Sock holds a thread as long as its client is there; one of Quart holds none.
Where the client is gone, Quart ends the handler by `asyncio.CancelledError`; Flask-Sock raises
`ConnectionClosed`. What runs before requests does not run before websockets of Quart, so a program
with such hooks keeps Flask-Sock.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/websockets.html>.

## Examples

### An echo

```python before
from flask import Flask, request
from flask_sock import Sock

app = Flask(__name__)
sock = Sock(app)


@app.route("/")
def index():
    return request.args.get("q", "")


@sock.route("/echo/<room>")
def echo(ws, room):
    name = request.args.get("name")
    while True:
        data = ws.receive()
        if data == "stop":
            ws.close()
            break
        ws.send(f"{name} in {room}: {data}")
```

```python after
from quart import Quart, request, websocket

app = Quart(__name__)


@app.route("/")
def index():
    return request.args.get("q", "")


@app.websocket("/echo/<room>")
async def echo(room):
    await websocket.accept()
    name = websocket.args.get("name")
    while True:
        data = await websocket.receive()
        if data == "stop":
            await websocket.close(1000)
            break
        await websocket.send(f"{name} in {room}: {data}")
```

### An app factory

```python before
from flask import Flask
from flask_sock import Sock

sock = Sock()


@sock.route("/echo")
def echo(ws):
    ws.send(ws.receive())


def create_app():
    app = Flask(__name__)
    sock.init_app(app)
    return app
```

```python after
from quart import Blueprint, Quart, websocket

sock = Blueprint("__flask_sock", __name__)


@sock.websocket("/echo")
async def echo():
    await websocket.accept()
    await websocket.send(await websocket.receive())


def create_app():
    app = Quart(__name__)
    app.register_blueprint(sock)
    return app
```

### Work, a time-out and the end of the connection

```python before
import json
import time

from flask import Flask
from flask_sock import ConnectionClosed, Sock

app = Flask(__name__)
sock = Sock(app)


@sock.route("/ticks")
def ticks(ws):
    try:
        while True:
            word = ws.receive(timeout=0.5)
            time.sleep(1)
            ws.send(json.dumps({"word": word}))
    except ConnectionClosed:
        print("gone")
```

```python after
import asyncio
import json
import time

from compat_shims import flask_app, offload
from quart import Quart, websocket

app = Quart(__name__)
flask_app(app)


@app.websocket("/ticks")
async def ticks():
    await websocket.accept()
    try:
        while True:
            try:
                word = await asyncio.wait_for(websocket.receive(), 0.5)
            except TimeoutError:
                word = None
            await offload(time.sleep, 1)
            await websocket.send(json.dumps({"word": word}))
    except asyncio.CancelledError:
        print("gone")
        raise
```

## Left alone

### A connection that others send to

```python before
from flask import Flask
from flask_sock import Sock

app = Flask(__name__)
sock = Sock(app)
clients = []


@sock.route("/chat")
def chat(ws):
    clients.append(ws)
    while True:
        message = ws.receive()
        for client in clients:
            client.send(message)
```

```python after
from compat_shims import flask_app
from flask_sock import Sock
from quart import Quart

app = Quart(__name__)
flask_app(app)
sock = Sock(flask_app(app))
clients = []


@sock.route("/chat")
def chat(ws):
    clients.append(ws)
    while True:
        message = ws.receive()
        for client in clients:
            client.send(message)
```

### A program without Flask

```python unchanged
from simple_websocket import Server


def serve(environ):
    ws = Server(environ)
    ws.send("hello")
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.barriers import Barrier
from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import AddImport, Edit
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._natives import is_taken
from migrator.rules._places import Placed, edit_of_file, finding_at, location_of
from migrator.rules._rule import rule_name
from migrator.rules._unused_imports import unused_imports
from migrator.rules._websocket_calls import calls
from migrator.rules._websocket_edits import as_websocket, closed, without_sock
from migrator.rules._websockets import Handler, Socks, find, handlers

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that the handlers are websockets of Quart, if all of them can be."""
    socks = _socks(facts)
    if not isinstance(socks, Socks):
        return
    for call in (socks.call, *([socks.init] if socks.init else [])):
        yield _wished(facts, call, None, Flavor.REPLACED)
    for handler in socks.handlers:
        yield _wished(facts, handler.decorator, handler, Flavor.REPLACED)
        for call in calls(facts, handler.node, handler.socket):
            yield _wished(facts, call, handler, Flavor.AWAIT)


def _socks(facts: Facts) -> Socks | str | None:
    socks = find(facts)
    if not isinstance(socks, Socks):
        return socks
    if any(is_taken(facts, it.decorator, "websocket") for it in socks.handlers):
        return "the module has another `websocket`"
    return socks


def _wished(facts: Facts, node: ast.expr, handler: Handler | None, flavor: Flavor) -> Demand:
    place = location_of(facts, node)
    function = handler.function.id if handler else None
    return Demand(node, function, flavor, "websockets are awaited", NAME, place, wish=NAME)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Make each handler a websocket of Quart, and remove the `Sock`."""
    socks = _socks(facts) if colors.replaced else None
    if not isinstance(socks, Socks) or socks.call not in colors.replaced:
        return
    yield from without_sock(facts, socks, NAME)
    for handler in socks.handlers:
        yield edit_of_file(facts, handler.decorator, AddImport("quart", "websocket"), NAME)
        yield from as_websocket(facts, handler, socks.app, NAME)
    gone = [socks.call.func, *(it for handler in socks.handlers for it in closed(facts, handler))]
    yield from unused_imports(facts, gone, NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report the handlers that stay Flask-Sock's, with what keeps one of them."""
    socks = _socks(facts)
    if isinstance(socks, Socks):
        reasons = [it for it in colors.refused if it.demand.rule == NAME]
        if not reasons or reasons[0].barrier == Barrier.STRATEGY:
            return
        socks = f"{reasons[0].reason.text} ({reasons[0].reason.location})"
    if socks is not None:
        yield _left(facts, handlers(facts)[0].node, socks)


def _left(facts: Facts, node: Placed, reason: str) -> Finding:
    return finding_at(
        facts,
        node,
        NAME,
        message=f"the websocket handlers stay Flask-Sock's: {reason}",
        why="They work, beside Quart's event loop. Each open websocket holds a thread of the pool.",
        next_step="Allow as many threads as clients, `flask_app(app, Options(max_threads=…))`, or "
        "write `@app.websocket`.",
    )
