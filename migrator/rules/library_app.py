r"""Serve the app of a library by Quart.

An app that is made by a library (by its subclass of `Flask`, the project's subclass of that, or a
function of the library) is made through `quart_app`: `quart_app(APIFlask, __name__)`.

## Why

Such an app stays one of `flask.Flask`, and what the library registers on it stays Flask code. The
project's blueprints and views become Quart's, and an app of Flask does not take them. `quart_app`
makes the app of the library and a Quart app that is one with it. That it is one of Flask is seen by
what the program does with it: it registers a `flask.Blueprint`, or uses what only Flask's apps
have. See <https://flask.palletsprojects.com/en/stable/patterns/subclassing/>.

## Examples

### A library's class takes the project's blueprints

```python before
from flask import Blueprint, request
from shop_base import ShopFlask

pages = Blueprint("pages", __name__)


@pages.route("/", methods=["POST"])
def index():
    return request.get_json()


def create_app():
    app = ShopFlask(__name__, "shop", favicon_url="/favicon.ico")
    app.register_blueprint(pages)
    return app
```

```python after
from compat_shims import quart_app
from quart import Blueprint, request
from shop_base import ShopFlask

pages = Blueprint("pages", __name__)


@pages.route("/", methods=["POST"])
async def index():
    return await request.get_json()


def create_app():
    app = quart_app(ShopFlask, __name__, "shop", favicon_url="/favicon.ico")
    app.register_blueprint(pages)
    return app
```

### The project's subclass of one

```python before
from apiflask import APIFlask
from flask import render_template


class Shop(APIFlask):
    title = "Shop"


app = Shop(__name__)


@app.get("/")
def index():
    return render_template("index.html")
```

```python after
from apiflask import APIFlask
from compat_shims import quart_app
from quart import render_template


class Shop(APIFlask):
    title = "Shop"


app = quart_app(Shop, __name__)


@app.get("/")
async def index():
    return await render_template("index.html")
```

### A library's function makes the app

```python before
from flask import Blueprint
from shop_base import create_app

pages = Blueprint("pages", __name__)
app = create_app(debug=True)
app.register_blueprint(pages)
```

```python after
from compat_shims import quart_app
from quart import Blueprint
from shop_base import create_app

pages = Blueprint("pages", __name__)
app = quart_app(create_app, debug=True)
app.register_blueprint(pages)
```

### The app is the library's own, which gets a finding

```python before
from flask import Blueprint
from shop_base.server import app

pages = Blueprint("pages", __name__)
app.register_blueprint(pages)
```

```python after
from compat_shims import flask_blueprint
from quart import Blueprint
from shop_base.server import app

pages = Blueprint("pages", __name__)
app.register_blueprint(flask_blueprint(pages))
```

## Left alone

### An app of another framework

```python unchanged
from sanic import Sanic

app = Sanic(__name__)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import CallThrough, Edit
from migrator.facts.library_apps import blueprint_takers
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._apps import calls_of_classes
from migrator.rules._places import edit_at, finding_at, module_of
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)
_SHIM = "quart_app"


def edits(facts: Facts, _colors: Colors) -> Iterator[Edit]:
    """Make each app of a library's class through the shim."""
    for call in (it for it in _calls(facts) if not module_of(facts, it).is_test):
        yield edit_at(facts, call, CallThrough(shim(facts, call, _SHIM)), NAME)
        yield import_shim(facts, call, _SHIM, NAME)


def _calls(facts: Facts) -> Iterator[ast.Call]:
    for name in sorted(facts.library_apps):
        for use in facts.names.get(name, ()):
            if use.call is not None:
                yield use.call
    own = frozenset(cls for cls, bases in facts.bases.items() if bases & facts.library_apps)
    if own:
        yield from calls_of_classes(facts, own)


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report each registration on an app of Flask that the program does not make."""
    for name in sorted(blueprint_takers(facts)):
        for use in facts.names.get(f"{name}.register_blueprint", ()):
            if name.removesuffix("()") not in facts.library_apps:
                yield finding_at(
                    facts,
                    use.node,
                    NAME,
                    message=f"`{name}` stays an app of Flask",
                    why="The blueprints that it gets are Quart's now, and it does not serve them.",
                    next_step="Make the app by `quart_app(maker)` of compat_shims, and register "
                    "them on that.",
                )
