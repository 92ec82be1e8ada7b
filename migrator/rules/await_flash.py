r"""Await `flash`.

`flash()` is a coroutine function in Quart.

## Why

Quart sends the `message_flashed` signal asynchronously. An un-awaited `flash()` does nothing but
warn: the message is lost. It waits for nothing else, so `flash` alone makes no function async: such
a function stays Flask code, and both frameworks share the messages.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.helpers.html>.

## Examples

### Beside another await

```python before
from flask import Flask, flash, render_template

app = Flask(__name__)


@app.route("/")
def index():
    flash("Welcome.")
    return render_template("index.html")
```

```python after
from quart import Quart, flash, render_template

app = Quart(__name__)


@app.route("/")
async def index():
    await flash("Welcome.")
    return await render_template("index.html")
```

### Alone

```python before
from flask import Flask, flash, redirect, session, url_for

app = Flask(__name__)


@app.post("/logout")
def logout():
    session.clear()
    flash("Good-bye.")
    return redirect(url_for("index"))
```

```python after
from compat_shims import flask_app
from flask import flash, redirect, session, url_for
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.post("/logout")
def logout():
    session.clear()
    flash("Good-bye.")
    return redirect(url_for("index"))
```

## Left alone

### Another flash

```python unchanged
def flash(message):
    print(message)


flash("ready")
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.rules._demands import await_names
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand, weakly, an await of each flashed message."""
    yield from await_names(facts, NAME, ("flask.flash",), weak=True)


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)
