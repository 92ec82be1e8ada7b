r"""Make a function async.

A function that needs an await, and may be async, becomes `async def`.

## Why

`await` stands only in async functions. Which functions need one, and which may be async, is
decided for the whole program at once: a caller of an async function needs an await itself, up to
the views and hooks that Quart calls, and Quart takes both kinds.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/sync_code.html>.

## Examples

### A view, a hook and a helper

```python before
from flask import Flask, g, request

app = Flask(__name__)


def token():
    # Sent by older clients in the form.
    return request.headers.get("X-Token") or request.form.get("token")


@app.before_request
def load_token():
    g.token = token()


@app.route("/")
def index():
    return "known" if g.token else "unknown"
```

```python after
from quart import Quart, g, request

app = Quart(__name__)


async def token():
    # Sent by older clients in the form.
    return request.headers.get("X-Token") or (await request.form).get("token")


@app.before_request
async def load_token():
    g.token = await token()


@app.route("/")
def index():
    return "known" if g.token else "unknown"
```

## Left alone

### A function that needs no await

Quart runs it in a thread: as `async def` it would hold the event loop.

```python before
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "Hello"
```

```python after
from quart import Quart

app = Quart(__name__)


@app.route("/")
def index():
    return "Hello"
```

### A program without Flask

```python unchanged
def main():
    print("Hello")


main()
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.edits.edit import Edit, MakeAsync
from migrator.facts.model import Facts
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Make each function async that coloring found to be."""
    for function, verdict in colors.verdicts.items():
        found = facts.program.functions[function]
        if verdict.state is State.ASYNC and isinstance(found.node, ast.FunctionDef):
            yield Edit(function.path, found.span, MakeAsync(), NAME)
