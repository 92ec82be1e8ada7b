r"""Await files of the static folder.

`app.send_static_file()` and `blueprint.send_static_file()` are coroutines in Quart, so each call is
awaited.

## Why

Quart makes the response on the event loop and reads the file while it is sent.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html>.

## Examples

### A page of an app that runs in the browser

```python before
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return app.send_static_file("index.html")
```

```python after
from quart import Quart

app = Quart(__name__)


@app.route("/")
async def index():
    return await app.send_static_file("index.html")
```

### The folder of a blueprint

```python before
from flask import Blueprint, current_app

docs = Blueprint("docs", __name__, static_folder="pages")


@docs.route("/<name>")
def page(name):
    return docs.send_static_file(f"{name}.html")


@docs.route("/logo")
def logo():
    response = current_app.send_static_file("logo.png")
    response.headers["X-Logo"] = "new"
    return response
```

```python after
from quart import Blueprint, current_app

docs = Blueprint("docs", __name__, static_folder="pages")


@docs.route("/<name>")
async def page(name):
    return await docs.send_static_file(f"{name}.html")


@docs.route("/logo")
async def logo():
    response = await current_app.send_static_file("logo.png")
    response.headers["X-Logo"] = "new"
    return response
```

## Left alone

### A method of the project's own

```python unchanged
class Site:
    def send_static_file(self, name):
        return name


def page(site: Site):
    return site.send_static_file("page.html")
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._demands import answers, await_members
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each file that is sent from a static folder."""
    for kind in (Kind.APP, Kind.BLUEPRINT):
        yield from answers(facts, await_members(facts, NAME, kind, methods=("send_static_file",)))


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)
