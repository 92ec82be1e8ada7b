r"""Await the body of a response.

`response.data`, `response.json`, `get_data()`, `get_json()`, and the coroutines `add_etag()`,
`freeze()`, `make_conditional()` and `make_sequence()` are awaited in Quart, in views, hooks and
decorators. Assigning `response.data` stays as it is. A function that calls
`response.get_json(silent=…)` stays Flask code.

## Why

The body of a response may be a stream. Comparisons with an un-awaited body are silently false, and
an un-awaited `make_conditional()` is silently not applied. And Quart's `get_json()` of a response
reads `silent` the wrong way round: it raises where it is asked not to.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.wrappers.html>.

## Examples

### A line end after each JSON document

```python before
from flask import Flask, jsonify

app = Flask(__name__)


def document(**values):
    response = jsonify(values)
    if not response.data.endswith(b"\n"):
        response.data += b"\n"
    return response


@app.route("/")
def index():
    return document(answer=42)
```

```python after
from quart import Quart, jsonify

app = Quart(__name__)


async def document(**values):
    response = jsonify(values)
    if not (await response.data).endswith(b"\n"):
        response.data = await response.data + b"\n"
    return response


@app.route("/")
async def index():
    return await document(answer=42)
```

## Left alone

### JSON that may be none

```python before
from flask import Flask

app = Flask(__name__)


@app.after_request
def mark(response):
    document = response.get_json(silent=True)
    response.headers["X-Document"] = "no" if document is None else "yes"
    return response
```

```python after
from compat_shims import flask_app
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.after_request
def mark(response):
    document = response.get_json(silent=True)
    response.headers["X-Document"] = "no" if document is None else "yes"
    return response
```

### What is no body of a response

```python before
from flask import Flask

app = Flask(__name__)


@app.after_request
def count(response):
    response.headers["X-Length"] = str(response.content_length)
    return response
```

```python after
from quart import Quart

app = Quart(__name__)


@app.after_request
def count(response):
    response.headers["X-Length"] = str(response.content_length)
    return response
```

### Another object's data

```python unchanged
import requests


def size(url):
    response = requests.get(url)
    response.data += b"x"
    return response.json()
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Edit, ReplaceStatement
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.rules._demands import await_members, needs_flask, reads, stores
from migrator.rules._edits import awaiting, met_in_place
from migrator.rules._places import edit_at, location_of, span_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
PROPERTIES = ("data", "json")
METHODS = (
    "get_data", "get_json", "add_etag", "freeze", "make_conditional", "make_sequence",
)  # fmt: skip


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each read of a body, ``response.data += …`` included."""
    yield from await_members(facts, NAME, Kind.RESPONSE, PROPERTIES, METHODS)
    for use in reads(facts, Member(Kind.RESPONSE, "get_json")):
        if use.call is not None and any(word.arg == "silent" for word in use.call.keywords):
            yield needs_flask(NAME, use, "Quart reads `silent` of a response the wrong way round")
    for target in stores(facts, Kind.RESPONSE, ("data",)):
        if isinstance(facts.program.parent.get(target), ast.AugAssign):
            text = "`response.data` is awaited in Quart"
            function, place = facts.program.owner.get(target), location_of(facts, target)
            yield Demand(target, function, Flavor.AWAIT, text, NAME, place)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable; an augmented assignment reads, then assigns."""
    for demand in met_in_place(colors, NAME):
        statement = facts.program.parent.get(demand.node)
        if isinstance(statement, ast.AugAssign) and statement.target is demand.node:
            yield _assignment(facts, statement)
        else:
            yield awaiting(demand, NAME)


def _assignment(facts: Facts, statement: ast.AugAssign) -> Edit:
    target, value = span_of(facts, statement.target), span_of(facts, statement.value)
    operator = _OPERATORS[type(statement.op)]
    code = f"{{0}} = await {{1}} {operator} {{2}}"
    return edit_at(facts, statement, ReplaceStatement(code, (target, target, value)), NAME)


_OPERATORS = {ast.Add: "+", ast.Mult: "*", ast.Mod: "%"}
