r"""Look at classes derived from `Flask`.

A class of the project that is derived from `Flask` is derived from `Quart`. Its `make_response`,
`update_template_context`, `send_static_file` and `make_default_options_response` become async as
Quart's are. Other methods that are coroutines in Quart get more arguments there, and not the same
ones in each version: a sync override of one of them gets a finding.

## Why

Quart awaits what `make_response`, `process_response`, `handle_exception` and their like return: a
sync override fails in every request.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html>.

## Examples

### A class with a setting of its own

```python before
from flask import Flask


class Shop(Flask):
    jinja_options = {"trim_blocks": True}


app = Shop(__name__)
```

```python after
from quart import Quart


class Shop(Quart):
    jinja_options = {"trim_blocks": True}


app = Shop(__name__)
```

### A method that Quart awaits

```python before
from flask import Flask, jsonify


class Api(Flask):
    def make_response(self, value):
        return super().make_response(jsonify(value) if isinstance(value, set) else value)

    def update_template_context(self, context):
        Flask.update_template_context(self, context)
        context["version"] = 2


app = Api(__name__)


@app.route("/")
def index():
    return app.make_response({1, 2})
```

```python after
from quart import Quart, jsonify


class Api(Quart):
    async def make_response(self, value):
        return await super().make_response(jsonify(value) if isinstance(value, set) else value)

    async def update_template_context(self, context):
        await Quart.update_template_context(self, context)
        context["version"] = 2


app = Api(__name__)


@app.route("/")
async def index():
    return await app.make_response({1, 2})
```

## Left alone

### A class of the project's own

```python unchanged
class Flask:
    def make_response(self, value):
        return value


class App(Flask):
    def make_response(self, value):
        return super().make_response(value)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._apps import app_classes
from migrator.rules._demands import await_names
from migrator.rules._dispatching import is_awaited_override
from migrator.rules._edits import await_met, state_of
from migrator.rules._places import finding_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
COROUTINES = frozenset(
    {
        "dispatch_request", "do_teardown_appcontext", "do_teardown_request", "finalize_request",
        "full_dispatch_request", "handle_exception", "handle_http_exception",
        "handle_user_exception", "make_response", "make_default_options_response",
        "preprocess_request", "process_response", "send_static_file", "update_template_context",
    }
)  # fmt: skip
"""Methods of the app that Quart awaits."""


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await where an override calls Flask's method by its class."""
    for name in sorted(COROUTINES):
        for demand in await_names(facts, NAME, (f"flask.Flask.{name}",)):
            if is_awaited_override(facts, demand.function):
                yield demand


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report each override of a coroutine method that stays sync."""
    for class_id in app_classes(facts):
        node = facts.program.classes[class_id].node
        if not module_of(facts, node).is_test:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and _stays_sync(facts, colors, method):
                    yield _finding(facts, method)


def _stays_sync(facts: Facts, colors: Colors, method: ast.FunctionDef) -> bool:
    becomes = state_of(colors, facts.program.function_ids[method]) is State.ASYNC
    return method.name in COROUTINES and not becomes


def _finding(facts: Facts, method: ast.FunctionDef) -> Finding:
    return finding_at(
        facts,
        method,
        NAME,
        message=f"`{method.name}` overrides a coroutine of Quart's with a sync method",
        why="Quart awaits what it returns.",
        next_step=f"Make it `async def`, and await `super().{method.name}(…)`.",
    )
