r"""Name a header as it is sent.

`request.headers["X_API_KEY"]` becomes `request.headers["X-API-KEY"]`.

## Why

Under WSGI the headers of a request are variables as `HTTP_X_API_KEY`, so Flask finds a header by
its name with underscores, too. Quart has the names that were sent, and would not find it.
See <https://werkzeug.palletsprojects.com/en/stable/datastructures/#werkzeug.datastructures.EnvironHeaders>.

## Examples

### Read, asked for, and with a default

```python before
from flask import Flask, abort, request

app = Flask(__name__)


@app.route("/")
def index():
    if "X_API_KEY" not in request.headers:
        abort(403)
    kind = request.headers.get("content_type", "").split(";")
    return request.headers["X_API_KEY"] + kind[0]
```

```python after
from quart import Quart, abort, request

app = Quart(__name__)


@app.route("/")
def index():
    if "X-API-KEY" not in request.headers:
        abort(403)
    kind = request.headers.get("content-type", "").split(";")
    return request.headers["X-API-KEY"] + kind[0]
```

## Left alone

### Headers of a response, and of another request

```python before
import requests
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route("/")
def index():
    answer = make_response(request.headers.get("X-Token", "no_token"))
    answer.headers["X_Kind"] = "plain"
    return answer


def fetched(url):
    return requests.get(url).headers["X_Kind"]
```

```python after
import requests
from quart import Quart, make_response, request

app = Quart(__name__)


@app.route("/")
async def index():
    answer = await make_response(request.headers.get("X-Token", "no_token"))
    answer.headers["X_Kind"] = "plain"
    return answer


def fetched(url):
    return requests.get(url).headers["X_Kind"]
```

### A program without Flask

```python unchanged
def token(request):
    return request.headers["X_TOKEN"]
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, ReplaceExpression
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.rules._flask_side import bridged
from migrator.rules._places import edit_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Write hyphens into each name that is looked up among the headers of a request."""
    for use in facts.members.get(Member(Kind.REQUEST, "headers"), ()):
        name = _name_looked_up(facts, use.node)
        if name is None or "_" not in str(name.value) or bridged(facts, colors, use.function):
            continue
        module = module_of(facts, name)
        written = ast.get_source_segment(module.file.text, name)
        if written is not None and not module.is_test:
            yield edit_at(facts, name, ReplaceExpression(written.replace("_", "-")), NAME)


def _name_looked_up(facts: Facts, headers: ast.expr) -> ast.Constant | None:
    match facts.program.parent.get(headers):
        case ast.Subscript(slice=ast.Constant(value=str()) as name):
            return name
        case ast.Compare(left=ast.Constant(value=str()) as name, ops=[ast.In() | ast.NotIn()]):
            return name
        case ast.Attribute(attr="get" | "get_all" | "getlist") as method:
            return _first_argument(facts.program.parent.get(method))
        case _:
            return None


def _first_argument(call: ast.AST | None) -> ast.Constant | None:
    match call:
        case ast.Call(args=[ast.Constant(value=str()) as name, *_]):
            return name
        case _:
            return None
