r"""Show an async function to sync code as a sync one.

An async view that stands under a decorator of an extension, or that an extension calls, gets
`@as_sync` as its innermost decorator.

## Why

The decorator calls the view and may look at what it returns, which would be a coroutine.
`as_sync` runs the view and gives the decorator its response; a coroutine that the decorator only
passes through is awaited without holding a thread.
See <https://flask.palletsprojects.com/en/stable/extensiondev/> ("ensure_sync").

## Examples

### A login check of an extension

```python before
from flask import Flask, render_template
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


@app.route("/page")
@login_required
def page():
    return render_template("page.html")
```

```python after
from compat_shims import as_sync, flask_app
from flask_login import LoginManager, login_required
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)
login_manager = LoginManager(flask_app(app))


@app.route("/page")
@login_required
@as_sync
async def page():
    return await render_template("page.html")
```

### A method that a library's decorator registers

```python before
from flask import Flask, request
from flask_admin import Admin, BaseView, expose

app = Flask(__name__)


class Refunds(BaseView):
    @expose("/", methods=["GET", "POST"])
    def index(self):
        return self.render("refunds.html", name=request.form.get("name"))


Admin(app).add_view(Refunds())
```

```python after
from compat_shims import as_sync, flask_app, offload
from flask_admin import Admin, BaseView, expose
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


class Refunds(BaseView):
    @expose("/", methods=["GET", "POST"])
    @as_sync
    async def index(self):
        return await offload(self.render, "refunds.html", name=(await request.form).get("name"))


Admin(flask_app(app)).add_view(Refunds())
```

### A login check inside a decorator of the project

```python before
import functools

from flask import Flask, render_template
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


def members_only(view):
    @functools.wraps(view)
    def wrapper(**kwargs):
        if app.config["OPEN"]:
            return view(**kwargs)
        return login_required(view)(**kwargs)

    return wrapper


@app.route("/page")
@members_only
def page():
    return render_template("page.html")
```

```python after
import functools

from compat_shims import as_sync, flask_app
from flask_login import LoginManager, login_required
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)
login_manager = LoginManager(flask_app(app))


def members_only(view):
    @functools.wraps(view)
    def wrapper(**kwargs):
        if app.config["OPEN"]:
            return view(**kwargs)
        return login_required(view)(**kwargs)

    return wrapper


@app.route("/page")
@members_only
@as_sync
async def page():
    return await render_template("page.html")
```

## Left alone

### A sync view under a decorator of an extension

```python before
from flask import Flask
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


@app.route("/page")
@login_required
def page():
    return "page"
```

```python after
from compat_shims import flask_app
from flask_login import LoginManager, login_required
from quart import Quart

app = Quart(__name__)
flask_app(app)
login_manager = LoginManager(flask_app(app))


@app.route("/page")
@login_required
def page():
    return "page"
```

### A view that a library only marks

`csrf.exempt` notes the name of the view, and hands it back as it is.

```python before
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

app = Flask(__name__)
csrf = CSRFProtect(app)


@app.route("/hook", methods=["POST"])
@csrf.exempt
def hook():
    return request.get_json()
```

```python after
from compat_shims import flask_app
from flask_wtf.csrf import CSRFProtect
from quart import Quart, request

app = Quart(__name__)
flask_app(app)
csrf = CSRFProtect(flask_app(app))


@app.route("/hook", methods=["POST"])
@csrf.exempt
async def hook():
    return await request.get_json()
```

### A program without Flask

```python unchanged
from functools import cache


@cache
def answer():
    return 42
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddDecorator, Edit
from migrator.facts.model import Facts
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Decorate each async function that sync code calls."""
    for function in sorted(colors.as_sync):
        found = facts.program.functions[function]
        if isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorator = AddDecorator(shim(facts, found.node, "as_sync"))
            yield Edit(function.path, found.span, decorator, NAME)
            yield import_shim(facts, found.node, "as_sync", NAME)
