r"""Call async functions from code that goes to the request's thread.

Where a write that goes to the thread in one piece calls a helper that became async, it calls it as
`uncut(helper)(…)`: the thread waits for it. A view that stays Flask code does the same. So the
helper is async for the other views.

## Why

The thread cannot await, and a write must not be cut in two. Under Flask a client that disconnects
cuts nothing; Quart cancels what the request awaits. `uncut` lets what it calls come to its end: a
write that has begun is done in full.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/sync_code.html> and
<https://quart.palletsprojects.com/en/latest/how_to_guides/disconnections.html>.

## Examples

### A text that a helper renders, in the middle of a write

```python before
import sqlite3

from flask import Flask, render_template, request

app = Flask(__name__)
db = sqlite3.connect("notes.sqlite")


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.post("/")
def add():
    db.execute("INSERT INTO note (text) VALUES (?)", (request.form["text"],))
    db.execute("INSERT INTO page (html) VALUES (?)", (page("note"),))
    db.commit()
    return "added"
```

```python after
import sqlite3

from compat_shims import flask_app, offload, uncut
from quart import Quart, render_template, request

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


async def page(name, **values):
    return await render_template(f"{name}.html", **values)


@app.post("/")
async def add():
    form = await request.form

    def save():
        db.execute("INSERT INTO note (text) VALUES (?)", (form["text"],))
        db.execute("INSERT INTO page (html) VALUES (?)", (uncut(page)("note"),))
        db.commit()

    await offload(save)
    return "added"
```

### An upload that is saved in the middle of a write

```python before
import sqlite3

from flask import Flask, redirect, request

app = Flask(__name__)
db = sqlite3.connect("notes.sqlite")


@app.post("/covers")
def add():
    cover = request.files["cover"]
    db.execute("INSERT INTO cover (name) VALUES (?)", (cover.filename,))
    cover.save("covers/new.png")
    db.commit()
    return redirect("/")
```

```python after
import sqlite3

from compat_shims import flask_app, offload, uncut
from quart import Quart, redirect, request

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


@app.post("/covers")
async def add():
    cover = (await request.files)["cover"]

    def save():
        db.execute("INSERT INTO cover (name) VALUES (?)", (cover.filename,))
        uncut(cover.save)("covers/new.png")
        db.commit()

    await offload(save)
    return redirect("/")
```

### An upload that Flask code saves

It may be one of Quart's or of Flask's, by who calls.

```python before
from flask import Flask, request

app = Flask(__name__)


def keep(upload):
    upload.save(f"covers/{request.shallow}.png")


@app.post("/covers")
def add():
    keep(request.files["cover"])
    return request.get_json()["title"]
```

```python after
import flask
from compat_shims import flask_app, offload, uncut
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


def keep(upload):
    uncut(upload.save)(f"covers/{flask.request.shallow}.png")


@app.post("/covers")
async def add():
    await offload(keep, (await request.files)["cover"])
    return (await request.get_json())["title"]
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
from compat_shims import flask_app, uncut
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
    return uncut(page)("raw", shallow=request.shallow)
```

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

from compat_shims import flask_app, uncut
from flask import request
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


async def page(name, **values):
    return await render_template(f"{name}.html", **values)


@app.route("/raw")
def raw():
    db.execute("INSERT INTO note (text) VALUES (?)", ("raw",))
    shown = uncut(page)("raw", shallow=request.shallow)
    db.commit()
    return shown
```

## Left alone

### A helper that a command calls, too

Outside a request there is no thread that waits.

```python before
from flask import Flask, render_template, request

app = Flask(__name__)


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/raw")
def raw():
    return page("raw", shallow=request.shallow)


@app.cli.command()
def show():
    print(page("raw", shallow=False))
```

```python after
from compat_shims import flask_app
from compat_shims.cli import with_appcontext
from flask import render_template, request
from quart import Quart

app = Quart(__name__)
flask_app(app)


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/raw")
def raw():
    return page("raw", shallow=request.shallow)


@app.cli.command()
@with_appcontext
def show():
    print(page("raw", shallow=False))
```

### What a decorator that stays Flask code decorates

`@as_sync` shows it as sync already.

```python before
import functools

from flask import Flask, jsonify, request

app = Flask(__name__)


def jsonp(view):
    @functools.wraps(view)
    def wrapped(**values):
        if request.shallow:
            return "shallow"
        response = jsonify(view(**values))
        response.set_data(f"call({response.get_data(as_text=True)})")
        return response

    return wrapped


@app.route("/names", methods=["POST"])
@jsonp
def names():
    return request.json["names"]
```

```python after
import functools

import flask
from compat_shims import as_sync, flask_app
from flask import jsonify
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


def jsonp(view):
    @functools.wraps(view)
    def wrapped(**values):
        if flask.request.shallow:
            return "shallow"
        response = jsonify(view(**values))
        response.set_data(f"call({response.get_data(as_text=True)})")
        return response

    return wrapped


@app.route("/names", methods=["POST"])
@jsonp
@as_sync
async def names():
    return (await request.json)["names"]
```

### A decorator that stays Flask code, of a view that stays synchronous

```python before
from functools import wraps

from flask import Flask, abort, request

app = Flask(__name__)


def protect(view):
    @wraps(view)
    def wrapper():
        if not request.environ.get("HTTP_X_TOKEN"):
            abort(403)
        return view()

    return wrapper


@app.route("/")
@protect
def index():
    return "open"
```

```python after
from functools import wraps

from compat_shims import flask_app
from flask import abort, request
from quart import Quart

app = Quart(__name__)
flask_app(app)


def protect(view):
    @wraps(view)
    def wrapper():
        if not request.environ.get("HTTP_X_TOKEN"):
            abort(403)
        return view()

    return wrapper


@app.route("/")
@protect
def index():
    return "open"
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
            wrapper = Wrap(f"{shim(facts, call, 'uncut')}({{0}})")
            yield edit_at(facts, call.func, wrapper, NAME)
            yield import_shim(facts, call, "uncut", NAME)
