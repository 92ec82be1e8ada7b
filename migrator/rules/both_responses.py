r"""Look for the responses of both frameworks.

`isinstance(x, Response)` asks for Flask's class as well where some functions of the app stay Flask
code, and for Quart's as well where it asks for Werkzeug's.

## Why

A response that Flask code made is no `quart.Response`, and one that Quart code made is no response
of Werkzeug's: the test would be false in silence.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.wrappers.html>.

## Examples

### The answer of a function that stays Flask code

```python before
from flask import Flask, Response, make_response, request

app = Flask(__name__)


def checked():
    if request.shallow:
        return make_response("no", 403)
    return "fine"


@app.route("/")
def index():
    answer = checked()
    return answer if isinstance(answer, (Response, dict)) else {"answer": answer}
```

```python after
import flask
from compat_shims import flask_app
from flask import make_response, request
from quart import Quart, Response

app = Quart(__name__)
flask_app(app)


def checked():
    if request.shallow:
        return make_response("no", 403)
    return "fine"


@app.route("/")
def index():
    answer = checked()
    return answer if isinstance(answer, ((Response, flask.Response), dict)) else {"answer": answer}
```

### Werkzeug's class

```python before
from flask import Flask, jsonify, render_template
from werkzeug.wrappers import Response

app = Flask(__name__)


@app.route("/")
def index():
    answer = jsonify(1)
    if isinstance(answer, Response):
        return answer
    return render_template("index.html")
```

```python after
import quart
from quart import Quart, jsonify, render_template
from werkzeug.wrappers import Response

app = Quart(__name__)


@app.route("/")
async def index():
    answer = jsonify(1)
    if isinstance(answer, (Response, quart.Response)):
        return answer
    return await render_template("index.html")
```

## Left alone

### No function stays Flask code

```python before
from flask import Flask, Response, jsonify

app = Flask(__name__)


@app.route("/")
def index():
    answer = jsonify(1)
    return answer if isinstance(answer, Response) else "none"
```

```python after
from quart import Quart, Response, jsonify

app = Quart(__name__)


@app.route("/")
def index():
    answer = jsonify(1)
    return answer if isinstance(answer, Response) else "none"
```

### A client's response

```python unchanged
from requests import Response


def is_answer(value):
    return isinstance(value, Response)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.edits.edit import AddImport, Edit, Wrap
from migrator.facts.migrated import imports_quart
from migrator.facts.model import Facts, Use
from migrator.rules._flask_side import bridged
from migrator.rules._places import edit_at, edit_of_file, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)

FLASK = ("flask.Response",)
WERKZEUG = (
    "werkzeug.Response",
    "werkzeug.wrappers.BaseResponse",
    "werkzeug.wrappers.Response",
    "werkzeug.wrappers.response.Response",
)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Add the other class to each test for a response in Quart code."""
    verdicts = colors.verdicts.values()
    if any(verdict.state is State.BRIDGED for verdict in verdicts):
        yield from _added(facts, colors, FLASK, "flask")
    yield from _added(facts, colors, WERKZEUG, "quart")


def _added(facts: Facts, colors: Colors, names: tuple[str, ...], other: str) -> Iterator[Edit]:
    for use in (use for name in names for use in facts.names.get(name, ())):
        if not _is_asked_for(facts, use) or bridged(facts, colors, use.function):
            continue
        module = module_of(facts, use.node)
        if not module.is_test and not imports_quart(module):
            yield edit_at(facts, use.node, Wrap(f"({{0}}, {other}.Response)"), NAME)
            yield edit_of_file(facts, use.node, AddImport(other), NAME)


def _is_asked_for(facts: Facts, use: Use) -> bool:
    """Whether the use is the class, or one of the classes, of an ``isinstance``."""
    node: ast.AST = use.node
    parent = facts.program.parent.get(node)
    if isinstance(parent, ast.Tuple):
        node, parent = parent, facts.program.parent.get(parent)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id == "isinstance"
        and node in parent.args[1:]
    )
