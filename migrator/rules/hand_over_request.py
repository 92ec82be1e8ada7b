r"""Keep Flask's request where code of a library gets it.

A function that passes the whole `request` to code outside the project, or a response to an
extension of Flask, stays Flask code.

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
from migrator.rules._calls import calls_outside
from migrator.rules._places import location_of, text_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
HANDED = frozenset({Kind.REQUEST, Kind.RESPONSE})


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand Flask where a library gets a request or a response."""
    for value, call in calls_outside(facts, HANDED):
        function = facts.program.owner.get(value)
        kind = min(facts.kinds_at[value] & HANDED)
        if function is not None and (kind is Kind.REQUEST or _is_extension(facts, call)):
            text = f"`{text_of(call.func)}()` of a library gets the {kind}"
            place = location_of(facts, value)
            yield Demand(value, function, Flavor.NEEDS_FLASK, text, NAME, place)


def _is_extension(facts: Facts, call: ast.Call) -> bool:
    """Whether the callee is a package for Flask: others take the body or the headers."""
    names = facts.names_at.get(call.func, frozenset())
    return any("flask" in name.partition(".")[0] for name in names)
