r"""Let a decorator serve sync and async functions.

The wrapper of a project decorator that only passes the call on becomes async, and calls what it
wraps through `current_app.ensure_async` where it wraps both kinds.

## Why

Around an async view a sync wrapper returns a coroutine that nobody awaits.
`ensure_async` runs a sync view in a thread, as Quart does itself.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html>.

## Examples

### A login check over both kinds of views

```python before
import functools

from flask import Flask, g, redirect, render_template, url_for

app = Flask(__name__)


def login_required(view):
    @functools.wraps(view)
    def wrapped_view(**kwargs):
        if g.get("user") is None:
            return redirect(url_for("login"))

        return view(**kwargs)

    return wrapped_view


@app.route("/login")
def login():
    return "Log in."


@app.route("/page")
@login_required
def page():
    return render_template("page.html")


@app.route("/plain")
@login_required
def plain():
    return "plain"
```

```python after
import functools

from quart import Quart, current_app, g, redirect, render_template, url_for

app = Quart(__name__)


def login_required(view):
    @functools.wraps(view)
    async def wrapped_view(**kwargs):
        if g.get("user") is None:
            return redirect(url_for("login"))

        return await current_app.ensure_async(view)(**kwargs)

    return wrapped_view


@app.route("/login")
def login():
    return "Log in."


@app.route("/page")
@login_required
async def page():
    return await render_template("page.html")


@app.route("/plain")
@login_required
def plain():
    return "plain"
```

## Left alone

### A decorator over sync views only

```python before
import functools

from flask import Flask, g

app = Flask(__name__)


def counted(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        g.count = 1
        return view(*args, **kwargs)

    return wrapper


@app.route("/")
@counted
def index():
    return "index"
```

```python after
import functools

from quart import Quart, g

app = Quart(__name__)


def counted(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        g.count = 1
        return view(*args, **kwargs)

    return wrapper


@app.route("/")
@counted
def index():
    return "index"
```

### A program without Flask

```python unchanged
def twice(function):
    def wrapper():
        return function() + function()

    return wrapper
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.model import Facts
from migrator.rules._places import edit_at, edit_of_file, span_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Call through ``ensure_async`` what may be sync or async."""
    for call in colors.mixed_calls:
        if isinstance(call, ast.Call):
            code = ReplaceExpression("current_app.ensure_async({0})", (span_of(facts, call.func),))
            yield edit_at(facts, call.func, code, NAME)
            yield edit_of_file(facts, call, AddImport("quart", "current_app"), NAME)
