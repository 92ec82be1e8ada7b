r"""Use the companion Flask app in sync code.

Sync code that uses what an app of Quart has only in an async form, or not at all
(`app.app_context()`, `app.test_request_context()`, `app.open_resource()`, `app.ensure_sync()`,
`app.make_response()`, `app.wsgi_app`, `app.session_interface = …`), uses the companion:
`flask_app(app).app_context()`.

## Why

At module level, in commands and in threads nothing can be awaited. The companion is a genuine
Flask app; in its contexts the names of Quart work, too.

## Examples

### Tables made at the start

```python before
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app():
    app = Flask(__name__)
    db.init_app(app)
    with app.app_context():
        db.create_all()
    return app
```

```python after
from compat_shims import flask_app
from flask_sqlalchemy import SQLAlchemy
from quart import Quart

db = SQLAlchemy()


def create_app():
    app = Quart(__name__)
    flask_app(app)
    db.init_app(flask_app(app))
    with flask_app(app).app_context():
        db.create_all()
    return app
```

### Middleware around the WSGI side

It sees every request, at the cost of a thread for each; middleware for ASGI on `app.asgi_app` is
for later.

```python before
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)
```

```python after
from compat_shims import flask_app
from quart import Quart
from werkzeug.middleware.proxy_fix import ProxyFix

app = Quart(__name__)
flask_app(app)
flask_app(app).wsgi_app = ProxyFix(flask_app(app).wsgi_app, x_for=1)
```

## Left alone

### Members that both apps have

```python before
from flask import Flask

app = Flask(__name__)
app.config["NAME"] = "name"
app.logger.info("%s", app.root_path)
```

```python after
from quart import Quart

app = Quart(__name__)
app.config["NAME"] = "name"
app.logger.info("%s", app.root_path)
```

### Another app

```python unchanged
from celery import Celery

app = Celery("tasks")
with app.app_context():
    print("in it")
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, Wrap
from migrator.facts.model import Facts
from migrator.rules._companion_uses import companion_uses
from migrator.rules._places import edit_at
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Wrap the app in each such use."""
    for app in companion_uses(facts, colors):
        code = f"{shim(facts, app, 'flask_app')}({{0}})"
        yield edit_at(facts, app, Wrap(code), NAME)
        yield import_shim(facts, app, "flask_app", NAME)
