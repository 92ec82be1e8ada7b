r"""Give extensions the companion Flask app.

Where code of a library takes the app, it gets `flask_app(app)`: `db.init_app(flask_app(app))`,
`SQLAlchemy(flask_app(app))`. ASGI servers get the Quart app itself.

## Why

Flask extensions register sync hooks, ask `isinstance(app, Flask)`, push contexts in threads and
call `app.ensure_sync`. The companion is a genuine Flask app, so all of this works, and what they
register reaches the Quart app.
See <https://flask.palletsprojects.com/en/stable/extensiondev/>.

## Examples

### Two ways to bind an extension

```python before
from flask import Flask
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy()
db.init_app(app)
login_manager = LoginManager(app=app)
print(app.name, isinstance(app, Flask), len(str(app)))
```

```python after
from compat_shims import flask_app
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from quart import Quart

app = Quart(__name__)
flask_app(app)
db = SQLAlchemy()
db.init_app(flask_app(app))
login_manager = LoginManager(app=flask_app(app))
print(app.name, isinstance(app, Quart), len(str(app)))
```

### The current app

`current_app` stays Flask's where a library gets it: that is the companion.

```python before
from flask import Blueprint, current_app, jsonify
from metrics import collect

bp = Blueprint("metrics", __name__)


@bp.route("/metrics")
def metrics():
    return jsonify(collect(current_app), name=current_app.name)
```

```python after
import flask
from metrics import collect
from quart import Blueprint, current_app, jsonify

bp = Blueprint("metrics", __name__)


@bp.route("/metrics")
def metrics():
    return jsonify(collect(flask.current_app), name=current_app.name)
```

## Left alone

### An extension of another framework

```python unchanged
from celery import Celery
from metrics import Metrics

app = Celery("tasks")
Metrics(app)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, Wrap
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._calls import calls_outside
from migrator.rules._flask_side import is_current_app
from migrator.rules._places import edit_at, module_of
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Wrap the app in each call of code outside the program that takes it."""
    for node, call in calls_outside(facts, frozenset({Kind.APP})):
        if call in colors.replaced:
            continue
        if isinstance(node, ast.Name | ast.Attribute) and not _is_left(facts, node):
            code = f"{shim(facts, node, 'flask_app')}({{0}})"
            yield edit_at(facts, node, Wrap(code), NAME)
            yield import_shim(facts, node, "flask_app", NAME)


def _is_left(facts: Facts, node: ast.expr) -> bool:
    if module_of(facts, node).is_test or facts.kinds_at[node] != {Kind.APP}:
        return True
    return is_current_app(facts, node)
