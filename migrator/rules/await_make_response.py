r"""Await `make_response`.

`make_response()` and `app.make_response()` are coroutines in Quart.

## Why

The response may be built from a coroutine or a stream.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.helpers.html>.

## Examples

### A response with a header

```python before
from flask import Flask, make_response, render_template

app = Flask(__name__)


@app.route("/")
def index():
    response = make_response(render_template("index.html"), 200)
    response.headers["X-Kind"] = "page"
    return response
```

```python after
from quart import Quart, make_response, render_template

app = Quart(__name__)


@app.route("/")
async def index():
    response = await make_response(await render_template("index.html"), 200)
    response.headers["X-Kind"] = "page"
    return response
```

## Left alone

### Functions that are not awaited in Quart either

```python before
from flask import Flask, jsonify, redirect, url_for

app = Flask(__name__)


@app.route("/")
def index():
    return redirect(url_for("data"))


@app.route("/data")
def data():
    return jsonify(answer=42)
```

```python after
from quart import Quart, jsonify, redirect, url_for

app = Quart(__name__)


@app.route("/")
def index():
    return redirect(url_for("data"))


@app.route("/data")
def data():
    return jsonify(answer=42)
```

### A function of the project's own

```python unchanged
def make_response(text):
    return {"text": text}


def answer():
    return make_response("yes")
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._demands import answers, await_members, await_names
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each response that is made."""
    yield from answers(facts, await_names(facts, NAME, ("flask.make_response",)))
    yield from await_members(facts, NAME, Kind.APP, methods=("make_response",))


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)
