r"""Await the dispatch of a class-based view.

`super().dispatch_request(…)` in an overriding `dispatch_request` is awaited, and
`decorators = […]` of a class-based view begins with `as_sync` where a sync decorator stands in it.

## Why

Quart's `View` and `MethodView` dispatch asynchronously, so the function that `as_view()` makes is
always async, whatever its methods are.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.views.html>.

## Examples

### An override and a decorator

```python before
from flask import Flask, g
from flask.views import MethodView
from flask_login import login_required

app = Flask(__name__)


class Item(MethodView):
    decorators = [login_required]

    def dispatch_request(self, **kwargs):
        g.kind = "item"
        return super().dispatch_request(**kwargs)

    def get(self):
        return g.kind


app.add_url_rule("/item", view_func=Item.as_view("item"))
```

```python after
from compat_shims import as_sync, flask_app
from flask_login import login_required
from quart import Quart, g
from quart.views import MethodView

app = Quart(__name__)
flask_app(app)


class Item(MethodView):
    decorators = [as_sync, login_required]

    async def dispatch_request(self, **kwargs):
        g.kind = "item"
        return await super().dispatch_request(**kwargs)

    def get(self):
        return g.kind


app.add_url_rule("/item", view_func=Item.as_view("item"))
```

### Decorators on lines of their own

```python before
from flask import Flask
from flask.views import MethodView
from flask_login import login_required

from app.limits import limited

app = Flask(__name__)


class Item(MethodView):
    decorators = [
        login_required,  # first
        limited(5),
    ]

    def get(self):
        return "item"


app.add_url_rule("/item", view_func=Item.as_view("item"))
```

```python after
from compat_shims import as_sync, flask_app
from flask_login import login_required
from quart import Quart
from quart.views import MethodView

from app.limits import limited

app = Quart(__name__)
flask_app(app)


class Item(MethodView):
    decorators = [as_sync] + [
        login_required,  # first
        limited(5),
    ]

    def get(self):
        return "item"


app.add_url_rule("/item", view_func=Item.as_view("item"))
```

## Left alone

### A class of the project's own

```python unchanged
class View:
    decorators = [print]

    def dispatch_request(self):
        return super().dispatch_request()
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Edit, ReplaceExpression, Wrap
from migrator.facts.model import Facts
from migrator.rules._edits import await_met
from migrator.rules._places import edit_at, location_of, span_of
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim
from migrator.rules._views import decorated_views, views

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each call of the dispatch of Quart's own classes."""
    for view in views(facts):
        for node in ast.walk(view.node):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().dispatch_request":
                function = facts.program.owner.get(node)
                text = "`dispatch_request()` of Quart's views is awaited"
                yield Demand(node, function, Flavor.AWAIT, text, NAME, location_of(facts, node))


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await the dispatch, and show the view to its sync decorators as a sync one."""
    yield from await_met(colors, NAME)
    for decorators in decorated_views(facts):
        yield _with_as_sync(facts, decorators)
        yield import_shim(facts, decorators, "as_sync", NAME)


def _with_as_sync(facts: Facts, decorators: ast.List) -> Edit:
    as_sync = shim(facts, decorators, "as_sync")
    if decorators.end_lineno != decorators.lineno:
        return edit_at(facts, decorators, Wrap(f"[{as_sync}] + {{0}}"), NAME)
    parts = tuple(span_of(facts, element) for element in decorators.elts)
    slots = ", ".join(f"{{{number}}}" for number in range(len(parts)))
    return edit_at(facts, decorators, ReplaceExpression(f"[{as_sync}, {slots}]", parts), NAME)
