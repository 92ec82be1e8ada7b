r"""Send requests from the app's own code by Flask's client.

The test client of Quart is awaited, and so are the bodies of its answers. Where the app's own code
sends requests to itself (to fill a cache, to write pages to files), it stays Flask code and has
the client of the companion; Quart answers it, as in the tests.

## Why

Without an await no request is sent, and `client.get("/").data` is an error.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/testing.html>.

## Examples

### Pages written to files

```python before
from flask import Flask

app = Flask(__name__)


def freeze(paths):
    client = app.test_client()
    for path in paths:
        print(client.get(path).data)
```

```python after
from compat_shims import flask_app
from quart import Quart

app = Quart(__name__)
flask_app(app)


def freeze(paths):
    client = flask_app(app).test_client()
    for path in paths:
        print(client.get(path).data)
```

## Left alone

### A client of another library

```python unchanged
import httpx

client = httpx.Client()
print(client.get("https://example.org").text)
```

### The tests

They get Flask's client as it is.

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
from app import app


def test_start():
    assert app.test_client().get("/").status_code == 404
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
from app import app


def test_start():
    assert app.test_client().get("/").status_code == 404
```
"""

from collections.abc import Iterator

from migrator.coloring.demand import Demand
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Use
from migrator.rules._demands import needs_flask, reads
from migrator.rules._rule import rule_name
from migrator.rules._tests import SENDING, in_test

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand Flask where a client is made, and where it sends; other rules speak of the tests."""
    for use in _reads(facts, Kind.APP, "test_client"):
        yield needs_flask(NAME, use, "Quart's test client is awaited")
    for name in SENDING:
        for use in _reads(facts, Kind.CLIENT, name):
            yield needs_flask(NAME, use, f"`{name}()` of Quart's test client is awaited")


def _reads(facts: Facts, kind: Kind, name: str) -> Iterator[Use]:
    return (use for use in reads(facts, Member(kind, name)) if not in_test(facts, use.node))
