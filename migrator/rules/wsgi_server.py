r"""Report WSGI servers that the program starts.

A call that gives the app to a WSGI server (`waitress.serve`, `run_simple`, gevent's `WSGIServer`
and the like) gets a finding.

## Why

A Quart app is served by an ASGI server: `hypercorn`, `uvicorn`, `granian`. A WSGI server could
answer through the companion only, one request a thread, and without websockets.
See <https://quart.palletsprojects.com/en/latest/tutorials/deployment.html>.

## Examples

### Waitress

```python before
from flask import Flask
from waitress import serve

app = Flask(__name__)
serve(app, port=8000)
```

```python after
from compat_shims import flask_app
from quart import Quart
from waitress import serve

app = Quart(__name__)
flask_app(app)
serve(flask_app(app), port=8000)
```

## Left alone

### Another app

```python unchanged
from bottle import Bottle
from waitress import serve

serve(Bottle(), port=8000)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._calls import calls_outside
from migrator.rules._places import finding_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
SERVERS = (
    "bjoern.run", "cheroot.wsgi.", "gevent.pywsgi.WSGIServer", "gunicorn.", "paste.httpserver.",
    "serverless_wsgi.", "waitress.", "werkzeug.serving.", "wsgiref.simple_server.",
)  # fmt: skip


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report each call of a WSGI server with the app."""
    for node, call in calls_outside(facts, frozenset({Kind.APP})):
        if _is_server(facts, call) and not module_of(facts, node).is_test:
            yield finding_at(
                facts,
                call,
                NAME,
                message=f"`{ast.unparse(call.func)}()` serves WSGI, and the app is ASGI now",
                why="A WSGI server answers through the companion, one request a thread.",
                next_step="Start the app with hypercorn or uvicorn.",
            )


def _is_server(facts: Facts, call: ast.Call) -> bool:
    names = facts.names_at.get(call.func, frozenset())
    return any(name.startswith(SERVERS) for name in names)
