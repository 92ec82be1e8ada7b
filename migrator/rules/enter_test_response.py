r"""Enter the responses of test clients by `nullcontext`.

With `--tests migrate`, `with client.get(…) as response:` keeps its `with`. What it is given is
wrapped in `contextlib.nullcontext`, which returns it as it is.

## Why

A response of Flask's client is closed at the end of a `with`. One of Quart's is read as a whole
before the client returns it: it has nothing to close, and no `with` takes it.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.testing.html>.

## Examples

### A request and a helper that sends one

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
from app import app


def page(path):
    return app.test_client().get(path)


def test_pages():
    with app.test_client().get("/") as response:
        assert response.status_code == 404
    with page("/about") as response:
        assert response.status_code == 404
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
from contextlib import nullcontext

from app import app


async def page(path):
    return await app.test_client().get(path)


async def test_pages():
    with nullcontext(await app.test_client().get("/")) as response:
        assert response.status_code == 404
    with nullcontext(await page("/about")) as response:
        assert response.status_code == 404
```

## Left alone

### A response of another client

```python unchanged test_http.py
import httpx


def test_page():
    with httpx.stream("GET", "https://example.org") as response:
        assert response.status_code == 200
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddImport, Edit, Wrap
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._places import edit_at, edit_of_file
from migrator.rules._rule import rule_name
from migrator.rules._tests import in_migrated_test

NAME = rule_name(__name__)
TESTS = True


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Wrap each response that a migrated test enters."""
    for node, kinds in facts.kinds_at.items():
        if kinds == {Kind.CLIENT_RESPONSE} and isinstance(node, ast.expr):
            is_entered = isinstance(facts.program.parent.get(node), ast.withitem)
            if is_entered and in_migrated_test(facts, colors, node):
                yield edit_at(facts, node, Wrap("nullcontext({0})"), NAME)
                yield edit_of_file(facts, node, AddImport("contextlib", "nullcontext"), NAME)
