r"""Keep Flask's request where code of a library gets it.

Where nothing but a call of code outside the project gets the whole `request`, the call runs in the
request's thread, and gets Flask's. A function that keeps what such a call returns, or that passes a
response to an extension of Flask, stays Flask code.

## Why

The library expects Flask's or Werkzeug's object: what it reads of it may be awaitable in Quart
(`request.form`), or missing (`request.environ`). In Flask code it gets the genuine one.
See <https://flask.palletsprojects.com/en/stable/api/#flask.Request>.

## Examples

### A parser that takes the request

```python before
from flask import Flask, request
from webargs.flaskparser import parser

app = Flask(__name__)


@app.route("/")
def index():
    return parser.parse({}, request)
```

```python after
from compat_shims import flask_app
from flask import request
from quart import Quart
from webargs.flaskparser import parser

app = Quart(__name__)
flask_app(app)


@app.route("/")
def index():
    return parser.parse({}, request)
```

### A signal that carries the request

```python before
from blinker import signal
from flask import Flask, current_app, jsonify, request

app = Flask(__name__)
ordered = signal("ordered")


@app.post("/orders")
def order():
    title = request.get_json()["title"]
    ordered.send(current_app._get_current_object(), request=request)
    return jsonify(title=title)
```

```python after
import flask
from blinker import signal
from compat_shims import flask_app, offload
from flask import current_app
from quart import Quart, jsonify, request

app = Quart(__name__)
flask_app(app)
ordered = signal("ordered")


@app.post("/orders")
async def order():
    title = (await request.get_json())["title"]
    await offload(ordered.send, current_app._get_current_object(), request=flask.request)
    return jsonify(title=title)
```

## Left alone

### The request passed to the project's own function

```python before
from flask import Flask, request

app = Flask(__name__)


def who(request):
    return request.headers.get("X-User", "nobody")


@app.route("/")
def index():
    return who(request)
```

```python after
from quart import Quart, request

app = Quart(__name__)


def who(request):
    return request.headers.get("X-User", "nobody")


@app.route("/")
def index():
    return who(request)
```

### Other arguments

```python unchanged
import json


def dump(request):
    return json.dumps(request)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.demand import Demand, Flavor
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._calls import calls_outside, is_done_with
from migrator.rules._flask_side import root_of
from migrator.rules._places import location_of, text_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
HANDED = frozenset({Kind.REQUEST, Kind.RESPONSE})


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand Flask where a library gets a request or a response: for the call, if that is all."""
    for value, call in calls_outside(facts, HANDED):
        function = facts.program.owner.get(value)
        kind = min(facts.kinds_at[value] & HANDED)
        if function is not None and (kind is Kind.REQUEST or _is_extension(facts, call)):
            text = f"`{text_of(call.func)}()` of a library gets the {kind}"
            place = location_of(facts, value)
            in_lane = _is_proxy(facts, value) and is_done_with(facts, call)
            flavor = Flavor.IN_LANE if in_lane else Flavor.NEEDS_FLASK
            yield Demand(value, function, flavor, text, NAME, place, unit=call)


def _is_proxy(facts: Facts, value: ast.expr) -> bool:
    return "flask.request" in facts.names_at.get(root_of(value), ())


def _is_extension(facts: Facts, call: ast.Call) -> bool:
    """Whether the callee is a package for Flask: others take the body or the headers."""
    names = facts.names_at.get(call.func, frozenset())
    return any("flask" in name.partition(".")[0] for name in names)
