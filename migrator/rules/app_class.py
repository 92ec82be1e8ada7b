r"""Look at classes derived from `Flask`.

A class of the project that is derived from `Flask` is derived from `Quart`. Where it overrides a
method that is a coroutine in Quart, with a sync one, it gets a finding.

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

from migrator.coloring.colors import Colors
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._apps import app_classes
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


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report each sync override of a coroutine method."""
    for class_id in app_classes(facts):
        node = facts.program.classes[class_id].node
        if not module_of(facts, node).is_test:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in COROUTINES:
                    yield _finding(facts, method)


def _finding(facts: Facts, method: ast.FunctionDef) -> Finding:
    return finding_at(
        facts,
        method,
        NAME,
        message=f"`{method.name}` overrides a coroutine of Quart's with a sync method",
        why="Quart awaits what it returns.",
        next_step=f"Make it `async def`, and await `super().{method.name}(…)`.",
    )
