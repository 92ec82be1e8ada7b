r"""Report how Flask-SocketIO is served after the migration.

`socketio.run(app)` still starts Werkzeug's server, with websockets and a thread for each client. An
ASGI server serves the same app; there Flask-SocketIO works by long polling, since it is WSGI
middleware. `eventlet` and `gevent` cannot run beside an event loop at all. Each gets a finding.

## Why

Nothing in the app says so, and clients fall back to polling without a word. python-socketio, on
which Flask-SocketIO stands, has a server for asyncio that speaks the same protocol, websockets
included; its handlers are other code (`async def`, `sid` as an argument), so the rewrite is a
decision of yours: `--native flask-socketio=python-socketio`
([Flask-SocketIO on Quart](../../extensions/flask-socketio.md)).
See <https://python-socketio.readthedocs.io/en/stable/server.html>.

## Examples

### A server that the app starts

```python before
from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)
```

```python after
from compat_shims import flask_app
from flask_socketio import SocketIO
from quart import Quart

app = Quart(__name__)
flask_app(app)
socketio = SocketIO(flask_app(app))
```

```python left serve.py
from app import app, socketio

if __name__ == "__main__":
    print(app.name)
    socketio.run(port=5001)
```

## Left alone

### Another thing that runs

```python unchanged
from worker import SocketIO

SocketIO().run()
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.facts.model import Facts, Use
from migrator.findings import Finding
from migrator.rules._places import finding_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
RUN = "flask_socketio.SocketIO().run"
CLASS = "flask_socketio.SocketIO"
PATCHES = ("eventlet.monkey_patch", "gevent.monkey.patch_all")
_GREEN = frozenset({"eventlet", "gevent", "gevent_uwsgi"})


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report each start of a server, and each choice of green threads."""
    for use in _calls(facts, RUN):
        if use.call in colors.replaced:
            continue
        yield _finding(
            facts,
            use,
            "`socketio.run()` starts Werkzeug's server, and an ASGI server has long polling only",
            "Flask-SocketIO is WSGI middleware: no websocket of an ASGI server reaches it.",
            "For websockets on an ASGI server ask for --native flask-socketio=python-socketio, or "
            "write the handlers for it: docs/extensions/flask-socketio.md shows how.",
        )
    for use in _green(facts):
        yield _finding(
            facts,
            use,
            "eventlet and gevent replace what asyncio stands on",
            "An event loop and patched sockets and threads block each other.",
            'Remove the patch, and say `SocketIO(…, async_mode="threading")`.',
        )


def _green(facts: Facts) -> Iterator[Use]:
    for name in PATCHES:
        yield from _calls(facts, name)
    for use in _calls(facts, CLASS):
        words = use.call.keywords if use.call else []
        modes = {it.value.value for it in words if isinstance(it.value, ast.Constant)}
        if modes & _GREEN:
            yield use


def _calls(facts: Facts, name: str) -> Iterator[Use]:
    for use in facts.names.get(name, ()):
        if use.call is not None and not module_of(facts, use.node).is_test:
            yield use


def _finding(facts: Facts, use: Use, message: str, why: str, next_step: str) -> Finding:
    return finding_at(
        facts, use.call or use.node, NAME, message=message, why=why, next_step=next_step
    )
