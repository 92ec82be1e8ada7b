r"""Await the requests of test clients.

With `--tests migrate`, `client.get(…)` and its like are awaited in the tests. Where the app is
plain Quart, their arguments become those of Quart's client: `data={…}` is `form={…}`, and
`content_type=…` a header. In an app with a companion they stay: its client takes what Flask's does.

A test module with something that cannot be migrated stays as it is, with the modules that share
helpers with it, and runs on the shims' client as under `--tests keep`.

## Why

`app.test_client()` of a Quart app returns Quart's client, whose methods are coroutines.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/testing.html>.

## Examples

### A form, a helper and a fixture

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
import json

import pytest

from app import app


@pytest.fixture
def client():
    return app.test_client()


def login(client, name):
    return client.post("/login", data={"name": name})


def test_login(client):
    assert login(client, "ann").status_code == 200


def test_api(client):
    body = json.dumps({"stars": 5})
    response = client.put("/api", data=body, content_type="application/json")
    assert response.status_code == 201
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
import json

import pytest

from app import app


@pytest.fixture
def client():
    return app.test_client()


async def login(client, name):
    return await client.post("/login", form={"name": name})


async def test_login(client):
    assert (await login(client, "ann")).status_code == 200


async def test_api(client):
    body = json.dumps({"stars": 5})
    response = await client.put("/api", data=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 201
```

### A form with a value that may be none

Flask's client leaves it out, and Quart's would send `None`.

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
import pytest

from app import app


@pytest.fixture
def client():
    return app.test_client()


@pytest.mark.parametrize(("a", "b"), [(1, 2), (1, None)])
def test_sum(client, a, b):
    data = {"a": a, "b": b}
    response = client.post("/", data=data)
    assert response.status_code == 200
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
import pytest

from app import app


@pytest.fixture
def client():
    return app.test_client()


@pytest.mark.parametrize(("a", "b"), [(1, 2), (1, None)])
async def test_sum(client, a, b):
    data = {"a": a, "b": b}
    response = await client.post("/", form={k: v for k, v in data.items() if v is not None})
    assert response.status_code == 200
```

### An app with a companion

```python before app.py
from flask import Flask
from flask_login import LoginManager

app = Flask(__name__)
LoginManager(app)
```

```python before test_app.py
import io

from app import app


def test_upload():
    data = {"file": (io.BytesIO(b"a"), "a.txt")}
    response = app.test_client().post("/", data=data, base_url="https://a.example")
    assert response.status_code == 200
```

```python after app.py
from compat_shims import flask_app
from flask_login import LoginManager
from quart import Quart

app = Quart(__name__)
flask_app(app)
LoginManager(flask_app(app))
```

```python after test_app.py
import io

from app import app


async def test_upload():
    data = {"file": (io.BytesIO(b"a"), "a.txt")}
    response = await app.test_client().post("/", data=data, base_url="https://a.example")
    assert response.status_code == 200
```

## Left alone

### A client in a fixture for the whole run

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python unchanged test_app.py
import pytest

from app import app


@pytest.fixture(scope="session")
def page():
    return app.test_client().get("/")


def test_page(page):
    assert page.status_code == 200
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

### Another client

```python unchanged test_http.py
import httpx


def test_page():
    assert httpx.get("https://example.org").status_code == 200
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import (
    AddKeyword,
    Edit,
    RemoveKeyword,
    RenameKeyword,
    ReplaceExpression,
)
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._client_arguments import Arguments, arguments_of, problem_of
from migrator.rules._demands import awaited, needs_flask
from migrator.rules._edits import await_met
from migrator.rules._places import (
    ancestors,
    edit_at,
    location_of,
    span_of,
    text_of,
)
from migrator.rules._rule import rule_name
from migrator.rules._tests import (
    SENDING,
    has_companion,
    in_test,
    test_uses,
)

NAME = rule_name(__name__)
TESTS = True

OF_BOTH = ("app", "cookie_jar", "session_transaction")
OF_COMPANION = ("application", "delete_cookie", "environ_base", "get_cookie", "set_cookie")
"""Members of a client besides those that send: of Quart's, and of the shims'."""


def test_demands(facts: Facts, colors: Colors) -> Iterator[Demand]:
    """Demand an await of each request; what Quart's client cannot do stays Flask's."""
    companion = has_companion(facts, colors)
    others = (*OF_BOTH, *OF_COMPANION) if companion else OF_BOTH
    sent: list[ast.Call] = []
    for name, use in test_uses(facts, Kind.CLIENT):
        if name in SENDING:
            yield from awaited(facts, NAME, use, use.call, f"`{name}()` of a test client")
            sent += [use.call] if use.call else []
        elif name not in others:
            yield needs_flask(NAME, use, f"Quart's test client has another `{name}`, or none")
    for call in _called_by_name(facts, set(sent)):
        sent.append(call)
        yield _demand(facts, call, Flavor.AWAIT, f"`{text_of(call.func)}()` sends a request")
    for call in () if companion else sent:
        if not _is_awaited(facts, call):
            problems = _problems(facts, call)
            yield from (_demand(facts, call, Flavor.NEEDS_FLASK, it) for it in problems)


def _called_by_name(facts: Facts, sent: set[ast.Call]) -> Iterator[ast.Call]:
    """Yield the calls that return a response, as ``getattr(client, method)("/")`` does."""
    known = {site.node for site in facts.calls if site.targets}
    for node, kinds in facts.kinds_at.items():
        if isinstance(node, ast.Call) and kinds == {Kind.CLIENT_RESPONSE} and in_test(facts, node):
            is_request = node not in sent and node not in known and not _is_awaited(facts, node)
            names = facts.names_at.get(node.func, frozenset())
            if is_request and all(name.rpartition(".")[2] in SENDING for name in names):
                yield node


def _demand(facts: Facts, call: ast.Call, flavor: Flavor, text: str) -> Demand:
    function, place = facts.program.owner.get(call), location_of(facts, call)
    return Demand(call, function, flavor, text, NAME, place)


def _problems(facts: Facts, call: ast.Call) -> Iterator[str]:
    """Yield what Quart's own client cannot do with *call*."""
    problem = problem_of(facts, call)
    if problem is not None:
        yield problem
    for outer in ancestors(facts, call):
        if isinstance(outer, ast.With) and any(map(_expects_exception, outer.items)):
            yield "an exception of the app does not reach the test through Quart's test client"


def _expects_exception(item: ast.withitem) -> bool:
    callee = item.context_expr.func if isinstance(item.context_expr, ast.Call) else None
    name = ast.unparse(callee).rpartition(".")[2] if callee is not None else ""
    return name in {"assertRaises", "assertRaisesRegex", "raises"}


def _is_awaited(facts: Facts, call: ast.Call) -> bool:
    return isinstance(facts.program.parent.get(call), ast.Await)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await the requests, with Quart's arguments where the app is plain Quart."""
    yield from await_met(colors, NAME)
    for demand in () if has_companion(facts, colors) else colors.met:
        if demand.rule == NAME and isinstance(demand.node, ast.Call):
            yield from _quarts_arguments(facts, demand.node, arguments_of(facts, demand.node))


def _quarts_arguments(facts: Facts, call: ast.Call, found: Arguments) -> Iterator[Edit]:
    if found.form is not None:
        yield edit_at(facts, call, RenameKeyword("data", "form"), NAME)
        if found.may_be_none:
            code = "{k: v for k, v in {0}.items() if v is not None}"
            whole = ReplaceExpression(code, (span_of(facts, found.form),))
            yield edit_at(facts, found.form, whole, NAME)
    if found.content_type is not None:
        header = f'{{"Content-Type": {ast.unparse(found.content_type)}}}'.replace("'", '"')
        yield edit_at(facts, call, RemoveKeyword(found.content_type_name), NAME)
        yield edit_at(facts, call, AddKeyword("headers", header), NAME)
