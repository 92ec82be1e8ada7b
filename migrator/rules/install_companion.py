r"""Keep a Flask app beside the Quart app.

Where the app needs it (for extensions, for functions that stay Flask code, for offloaded calls),
`flask_app(app)` follows the statement that makes the app; in a class of apps, the one that runs
Flask's constructor.

## Why

`flask_app(app)` gives the Quart app its companion: a genuine Flask app that shares its
configuration, routes and hooks, and whose contexts live beside Quart's. An app that needs none of
it comes out as plain Quart.

## Examples

### A factory

```python before
from flask import Flask, request


def create_app():
    # Nothing is made before the app.
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "dev"

    @app.route("/")
    def index():
        return request.environ["REQUEST_METHOD"]

    return app


def create_other():
    return Flask("other")
```

```python after
from compat_shims import flask_app
from flask import request
from quart import Quart


def create_app():
    # Nothing is made before the app.
    app = Quart(__name__)
    flask_app(app)
    app.config["SECRET_KEY"] = "dev"

    @app.route("/")
    def index():
        return request.environ["REQUEST_METHOD"]

    return app


def create_other():
    app = Quart("other")
    flask_app(app)
    return app
```

### A class with a constructor of its own

```python before
from flask import Flask, request


class Shop(Flask):
    def __init__(self, name):
        super().__init__(__name__)
        self.shop = name
        self.add_url_rule("/", view_func=index)


def index():
    return request.environ["REQUEST_METHOD"]


def open_shops(names):
    return [Shop(name) for name in names]
```

```python after
from compat_shims import flask_app
from flask import request
from quart import Quart


class Shop(Quart):
    def __init__(self, name):
        super().__init__(__name__)
        flask_app(self)
        self.shop = name
        self.add_url_rule("/", view_func=index)


def index():
    return request.environ["REQUEST_METHOD"]


def open_shops(names):
    return [Shop(name) for name in names]
```

### What a request calls where the body is no JSON, which may have become async

```python before
from flask import Flask, abort, make_response, request

app = Flask(__name__)


def refuse(error):
    abort(make_response({"error": str(error)}, 400))


@app.route("/", methods=["POST"])
def index():
    request.on_json_loading_failed = refuse
    return request.get_json()
```

```python after
from compat_shims import flask_app
from quart import Quart, abort, make_response, request

app = Quart(__name__)
flask_app(app)


async def refuse(error):
    abort(await make_response({"error": str(error)}, 400))


@app.route("/", methods=["POST"])
async def index():
    request.on_json_loading_failed = refuse
    return await request.get_json()
```

## Left alone

### A plain app

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

### An app of another framework

```python unchanged
from fastapi import FastAPI

app = FastAPI()
```
"""

import ast
from collections.abc import Iterator
from itertools import pairwise

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, InsertAfter, ReplaceStatement
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import ClassId
from migrator.rules._apps import app_calls, app_classes, constructors
from migrator.rules._companion_uses import is_companion, needs_companion
from migrator.rules._places import (
    Placed,
    edit_at,
    finding_at,
    module_of,
    span_of,
    statement_of,
)
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Install the companion after each statement that makes an app."""
    if not needs_companion(facts, colors):
        return
    for statement in constructors(facts).values():
        install = InsertAfter(f"{shim(facts, statement, 'flask_app')}(self)")
        yield edit_at(facts, statement, install, NAME)
        yield import_shim(facts, statement, "flask_app", NAME)
    for call in _calls(facts):
        edit = _edit(facts, call)
        if edit is not None:
            yield edit
            yield import_shim(facts, call, "flask_app", NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report an app that is made in the middle of an expression."""
    if not needs_companion(facts, colors):
        return
    for call in _calls(facts):
        if _edit(facts, call) is None:
            yield finding_at(
                facts,
                call,
                NAME,
                message="this app needs its companion Flask app",
                why="Without it, code that stays Flask code fails when it runs.",
                next_step="Call `flask_app(app)` of compat_shims right after the app is made.",
            )


def _calls(facts: Facts) -> Iterator[ast.Call]:
    settled = _with_constructor(facts)
    for call in app_calls(facts):
        made = facts.instances_at.get(call, frozenset())
        if made and made <= settled:
            continue
        if not module_of(facts, call).is_test and not _is_installed(facts, call):
            yield call


def _with_constructor(facts: Facts) -> frozenset[ClassId]:
    """Return the classes of apps whose constructor, or whose base's, installs the companion."""
    settled = set(constructors(facts))
    below = app_classes(facts) - settled
    while more := {cls for cls in below if _bases_of(facts, cls) & {it.name for it in settled}}:
        settled |= more
        below -= more
    return frozenset(settled)


def _bases_of(facts: Facts, cls: ClassId) -> set[str]:
    return {ast.unparse(base).rpartition(".")[2] for base in facts.program.classes[cls].node.bases}


def _is_installed(facts: Facts, call: ast.Call) -> bool:
    """Whether the statement after the one that makes the app is ``flask_app(…)`` already."""
    statement = statement_of(facts, call)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(facts.program.parent.get(statement), field, [])
        for before, after in pairwise(block if isinstance(block, list) else []):
            if before is statement and isinstance(after, ast.Expr):
                return is_companion(after.value)
    return False


def _edit(facts: Facts, call: ast.Call) -> Edit | None:
    statement: Placed = statement_of(facts, call)
    install = shim(facts, call, "flask_app")
    match statement:
        case ast.Assign(targets=[*_, ast.Name() | ast.Attribute() as target], value=value):
            code = InsertAfter(f"{install}({ast.unparse(target)})") if value is call else None
        case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target, value=value):
            code = InsertAfter(f"{install}({ast.unparse(target)})") if value is call else None
        case ast.Return(value=value) if value is call:
            made = ReplaceStatement(
                f"app = {{0}}\n{install}(app)\nreturn app", (span_of(facts, call),)
            )
            return edit_at(facts, statement, made, NAME)
        case _:
            code = None
    return None if code is None else edit_at(facts, statement, code, NAME)
