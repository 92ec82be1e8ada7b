r"""Take contexts for tests from the companion.

With `--tests migrate`, tests of an app with a companion that push a context by hand, or call
`app.test_request_context(…)`, take it from `flask_app(app)`.

## Why

Quart's `test_request_context()` has other arguments, and its contexts are pushed with `await`. The
companion's take Flask's arguments, are entered with a plain `with`, and Quart's names work in them,
too. See <https://quart.palletsprojects.com/en/latest/how_to_guides/flask_migration.html>.

## Examples

### A URL, and a context for a whole test

```python before app.py
from flask import Flask
from flask_login import LoginManager

app = Flask(__name__)
LoginManager(app)
```

```python before test_app.py
from app import app
from flask import url_for


def test_url():
    with app.test_request_context("/?page=2"):
        assert url_for("static", filename="a.css") == "/static/a.css"


def test_context():
    context = app.app_context()
    context.push()
    context.pop()
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
from app import app
from compat_shims import flask_app
from flask import url_for


def test_url():
    with flask_app(app).test_request_context("/?page=2"):
        assert url_for("static", filename="a.css") == "/static/a.css"


def test_context():
    context = flask_app(app).app_context()
    context.push()
    context.pop()
```

## Left alone

### An app context that is entered

It is Flask's under `with` already.

```python before app.py
from flask import Flask
from flask_login import LoginManager

app = Flask(__name__)
LoginManager(app)
```

```python before test_app.py
from app import app


def test_context():
    with app.app_context():
        assert app.name == "app"
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
from app import app


def test_context():
    with app.app_context():
        assert app.name == "app"
```

### Another object's context

```python unchanged test_celery.py
from celery import Celery


def test_context():
    Celery("tasks").app_context()
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts, Use
from migrator.rules._companion_uses import is_companion
from migrator.rules._places import edit_at, edit_of_file, span_of
from migrator.rules._rule import rule_name
from migrator.rules._tests import has_companion, in_migrated_test, test_uses

NAME = rule_name(__name__)
TESTS = True


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Ask the companion for the contexts that Quart's app does not give in Flask's way."""
    for name, use in test_uses(facts, Kind.APP) if has_companion(facts, colors) else ():
        if _is_flasks(facts, name, use) and in_migrated_test(facts, colors, use.node):
            app = use.node.value if isinstance(use.node, ast.Attribute) else use.node
            if not is_companion(app):
                span = span_of(facts, app)
                yield edit_at(facts, app, ReplaceExpression("flask_app({0})", (span,)), NAME)
                yield edit_of_file(facts, app, AddImport("compat_shims", "flask_app"), NAME)


def _is_flasks(facts: Facts, name: str, use: Use) -> bool:
    if name == "app_context":
        item = facts.program.parent.get(use.call or use.node)
        return not isinstance(item, ast.withitem)
    return name == "test_request_context"
