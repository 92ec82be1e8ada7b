r"""Await the body of a response in tests.

With `--tests migrate`, `response.data`, `.json`, `get_data()` and `get_json()` of a test client's
response are awaited, and `response.text` becomes `await response.get_data(as_text=True)`.

## Why

The client returns Quart's response, whose body may be a stream.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/testing.html>.

## Examples

### Text, bytes and JSON

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
from app import app


def test_page():
    response = app.test_client().get("/")
    assert response.status_code == 200
    assert "Hello" in response.text
    assert response.data.startswith(b"<!doctype")


def test_api():
    assert app.test_client().get("/api").get_json()["id"] == 1
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
from app import app


async def test_page():
    response = await app.test_client().get("/")
    assert response.status_code == 200
    assert "Hello" in await response.get_data(as_text=True)
    assert (await response.data).startswith(b"<!doctype")


async def test_api():
    assert (await (await app.test_client().get("/api")).get_json())["id"] == 1
```

## Left alone

### Another client's response

```python unchanged test_http.py
import httpx


def test_page():
    assert "Hello" in httpx.get("https://example.org").text
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit, ReplaceExpression
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts, Use
from migrator.rules._demands import awaited, needs_flask
from migrator.rules._edits import await_met
from migrator.rules._places import edit_at, span_of
from migrator.rules._rule import rule_name
from migrator.rules._tests import has_companion, test_uses

NAME = rule_name(__name__)
TESTS = True

PROPERTIES = ("data", "json", "text")
METHODS = ("get_data", "get_json")
WITHOUT_COMPANION = ("history", "request")
"""What the shims' client adds to a response, and Quart's own client does not."""
MISSING = (
    "access_control_allow_credentials", "calculate_content_length", "call_on_close", "close",
    "direct_passthrough", "get_app_iter", "get_wsgi_headers", "get_wsgi_response", "is_sequence",
    "is_streamed", "iter_encoded", "response", "stream",
)  # fmt: skip


def test_demands(facts: Facts, colors: Colors) -> Iterator[Demand]:
    """Demand an await of each body that tests read."""
    missing = MISSING if has_companion(facts, colors) else (*MISSING, *WITHOUT_COMPANION)
    for name, use in test_uses(facts, Kind.CLIENT_RESPONSE):
        if name in PROPERTIES:
            yield from awaited(facts, NAME, use, use.node, f"`response.{name}`")
        elif name in METHODS:
            if _is_silent(use):
                yield needs_flask(NAME, use, "Quart reads `silent` the wrong way round")
            yield from awaited(facts, NAME, use, use.call, f"`response.{name}()`")
        elif name in missing:
            yield needs_flask(NAME, use, f"a response of Quart's client has no `{name}`")


def _is_silent(use: Use) -> bool:
    return use.call is not None and any(word.arg == "silent" for word in use.call.keywords)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what is met; Quart's response has no ``text``."""
    yield from await_met(colors, NAME)
    for demand in colors.met:
        node = demand.node
        if demand.rule == NAME and isinstance(node, ast.Attribute) and node.attr == "text":
            code = "{0}.get_data(as_text=True)"
            yield edit_at(facts, node, ReplaceExpression(code, (span_of(facts, node.value),)), NAME)
