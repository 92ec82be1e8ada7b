r"""Await what the app does with a request.

`app.preprocess_request()`, `app.full_dispatch_request()`, `app.handle_exception(error)` and the
other methods that take part in every request are awaited in Quart. In sync code the companion has
them as Flask does.

## Why

Without the await nothing happens: no hook runs, and no error is handled.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html>.

## Examples

### A view that hands an error to the app

```python before
from flask import Flask, current_app, request

app = Flask(__name__)


@app.post("/try")
def attempt():
    try:
        return {"double": 2 * int(request.form["number"])}
    except ValueError as error:
        return current_app.handle_user_exception(error)
```

```python after
from quart import Quart, current_app, request

app = Quart(__name__)


@app.post("/try")
async def attempt():
    try:
        return {"double": 2 * int((await request.form)["number"])}
    except ValueError as error:
        return await current_app.handle_user_exception(error)
```

### A command that runs the hooks

```python before
from flask import Flask

app = Flask(__name__)


@app.cli.command()
def warm():
    with app.test_request_context():
        app.preprocess_request()
```

```python after
from compat_shims import flask_app
from compat_shims.cli import with_appcontext
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.cli.command()
@with_appcontext
def warm():
    with flask_app(app).test_request_context():
        flask_app(app).preprocess_request()
```

### A method of the app that is replaced

```python before
from flask import Flask

app = Flask(__name__)


def logged(handle):
    def handle_and_log(error):
        app.logger.warning("%r", error)
        return handle(error)

    return handle_and_log


app.handle_user_exception = logged(app.handle_user_exception)
```

```python after
from compat_shims import flask_app
from quart import Quart

app = Quart(__name__)
flask_app(app)


def logged(handle):
    def handle_and_log(error):
        app.logger.warning("%r", error)
        return handle(error)

    return handle_and_log


app.handle_user_exception = logged(flask_app(app).handle_user_exception)
```

## Left alone

### Another app

```python unchanged
class App:
    def preprocess_request(self):
        return None


App().preprocess_request()
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._demands import await_members
from migrator.rules._dispatching import DISPATCHING, calls_super, is_awaited_override
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each such call, but for what an override passes on."""
    for demand in await_members(facts, NAME, Kind.APP, methods=DISPATCHING):
        if not calls_super(demand.node) or is_awaited_override(facts, demand.function):
            yield demand


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)
