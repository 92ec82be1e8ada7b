r"""Enter contexts asynchronously.

`with app.app_context():` and `with app.test_request_context(…):` become `async with` in async
functions. Elsewhere they enter the contexts of the companion Flask app.

## Why

Quart's contexts are async context managers, so sync code (a script, a command, a thread) cannot
enter them; a context of the companion makes Quart's names work, too.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/flask_migration.html>.

## Examples

### At the start of the program, and in a thread

```python before
from threading import Thread

from flask import Flask, current_app

app = Flask(__name__)


def report():
    with app.app_context():
        print(current_app.name)


with app.app_context():
    print(current_app.config["SECRET_KEY"])

Thread(target=report).start()
```

```python after
from threading import Thread

import flask
from compat_shims import flask_app
from quart import Quart, current_app

app = Quart(__name__)
flask_app(app)


def report():
    with flask_app(app).app_context():
        print(flask.current_app.name)


with flask_app(app).app_context():
    print(current_app.config["SECRET_KEY"])

Thread(target=report).start()
```

### In an async view

```python before
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    with app.app_context():
        return render_template("index.html")
```

```python after
from quart import Quart, render_template

app = Quart(__name__)


@app.route("/")
async def index():
    async with app.app_context():
        return await render_template("index.html")
```

## Left alone

### Another object's context

```python unchanged
from celery import Celery

app = Celery("tasks")


def run():
    with app.app_context():
        print("in it")
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Use
from migrator.rules._demands import needs_flask
from migrator.rules._edits import await_met
from migrator.rules._places import location_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
CONTEXTS = ("app_context", "test_request_context", "request_context")


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand, weakly, the async form of each context that is entered."""
    for name in CONTEXTS:
        for use in facts.members.get(Member(Kind.APP, name), ()):
            yield _demand(facts, use)


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Enter asynchronously what stands in an async function."""
    yield from await_met(colors, NAME)


def _demand(facts: Facts, use: Use) -> Demand:
    if use.call is None or not _is_entered(facts, use.call):
        return needs_flask(NAME, use, f"`{ast.unparse(use.node)}` is pushed by hand")
    text = "Quart's contexts are entered with `async with`"
    return Demand(
        use.call,
        use.function,
        Flavor.ASYNC_WITH,
        text,
        NAME,
        location_of(facts, use.call),
        weak=True,
    )


def _is_entered(facts: Facts, call: ast.Call) -> bool:
    return isinstance(facts.program.parent.get(call), ast.withitem)
