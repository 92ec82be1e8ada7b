r"""Call async functions from code that goes to the request's thread.

Where a write that goes to the thread in one piece ends in `return helper(…)`, and the helper became
async, it is called as `as_sync(helper)(…)`: the thread waits for it. A view that stays Flask code
does the same where that cuts no write in two: so the helper is async for the other views.

## Why

The thread cannot await, and a write must not be cut in two for the sake of the page that is shown
after it. The call has no effect itself, and none comes after it, or no write stands before it: a
client that disconnects while it runs leaves nothing of a write undone.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/sync_code.html>.

## Examples

### A page that a helper renders

```python before
import sqlite3

from flask import Flask, render_template, request

app = Flask(__name__)
db = sqlite3.connect("notes.sqlite")


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        db.execute("INSERT INTO note (text) VALUES (?)", (request.form["text"],))
        if not request.form["text"]:
            return page("empty")
        db.commit()
    return page("index")
```

```python after
import sqlite3

from compat_shims import as_sync, flask_app, offload
from quart import Quart, render_template, request

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


async def page(name, **values):
    return await render_template(f"{name}.html", **values)


@app.route("/", methods=["GET", "POST"])
async def index():
    form = await request.form

    def save():
        if request.method == "POST":
            db.execute("INSERT INTO note (text) VALUES (?)", (form["text"],))
            if not form["text"]:
                return as_sync(page)("empty")
            db.commit()
        return as_sync(page)("index")

    return await offload(save)
```

### A helper of a view that stays Flask code

```python before
from flask import Flask, render_template, request

app = Flask(__name__)


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/")
def index():
    return page("index")


@app.route("/raw")
def raw():
    return page("raw", shallow=request.shallow)
```

```python after
from compat_shims import as_sync, flask_app
from flask import request
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)


async def page(name, **values):
    return await render_template(f"{name}.html", **values)


@app.route("/")
async def index():
    return await page("index")


@app.route("/raw")
def raw():
    return as_sync(page)("raw", shallow=request.shallow)
```

## Left alone

### A helper that a view calls between two writes

```python before
import sqlite3

from flask import Flask, render_template, request

app = Flask(__name__)
db = sqlite3.connect("notes.sqlite")


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/raw")
def raw():
    db.execute("INSERT INTO note (text) VALUES (?)", ("raw",))
    shown = page("raw", shallow=request.shallow)
    db.commit()
    return shown
```

```python after
import sqlite3

from compat_shims import flask_app
from flask import render_template, request
from quart import Quart

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/raw")
def raw():
    db.execute("INSERT INTO note (text) VALUES (?)", ("raw",))
    shown = page("raw", shallow=request.shallow)
    db.commit()
    return shown
```

### A program without Flask

```python unchanged
def page():
    return "page"


print(page())
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, Wrap
from migrator.facts.model import Facts
from migrator.rules._places import edit_at
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Show each async function to the lane as a sync one."""
    for call in colors.hops:
        if isinstance(call, ast.Call):
            wrapper = Wrap(f"{shim(facts, call, 'as_sync')}({{0}})")
            yield edit_at(facts, call.func, wrapper, NAME)
            yield import_shim(facts, call, "as_sync", NAME)
