r"""Wait by asyncio, where `--native time=asyncio` asks for it.

`time.sleep(…)` becomes `await asyncio.sleep(…)`, so that a wait holds no thread. It stays where the
function cannot be async, or where the wait is part of work that goes to a thread in one piece.

## Why

A sync view that sleeps holds one of the pool's threads meanwhile; 40 of them hold up everything
that needs a thread. asyncio's sleep holds nothing.
See <https://docs.python.org/3/library/asyncio-task.html#sleeping>.

## Examples

### A view and a helper that wait

```python before
import time

from flask import Flask

app = Flask(__name__)


def wait(seconds):
    time.sleep(seconds)


@app.route("/slow")
def slow():
    wait(0.5)
    return "done"
```

```python after
import asyncio

from quart import Quart

app = Quart(__name__)


async def wait(seconds):
    await asyncio.sleep(seconds)


@app.route("/slow")
async def slow():
    await wait(0.5)
    return "done"
```

## Left alone

### A command

No event loop waits for it.

```python before
from time import sleep

from flask import Flask

app = Flask(__name__)


@app.cli.command()
def remind():
    sleep(1)
```

```python after
from time import sleep

from compat_shims.cli import with_appcontext
from quart import Quart

app = Quart(__name__)


@app.cli.command()
@with_appcontext
def remind():
    sleep(1)
```

### Between a write and its commit

```python before
import sqlite3
import time

from flask import Flask, request

app = Flask(__name__)


@app.post("/")
def add():
    text = request.form["text"]
    db = sqlite3.connect("notes.sqlite")
    db.execute("INSERT INTO note (text) VALUES (?)", (text,))
    time.sleep(0.1)
    db.commit()
    return "added"
```

```python after
import sqlite3
import time

from compat_shims import flask_app, offload
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


@app.post("/")
async def add():
    text = (await request.form)["text"]

    def save():
        db = sqlite3.connect("notes.sqlite")
        db.execute("INSERT INTO note (text) VALUES (?)", (text,))
        time.sleep(0.1)
        db.commit()

    await offload(save)
    return "added"
```

### A program without Flask

```python unchanged
import time

time.sleep(1)
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.catalog.natives import natives
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._edits import await_met
from migrator.rules._natives import calls, is_taken, left, refusals, replaced_by_tests, wish
from migrator.rules._places import edit_at, edit_of_file
from migrator.rules._rule import rule_name
from migrator.rules._sending import met_calls
from migrator.rules._unused_imports import unused_imports

NAME = rule_name(__name__)
NATIVE = "time=asyncio"


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that each wait is asyncio's; a wait that tests replace stays."""
    if replaced_by_tests(facts, natives()[NATIVE].calls):
        return
    for call, use in calls(facts, NATIVE).items():
        if not call.keywords and not is_taken(facts, call, "asyncio"):
            yield wish(facts, call, use, NAME, "`asyncio.sleep()` is awaited")


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Replace the waits that can be awaited."""
    replaced = list(met_calls(colors, NAME))
    for call in replaced:
        yield edit_at(facts, call.func, ReplaceExpression("asyncio.sleep"), NAME)
        yield edit_of_file(facts, call, AddImport("asyncio"), NAME)
    yield from await_met(colors, NAME)
    yield from unused_imports(facts, (call.func for call in replaced), NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report the waits that stay, where they may hold something up."""
    for refusal in refusals(facts, colors, NAME):
        yield left(refusal, "`time.sleep()`")
