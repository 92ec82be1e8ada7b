r"""Let quart-cors answer across origins, where `--native flask-cors=quart-cors` asks for it.

`CORS(app, …)` becomes `cors(app, …)` of quart-cors, with its names for the options. What is left is
reported: `resources`, `@cross_origin`, regular expressions, credentials for every origin, settings
in the configuration, programs with websockets, and tests that look at the headers.

## Why

Flask-CORS needs the companion, runs in a thread after each request, and replaces how errors are
handled. Browsers see the same: an answer that they may read. Only a client that names no origin
gets no `Access-Control-Allow-Origin` any more.
See <https://github.com/pgjones/quart-cors>.

## Examples

### Every origin

```python before
from flask import Flask, jsonify
from flask_cors import CORS

app = Flask(__name__)
CORS(app)


@app.route("/")
def index():
    return jsonify(ok=True)
```

```python after
from quart import Quart, jsonify
from quart_cors import cors

app = Quart(__name__)
cors(app)


@app.route("/")
def index():
    return jsonify(ok=True)
```

### One origin, with credentials

```python before
from flask import Flask
from flask_cors import CORS


def create_app():
    app = Flask(__name__)
    CORS(
        app,
        origins=["https://shop.example"],  # the shop
        supports_credentials=True,
        max_age=600,
    )
    return app
```

```python after
from quart import Quart
from quart_cors import cors


def create_app():
    app = Quart(__name__)
    cors(app, allow_origin=["https://shop.example"], allow_credentials=True, max_age=600)
    return app
```

## Left alone

### A part of the app

```python before
from flask import Flask
from flask_cors import CORS

app = Flask(__name__)
CORS(app, resources={"/api/*": {"origins": "*"}})
```

```python after
from compat_shims import flask_app
from flask_cors import CORS
from quart import Quart

app = Quart(__name__)
flask_app(app)
CORS(flask_app(app), resources={"/api/*": {"origins": "*"}})
```

### A program without Flask

```python unchanged
from quart import Quart
from quart_cors import cors

app = cors(Quart(__name__))
```
"""

import ast
import re
from collections.abc import Iterator, Mapping

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import AddImport, Edit, ReplaceStatement
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._natives import is_taken
from migrator.rules._places import (
    edit_at,
    edit_of_file,
    finding_at,
    location_of,
    module_of,
    span_of,
)
from migrator.rules._rule import rule_name
from migrator.rules._unused_imports import unused_imports

NAME = rule_name(__name__)
NATIVE = "flask-cors=quart-cors"
CLASS = "flask_cors.CORS"
OPTIONS = {
    "allow_headers": "allow_headers",
    "expose_headers": "expose_headers",
    "max_age": "max_age",
    "methods": "allow_methods",
    "origins": "allow_origin",
    "supports_credentials": "allow_credentials",
}
"""Options of Flask-CORS, and what quart-cors calls them."""
_WORDS = ("allow_headers", "expose_headers", "methods")
_WORD = re.compile(r"[A-Za-z-]+")
_SETTING = re.compile(r"""\bCORS_[A-Z]+""")
_PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9.:-]+")


def demands(facts: Facts) -> Iterator[Demand]:
    """Say which calls are replaced: they need no companion then."""
    for call in _calls(facts):
        if _obstacle(facts, call) is None:
            place = location_of(facts, call)
            text = "quart-cors takes its place"
            yield Demand(call, None, Flavor.REPLACED, text, NAME, place, wish=NAME)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Replace the calls."""
    replaced = [call for call in _calls(facts) if call in colors.replaced]
    for call in replaced:
        statement = facts.program.parent.get(call)
        if isinstance(statement, ast.stmt):
            yield edit_at(facts, statement, _statement(facts, call), NAME)
            yield edit_of_file(facts, call, AddImport("quart_cors", "cors"), NAME)
    yield from unused_imports(facts, (call.func for call in replaced), NAME)


def _statement(facts: Facts, call: ast.Call) -> ReplaceStatement:
    words = [f"{OPTIONS[word.arg]}={{{index}}}" for index, word in _words(call) if word.arg]
    parts = (call.args[0], *(word.value for word in call.keywords))
    code = f"cors({', '.join(['{0}', *words])})"
    return ReplaceStatement(code, tuple(span_of(facts, part) for part in parts))


def _words(call: ast.Call) -> Iterator[tuple[int, ast.keyword]]:
    return enumerate(call.keywords, start=1)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report the calls that stay."""
    for call in _calls(facts):
        reason = _obstacle(facts, call) if call not in colors.replaced else None
        if reason is not None:
            yield finding_at(
                facts,
                call,
                NAME,
                message=f"Flask-CORS stays: {reason}",
                why="quart-cors would answer differently. Flask-CORS works with the companion.",
                next_step="Nothing needs to be done. By hand: `@route_cors` on single routes.",
            )


def _calls(facts: Facts) -> Iterator[ast.Call]:
    for use in facts.names.get(CLASS, ()):
        if use.call is not None and not module_of(facts, use.node).is_test:
            yield use.call


def _obstacle(facts: Facts, call: ast.Call) -> str | None:
    return _obstacle_in_program(facts) or _obstacle_in_call(facts, call)


def _obstacle_in_program(facts: Facts) -> str | None:
    others = {name for name in facts.names if name.startswith("flask_cors.")}
    if more := sorted(others - {CLASS, f"{CLASS}()"}):
        return f"`{more[0].removeprefix('flask_cors.')}` is used"
    for module in facts.program.modules.values():
        if _SETTING.search(module.file.text):
            return f"{module.file.path} has settings of Flask-CORS"
        if module.is_test and "access-control" in module.file.text.lower():
            return f"{module.file.path} looks at the headers"
        if "flask_sock" in module.file.text or ".websocket(" in module.file.text:
            return "quart-cors refuses websockets that name no origin"
    return None


def _obstacle_in_call(facts: Facts, call: ast.Call) -> str | None:
    words = {word.arg or "**": word.value for word in call.keywords}
    other = sorted(words.keys() - OPTIONS)
    reasons = {
        "its object is used": not _stands_alone(facts, call),
        "it is not given the app alone": not _is_given_app(facts, call),
        f"quart-cors has no `{''.join(other[:1])}`": bool(other),
        "its origins are not plain addresses, or all with credentials": not _origins_fit(words),
        "its options are not plain words": not all(
            _is_plain(words[name]) for name in _WORDS if name in words
        ),
        "the module has another `cors`": is_taken(facts, call, "cors"),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _is_given_app(facts: Facts, call: ast.Call) -> bool:
    return len(call.args) == 1 and facts.kinds_at.get(call.args[0]) == frozenset({Kind.APP})


def _origins_fit(words: Mapping[str, ast.expr]) -> bool:
    credentials = words.get("supports_credentials", ast.Constant(value=False))
    origins = words.get("origins", ast.Constant(value="*"))
    if not isinstance(credentials, ast.Constant):
        return False
    return _is_known(origins, allow_every=not credentials.value)


def _is_plain(value: ast.expr) -> bool:
    """Whether *value* is a header or method, or several: Flask-CORS takes patterns, too."""
    match value:
        case ast.Constant(value=str() as word):
            return word == "*" or _WORD.fullmatch(word) is not None
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(_is_plain(it) for it in elements)
        case _:
            return False


def _stands_alone(facts: Facts, call: ast.Call) -> bool:
    return isinstance(facts.program.parent.get(call), ast.Expr)


def _is_known(origins: ast.expr, *, allow_every: bool) -> bool:
    match origins:
        case ast.Constant(value="*"):
            return allow_every
        case ast.Constant(value=str() as origin):
            return _PLAIN_ORIGIN.fullmatch(origin) is not None
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return bool(elements) and all(_is_known(it, allow_every=False) for it in elements)
        case _:
            return False
