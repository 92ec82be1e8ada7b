r"""Keep Flask's request where code of a library gets it.

A function that passes the whole `request`, or a response that it has made, to code outside the
project stays Flask code.

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
from quart import Quart
from flask import request
from webargs.flaskparser import parser
from compat_shims import flask_app

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
from migrator.facts.model import CallSite, Facts
from migrator.rules._calls import arguments, is_neutral
from migrator.rules._places import location_of, text_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
HANDED = frozenset({Kind.REQUEST, Kind.RESPONSE})


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand Flask where a library gets a request or a response."""
    for site in facts.calls:
        if isinstance(site.node, ast.Call) and site.external and site.caller is not None:
            yield from _handed(facts, site, site.node)


def _handed(facts: Facts, site: CallSite, call: ast.Call) -> Iterator[Demand]:
    for value in arguments(call):
        kinds = facts.kinds_at.get(value, frozenset()) & HANDED
        if kinds and not is_neutral(facts, call):
            text = f"`{text_of(call.func)}()` of a library gets the {min(kinds)}"
            place = location_of(facts, value)
            yield Demand(value, site.caller, Flavor.NEEDS_FLASK, text, NAME, place)
