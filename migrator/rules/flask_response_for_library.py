r"""Give libraries Flask's responses.

A synchronous method or callback that a library of Flask's calls gets `@flask_response` if it
returns a response.

## Why

The library asks `isinstance(result, Response)`, and means Flask's: Flask-RESTful would turn a
response of Quart into JSON. Async functions need nothing more: `as_sync` gives Flask's response,
too. See <https://flask-restful.readthedocs.io/en/latest/extending.html#response-formats>.

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
from migrator.edits.edit import AddDecorator, Edit
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.rules._edits import state_of
from migrator.rules._returned import returned_values
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Decorate each synchronous function whose response a library looks at."""
    for function in facts.entry_points:
        node = facts.program.functions[function].node
        if not isinstance(node, ast.FunctionDef) or state_of(colors, function) is not State.SYNC:
            continue
        if answers_library(facts, function) and _returns_response(facts, node):
            yield Edit(
                function.path,
                facts.program.functions[function].span,
                AddDecorator(shim(facts, node, "flask_response")),
                NAME,
            )
            yield import_shim(facts, node, "flask_response", NAME)


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
