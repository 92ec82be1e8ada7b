r"""Await `send_from_directory` and give it the parameters of Quart.

`send_from_directory` is a coroutine function in Quart; `path` is called `file_name`, and the
others are renamed as those of `send_file` are. A directory that may be relative is joined to the
app's folder. Where `**` hides the arguments, the call becomes one of
`compat_shims.send_from_directory`, which takes what Flask's takes.

## Why

Flask resolves a relative directory from the app's folder, Quart from the folder that the process
was started in: every file is silently a 404.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.helpers.html>.

## Examples

### Relative and absolute directories

```python before
from flask import Flask, send_from_directory

app = Flask(__name__)


@app.route("/covers/<path:name>")
def cover(name):
    return send_from_directory("covers", name)


@app.route("/uploads/<path:name>")
def upload(name):
    return send_from_directory("/srv/uploads", path=name, max_age=3600)
```

```python after
import os

from quart import Quart, current_app, send_from_directory

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


@app.route("/covers/<path:name>")
async def cover(name):
    return await send_from_directory(os.path.join(current_app.root_path, "covers"), name)


@app.route("/uploads/<path:name>")
async def upload(name):
    return await send_from_directory("/srv/uploads", file_name=name, cache_timeout=3600)
```

### Arguments that cannot be read

```python before
from flask import Flask, send_from_directory

app = Flask(__name__)


@app.route("/files/<path:name>")
def file(name, **options):
    return send_from_directory("files", name, **options)
```

```python after
from compat_shims import flask_app, send_from_directory
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.route("/files/<path:name>")
async def file(name, **options):
    return await send_from_directory("files", name, **options)
```

## Left alone

### Another function of this name

```python unchanged
from storage import send_from_directory


def upload(name):
    return send_from_directory("uploads", path=name)
```
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.rules._demands import answers, await_names
from migrator.rules._edits import await_met
from migrator.rules._rule import rule_name
from migrator.rules._sending import join_to_root, met_calls, rename_keywords

NAME = rule_name(__name__)
MOST_POSITIONAL = 2


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each file that is sent; the shim takes arguments that cannot be read."""
    for demand in answers(facts, await_names(facts, NAME, ("flask.send_from_directory",))):
        known = not isinstance(demand.node, ast.Call) or _directory(demand.node) is not None
        yield demand if known else replace(demand, companion=True)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await each call, and translate its arguments for Quart."""
    yield from await_met(colors, NAME)
    for call in met_calls(colors, NAME):
        if (directory := _directory(call)) is not None:
            yield from rename_keywords(facts, call, NAME)
            yield from join_to_root(facts, directory, NAME)


def _directory(call: ast.Call) -> ast.expr | None:
    if len(call.args) > MOST_POSITIONAL or any(word.arg is None for word in call.keywords):
        return None
    if call.args:
        return None if isinstance(call.args[0], ast.Starred) else call.args[0]
    return next((word.value for word in call.keywords if word.arg == "directory"), None)
