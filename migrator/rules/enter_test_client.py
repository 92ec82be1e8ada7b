r"""Enter test clients asynchronously.

With `--tests migrate`, `with client:`, `with app.test_client() as client:` and
`with client.session_transaction() as session:` become `async with`.

## Why

Both are async context managers in Quart.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/testing.html>.

## Examples

### The session during and before requests

```python before app.py
from flask import Flask

app = Flask(__name__)
app.secret_key = "test"
```

```python before test_app.py
from app import app
from flask import session


def test_name():
    with app.test_client() as client:
        client.post("/login")
        assert session["name"] == "ann"
        with client.session_transaction() as stored:
            stored["name"] = "bob"
```

```python after app.py
from quart import Quart

app = Quart(__name__)
app.secret_key = "test"
```

```python after test_app.py
from app import app
from quart import session


async def test_name():
    async with app.test_client() as client:
        await client.post("/login")
        assert session["name"] == "ann"
        async with client.session_transaction() as stored:
            stored["name"] = "bob"
```

## Left alone

### `g` after a request

Without a companion, Quart's client keeps the request, and not `g`: the module stays as it is, and
runs on the shims' client.

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python unchanged test_app.py
from app import app
from flask import g


def test_user():
    with app.test_client() as client:
        client.get("/")
        assert g.user is None
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

### Another client

```python unchanged test_http.py
import httpx


def test_page():
    with httpx.Client() as client:
        client.get("https://example.org")
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.rules._demands import needs_flask, reads
from migrator.rules._edits import await_met
from migrator.rules._places import ancestors, location_of
from migrator.rules._rule import rule_name
from migrator.rules._tests import has_companion, in_test

NAME = rule_name(__name__)
TESTS = True
OF_APP_CONTEXT = ("flask.current_app", "flask.g", "flask.url_for")
"""What is gone with the app context, which Quart's client does not keep."""


def test_demands(facts: Facts, colors: Colors) -> Iterator[Demand]:
    """Demand the async form of each client, and each session, that is entered."""
    entered = set()
    for node, kinds in facts.kinds_at.items():
        if Kind.CLIENT in kinds and isinstance(node, ast.expr) and _is_entered(facts, node):
            entered.add(facts.program.parent[facts.program.parent[node]])
            yield _demand(facts, node, "a test client is entered with `async with`")
    for use in reads(facts, Member(Kind.CLIENT, "session_transaction")):
        if not in_test(facts, use.node):
            continue
        if use.call is not None and _is_with_item(facts, use.call):
            yield _demand(facts, use.call, "`session_transaction()` is entered with `async with`")
        elif use.call is None or not _is_async_with(facts, use.call):
            yield needs_flask(NAME, use, "`session_transaction()` is not entered where it is made")
    if not has_companion(facts, colors):
        yield from _reading_lost_names(facts, entered)


def _demand(facts: Facts, node: ast.expr, text: str) -> Demand:
    function = facts.program.owner.get(node)
    return Demand(node, function, Flavor.ASYNC_WITH, text, NAME, location_of(facts, node))


def _is_entered(facts: Facts, node: ast.expr) -> bool:
    return _is_with_item(facts, node) and in_test(facts, node)


def _is_with_item(facts: Facts, node: ast.expr) -> bool:
    item = facts.program.parent.get(node)
    if not isinstance(item, ast.withitem) or item.context_expr is not node:
        return False
    return isinstance(facts.program.parent.get(item), ast.With)


def _is_async_with(facts: Facts, node: ast.expr) -> bool:
    item = facts.program.parent.get(node)
    return item is not None and isinstance(facts.program.parent.get(item), ast.AsyncWith)


def _reading_lost_names(facts: Facts, entered: set[ast.AST]) -> Iterator[Demand]:
    for name in OF_APP_CONTEXT:
        for use in facts.names.get(name, ()):
            if not entered.isdisjoint(ancestors(facts, use.node)):
                text = (
                    f"`{name.rpartition('.')[2]}` cannot be read after a request of Quart's client"
                )
                yield needs_flask(NAME, use, text)


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Enter asynchronously what is met."""
    yield from await_met(colors, NAME)
