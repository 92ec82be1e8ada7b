r"""Give Flask code Flask's responses.

A synchronous method or callback that a library of Flask's calls gets `@flask_response` if it
returns a response. A function that stays Flask code calls `flask_response(helper)()` where the
helper's response is one of Quart.

## Why

The library asks `isinstance(result, Response)`, and means Flask's: Flask-RESTful would turn a
response of Quart into JSON. Flask code that reads `response.get_json()` would get a coroutine.
Async functions need nothing more: `as_sync` gives Flask's response, too.
See <https://flask-restful.readthedocs.io/en/latest/extending.html#response-formats>.

## Examples

### A response from a REST method

```python before
from flask import Flask, jsonify
from flask_restful import Api, Resource

app = Flask(__name__)
api = Api(app)


@api.resource("/books")
class Books(Resource):
    def get(self):
        return jsonify(titles=["Emma"])

    def delete(self):
        return failed("none is left")

    def post(self):
        return {"title": "Emma"}, 201


def failed(why):
    return jsonify(error=why)
```

```python after
from compat_shims import flask_app, flask_response
from flask_restful import Api, Resource
from quart import Quart, jsonify

app = Quart(__name__)
flask_app(app)
api = Api(flask_app(app))


@api.resource("/books")
class Books(Resource):
    @flask_response
    def get(self):
        return jsonify(titles=["Emma"])

    @flask_response
    def delete(self):
        return failed("none is left")

    def post(self):
        return {"title": "Emma"}, 201


def failed(why):
    return jsonify(error=why)
```

### A helper of code that stays Flask code

```python before
from flask import Flask, jsonify, request

app = Flask(__name__)


def described(book):
    return jsonify(title=book)


@app.route("/books")
def books():
    first = described("Emma").get_json()
    return {"books": [first], "shallow": request.shallow}
```

```python after
from compat_shims import flask_app, flask_response
from flask import request
from quart import Quart, jsonify

app = Quart(__name__)
flask_app(app)


def described(book):
    return jsonify(title=book)


@app.route("/books")
def books():
    first = flask_response(described)("Emma").get_json()
    return {"books": [first], "shallow": request.shallow}
```

## Left alone

### A view

```python before
from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/books")
def books():
    return jsonify(titles=["Emma"])
```

```python after
from quart import Quart, jsonify

app = Quart(__name__)


@app.route("/books")
def books():
    return jsonify(titles=["Emma"])
```

### A program without Flask

```python unchanged
def books():
    return ["Emma"]
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.coloring.decorated import answers_library
from migrator.edits.edit import AddDecorator, Edit, ReplaceExpression
from migrator.facts.kinds import Kind
from migrator.facts.migrated import imports_quart
from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import Function
from migrator.rules._edits import state_of
from migrator.rules._places import edit_at, module_of, span_of
from migrator.rules._returned import returned_values
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Decorate what a library calls, and wrap what code that stays Flask code calls."""
    for function in facts.entry_points:
        found = facts.program.functions[function]
        if _answers_library_with_response(facts, colors, found):
            decorator = AddDecorator(shim(facts, found.node, "flask_response"))
            yield Edit(function.path, found.span, decorator, NAME)
            yield import_shim(facts, found.node, "flask_response", NAME)
    for site in facts.calls:
        if isinstance(site.node, ast.Call) and _shows_response_to_flask_code(facts, colors, site):
            callee = site.node.func
            code = f"{shim(facts, callee, 'flask_response')}({{0}})"
            yield edit_at(facts, callee, ReplaceExpression(code, (span_of(facts, callee),)), NAME)
            yield import_shim(facts, callee, "flask_response", NAME)


def _answers_library_with_response(facts: Facts, colors: Colors, function: Function) -> bool:
    return (
        isinstance(function.node, ast.FunctionDef)
        and state_of(colors, function.id) is State.SYNC
        and answers_library(facts, function.id)
        and _returns_response(facts, function.node)
        and not imports_quart(facts.program.modules[function.module])
    )


def _shows_response_to_flask_code(facts: Facts, colors: Colors, site: CallSite) -> bool:
    """Whether Flask code calls a helper that makes a response of Quart, and looks at it."""
    caller = site.caller
    if caller is None or state_of(colors, caller) is not State.BRIDGED:
        return False
    if Kind.RESPONSE not in facts.kinds_at.get(site.node, ()) or not site.targets:
        return False
    if any(state_of(colors, target) is not State.SYNC for target in site.targets):
        return False
    is_returned = isinstance(facts.program.parent[site.node], ast.Return)
    if is_returned and not answers_library(facts, caller):
        return False
    return not imports_quart(module_of(facts, site.node))


def _returns_response(facts: Facts, node: ast.FunctionDef) -> bool:
    return any(
        Kind.RESPONSE in facts.kinds_at.get(value, ())
        for statement in returned_values(node)
        for value in _parts(statement)
    )


def _parts(value: ast.expr) -> list[ast.expr]:
    """Return what *value* may be: a choice has two, of a tuple the first item is the body."""
    match value:
        case ast.IfExp(body=body, orelse=otherwise):
            return [body, otherwise]
        case ast.Tuple(elts=[body, *_]):
            return [body]
        case _:
            return [value]
