r"""Await the request's body.

`request.form`, `files`, `values`, `json`, `data`, `get_json()` and `get_data()` are awaited in
Quart, which reads the body only when it is asked for.

## Why

Without the await the value is a coroutine: `request.form["name"]` raises, but `if request.form:`
is silently always true.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/flask_migration.html>.

## Examples

### A form in a view

```python before
from flask import Flask, request

app = Flask(__name__)


@app.post("/greet")
def greet():
    name = request.form["name"]
    return "Hello " + request.form.get("title", "") + name
```

```python after
from quart import Quart, request

app = Quart(__name__)


@app.post("/greet")
async def greet():
    name = (await request.form)["name"]
    return "Hello " + (await request.form).get("title", "") + name
```

### JSON, read by a helper in another file

```python before app.py
from flask import Flask
from helpers import payload

app = Flask(__name__)


@app.post("/double")
def double():
    return {"double": payload()["number"] * 2}
```

```python before helpers.py
from flask import request


def payload():
    return request.get_json(silent=True) or {}
```

```python after app.py
from helpers import payload
from quart import Quart

app = Quart(__name__)


@app.post("/double")
async def double():
    return {"double": (await payload())["number"] * 2}
```

```python after helpers.py
from quart import request


async def payload():
    return await request.get_json(silent=True) or {}
```

## Left alone

### A member named by a string

```python before
from flask import Flask, request

app = Flask(__name__)


@app.post("/names")
def names():
    data = getattr(request, "get_json")(silent=True)
    return data or getattr(request, "form")["name"]
```

```python after
from quart import Quart, request

app = Quart(__name__)


@app.post("/names")
async def names():
    data = await getattr(request, "get_json")(silent=True)
    return data or (await getattr(request, "form"))["name"]
```

### Members that need no await

```python before
from flask import Flask, request

app = Flask(__name__)


@app.get("/search")
def search():
    return request.args.get("q", request.headers.get("X-Query", ""))
```

```python after
from quart import Quart, request

app = Quart(__name__)


@app.get("/search")
def search():
    return request.args.get("q", request.headers.get("X-Query", ""))
```

### Another object's form

```python unchanged
def name_of(request):
    return request.form["name"]
```
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Early
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._demands import also_flask, await_members
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each read of the request's body."""
    properties = ("form", "files", "values", "json", "data")
    for demand in await_members(facts, NAME, Kind.REQUEST, properties, ("get_json", "get_data")):
        known = replace(demand, early=_early(demand.node))
        # A file that Flask has read is none of Quart's: it is saved without an await.
        yield known if _is_files(demand.node) else also_flask(facts, known)


def _is_files(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "files"


def _early(node: ast.AST) -> Early:
    """Say whether the body may be read before: what is no JSON raises, unless it is silent."""
    call = node if isinstance(node, ast.Call) else None
    read = call.func if call is not None else node
    if not isinstance(read, ast.Attribute) or read.attr not in {"json", "get_json"}:
        return Early.YES
    return Early.YES if call is not None and _is_silent(call) else Early.IF_REACHED


def _is_silent(call: ast.Call) -> bool:
    return any(
        word.arg == "silent" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)
