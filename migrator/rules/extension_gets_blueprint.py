r"""Show extensions a blueprint as one of Flask.

Where code of a library takes a blueprint of the project, it gets `flask_blueprint(blueprint)`:
`csrf.exempt(flask_blueprint(api))`.

## Why

Extensions ask `isinstance(…, flask.Blueprint)` to tell a blueprint from a view. Quart's class is
another one, so `csrf.exempt(api)` would take the blueprint for a view, and fail when the app
starts.
See <https://flask-wtf.readthedocs.io/en/1.2.x/csrf/#exclude-views-from-protection>.

## Examples

### An API without CSRF tokens, and with a limit

```python before
from flask import Blueprint, Flask
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect

app = Flask(__name__)
api = Blueprint("api", __name__)
csrf = CSRFProtect(app)
limiter = Limiter(app=app)
csrf.exempt(api)
limiter.limit("100/day")(api)
app.register_blueprint(api)
```

```python after
from compat_shims import flask_app, flask_blueprint
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from quart import Blueprint, Quart

app = Quart(__name__)
flask_app(app)
api = Blueprint("api", __name__)
csrf = CSRFProtect(flask_app(app))
limiter = Limiter(app=flask_app(app))
csrf.exempt(flask_blueprint(api))
limiter.limit("100/day")(flask_blueprint(api))
app.register_blueprint(api)
```

## Left alone

### A library's own blueprint

```python before
from flask import Flask
from flask_smorest import Api, Blueprint

app = Flask(__name__)
api = Api(app)
pets = Blueprint("pets", __name__)
api.register_blueprint(pets)
```

```python after
from compat_shims import flask_app
from flask_smorest import Api, Blueprint
from quart import Quart

app = Quart(__name__)
flask_app(app)
api = Api(flask_app(app))
pets = Blueprint("pets", __name__)
api.register_blueprint(pets)
```

### Another framework's blueprint

```python unchanged
from sanic import Blueprint

from limits import exempt

api = Blueprint("api")
exempt(api)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, Wrap
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._calls import calls_outside
from migrator.rules._places import edit_at, module_of
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)

_FLASKS = "flask.Blueprint()"


def edits(facts: Facts, _colors: Colors) -> Iterator[Edit]:
    """Wrap the blueprint in each call of code outside the program that takes it."""
    for node, _ in calls_outside(facts, frozenset({Kind.BLUEPRINT})):
        if isinstance(node, ast.Name | ast.Attribute) and _is_quarts(facts, node):
            code = f"{shim(facts, node, 'flask_blueprint')}({{0}})"
            yield edit_at(facts, node, Wrap(code), NAME)
            yield import_shim(facts, node, "flask_blueprint", NAME)


def _is_quarts(facts: Facts, node: ast.expr) -> bool:
    """Whether *node* is a blueprint that the migration makes one of Quart."""
    if module_of(facts, node).is_test or facts.kinds_at[node] != {Kind.BLUEPRINT}:
        return False
    return facts.names_at.get(node, frozenset()) == {_FLASKS}
