r"""Say what becomes of WSGI middleware.

`app.wsgi_app = Middleware(app.wsgi_app)` goes to the companion Flask app, with a finding that says
which ASGI middleware takes its place.

## Why

An ASGI server never calls `wsgi_app`: the middleware would be there and do nothing. Behind a proxy
that means wrong client addresses and schemes.
See <https://hypercorn.readthedocs.io/en/latest/how_to_guides/proxy_fix.html>.

## Examples

### Behind a proxy

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

### Another app's middleware

```python unchanged
from bottle import Bottle

app = Bottle()
app.wsgi_app = print(app.wsgi_app)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._places import finding_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
_NEXT = {
    "ProxyFix": "Use `hypercorn.middleware.ProxyFixMiddleware(app.asgi_app)` as `app.asgi_app`, "
    "or the proxy options of the server.",
    "DispatcherMiddleware": "Mount the apps with `hypercorn.middleware.DispatcherMiddleware`.",
}


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report each middleware that is put around ``wsgi_app``."""
    for use in facts.members.get(Member(Kind.APP, "wsgi_app"), ()):
        if isinstance(use.node, ast.Attribute) and not module_of(facts, use.node).is_test:
            around = facts.program.parent.get(use.node)
            if isinstance(use.node.ctx, ast.Load):
                name = ast.unparse(around.func) if isinstance(around, ast.Call) else "wsgi_app"
                yield _finding(facts, use.node, name.rpartition(".")[2])


def _finding(facts: Facts, node: ast.expr, name: str) -> Finding:
    return finding_at(
        facts,
        node,
        NAME,
        message=f"`{name}` stands on the WSGI side, which an ASGI server does not call",
        why="A Quart app is called through `asgi_app`.",
        next_step=_NEXT.get(name, "Replace it by ASGI middleware around `app.asgi_app`."),
    )
