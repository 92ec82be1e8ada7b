r"""Await the rendering of a template.

`render_template`, `render_template_string`, `stream_template` and `stream_template_string` are
coroutine functions in Quart.

## Why

A template may call async functions, so Quart renders it asynchronously; the templates themselves
stay as they are.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.templating.html>.

## Examples

### A view and an error handler

```python before
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html")


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html", error=error), 404
```

```python after
from quart import Quart, render_template

app = Quart(__name__)


@app.route("/")
async def index():
    return await render_template("index.html")


@app.errorhandler(404)
async def not_found(error):
    return await render_template("404.html", error=error), 404
```

### A generator expression

A generator expression that awaits would be an async iterator, which `join` cannot take.

```python before
import flask

app = flask.Flask(__name__)


@app.route("/")
def index():
    return "".join(flask.render_template("row.html", row=row) for row in range(3))
```

```python after
import quart

app = quart.Quart(__name__)


@app.route("/")
async def index():
    return "".join([await quart.render_template("row.html", row=row) for row in range(3)])
```

## Left alone

### A function of the same name

```python unchanged
def render_template(name):
    return name.upper()


def index():
    return render_template("index.html")
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.rules._demands import also_flask, await_names
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
TEXTS = ("flask.render_template", "flask.render_template_string")
STREAMS = ("flask.stream_template", "flask.stream_template_string")


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each rendering."""
    for demand in await_names(facts, NAME, TEXTS):
        yield also_flask(facts, demand)
    yield from await_names(facts, NAME, STREAMS)


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)
